"""Runs the tests of the Python client: `python clients/python/tests PATH_OF_AKIN [PATTERN]`."""

import logging
import os
import pathlib
import sys
import unittest


def main() -> int:
    # On a busy machine a test's event loop is late, which is nothing to tell.
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    os.environ["AKIN"] = str(pathlib.Path(sys.argv[1]).resolve())
    pattern = sys.argv[2] if len(sys.argv) > 2 else "test_*.py"
    folder = str(pathlib.Path(__file__).resolve().parent)
    suite = unittest.defaultTestLoader.discover(folder, pattern=pattern, top_level_dir=folder)
    result = unittest.TextTestRunner(verbosity=1).run(suite)
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    passed = result.testsRun - failed - skipped
    print(f"python: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
