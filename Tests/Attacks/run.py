"""Runs the attacks of this folder: those whose names have one of the arguments in them, else all."""

import os
import sys
import unittest


def tests(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests(test)
        else:
            yield test


def main():
    folder = os.path.dirname(os.path.abspath(__file__))
    found = unittest.defaultTestLoader.discover(folder, pattern="*_attacks.py")
    wanted = [test for test in tests(found) if not sys.argv[1:] or any(name in test.id() for name in sys.argv[1:])]
    result = unittest.TextTestRunner(verbosity=2).run(unittest.TestSuite(wanted))
    failed = len({(case.test_case if hasattr(case, "test_case") else case).id() for case, _ in result.failures + result.errors})
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    sys.stdout.flush()
    print(f"attacks: {result.testsRun - failed - len(result.skipped)} held, {failed} did not{skipped}")
    sys.exit(0 if result.testsRun and not failed else 1)


if __name__ == "__main__":
    main()
