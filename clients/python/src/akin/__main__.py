"""`python -m akin`: the program, with the arguments that are given, and Parquet, done here."""

from __future__ import annotations

import os
import subprocess
import sys

from ._errors import AkinNotFoundError
from ._program import program


def main() -> int:
    if sys.argv[1:2] == ["embed"] and any(word.split("=")[0] == "--input" for word in sys.argv):
        return _embed_parquet(sys.argv[2:])
    try:
        words = [program(), *sys.argv[1:]]
    except AkinNotFoundError as error:
        print(f"akin: {error}", file=sys.stderr)
        return 1
    if os.name == "posix":
        os.execv(words[0], words)
    return subprocess.run(words, check=False).returncode


def _embed_parquet(words: list[str]) -> int:
    try:
        from . import parquet
    except ModuleNotFoundError as error:
        print(f"akin: --input needs {error.name}: pip install pyarrow numpy", file=sys.stderr)
        return 1
    return parquet.main(words)


if __name__ == "__main__":
    sys.exit(main())
