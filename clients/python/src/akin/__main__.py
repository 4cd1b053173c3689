"""`python -m akin`: the program, with the arguments that are given."""

from __future__ import annotations

import os
import subprocess
import sys

from ._errors import AkinNotFoundError
from ._program import program


def main() -> int:
    try:
        words = [program(), *sys.argv[1:]]
    except AkinNotFoundError as error:
        print(f"akin: {error}", file=sys.stderr)
        return 1
    if os.name == "posix":
        os.execv(words[0], words)
    return subprocess.run(words, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
