#!/usr/bin/env python3
"""Find the lines of a file that mean the most similar thing to a question.

    semantic_lines.py QUESTION [FILE [HOW_MANY]]

or those of standard input. Standard library only; akin on the PATH, or where AKIN says. The server
holds the model, so every further question costs milliseconds.
"""

import json
import os
import re
import shutil
import subprocess
import sys

ADVICE = "install Akin, or set AKIN to its path"


class Akin:
    """A running `akin serve`, spoken to in one JSON value a line."""

    def __init__(self):
        asked = os.environ.get("AKIN")
        program = shutil.which(asked or "akin")
        if program is None and asked:
            raise RuntimeError(f"AKIN is set to '{asked}', which is not a program: {ADVICE}")
        if program is None:
            raise RuntimeError(f"there is no program 'akin' on the PATH: {ADVICE}")
        command = [program, "serve"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.last_id = 0

    def call(self, method, **params):
        self.last_id += 1
        request = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("the server ended before it answered")
        answer = json.loads(line)
        if "error" in answer:
            raise RefusedError(answer["error"]["message"])
        return answer["result"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class RefusedError(RuntimeError):
    def in_words(self, path, lines):
        """The message, whose parameters are lines and arguments here."""
        message = str(self).replace("params.topK", "HOW_MANY", 1).replace("params.query", "QUESTION", 1)
        found = re.match(r"params\.documents\[(\d+)\]\S*: (.*)", message)
        return f"{path or 'line'}:{lines[int(found[1])][0]}: {found[2]}" if found else message


def decoded(line):
    """A line is UTF-8, and Latin-1 where it is not."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def read(path):
    """The lines that hold anything, with their numbers from 1."""
    with open(path, "rb") if path else sys.stdin.buffer as file:
        lines = [decoded(line).strip() for line in file]
    return [(number, line) for number, line in enumerate(lines, 1) if line]


def main():
    if not 2 <= len(sys.argv) <= 4:
        sys.exit(__doc__)
    question, path, count = [*sys.argv[1:], None, None][:3]
    lines = []
    try:
        lines = read(path)
        search(question, path, lines, int(count or 5))
    except RefusedError as error:
        sys.exit(error.in_words(path, lines))
    except (OSError, RuntimeError, ValueError) as error:
        sys.exit(str(error))


def search(question, path, lines, count):
    sys.stdout.reconfigure(encoding="utf-8")
    akin = Akin()
    try:
        results = akin.call("search", query=question, documents=[line for _, line in lines], topK=count)["results"][0]
        for hit in results:
            number, line = lines[hit["index"]]
            place = f"{path}:{number}" if path else number
            print(f"{hit['score']:.3f}  {place}: {line}")
    finally:
        akin.close()


if __name__ == "__main__":
    main()
