"""`python -m akin`: the program, with the arguments that are given, and Parquet, done here."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys

from ._errors import AkinNotFoundError
from ._program import program


def main() -> int:
    if sys.argv[1:2] == ["embed"] and any(word.split("=")[0] == "--input" for word in sys.argv):
        return _parquet("parquet", sys.argv[2:])
    if sys.argv[1:2] == ["parquet"]:
        return _parquet("_collection", sys.argv[2:])
    try:
        words = [program(), *sys.argv[1:]]
    except AkinNotFoundError as error:
        print(f"akin: {error}", file=sys.stderr)
        return 1
    if os.name == "posix":
        os.execv(words[0], words)
    return subprocess.run(words, check=False).returncode


def _parquet(module: str, words: list[str]) -> int:
    try:
        found = importlib.import_module(f".{module}", __package__)
    except ModuleNotFoundError as error:
        print(f"akin: Parquet needs {error.name}: pip install pyarrow numpy", file=sys.stderr)
        return 1
    return int(found.main(words))


if __name__ == "__main__":
    sys.exit(main())
