#!/usr/bin/env python3
"""Find the lines of a file that mean the most similar thing to a question.

    semantic_lines.py QUESTION FILE [HOW_MANY]

Standard library only. The server holds the model, so every further question costs milliseconds.
"""

import json
import subprocess
import sys


class Akin:
    """A running `akin serve`, spoken to in one JSON value a line."""

    def __init__(self, command=("akin", "serve")):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.last_id = 0

    def call(self, method, **params):
        self.last_id += 1
        request = {"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"]["message"])
        return answer["result"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    question, path = sys.argv[1:3]
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = [(number, line.strip()) for number, line in enumerate(file, 1) if line.strip()]
    akin = Akin()
    try:
        results = akin.call("search", query=question, documents=[line for _, line in lines], topK=count)["results"][0]
        for hit in results:
            number, line = lines[hit["index"]]
            print(f"{hit['score']:.3f}  {path}:{number}: {line}")
    finally:
        akin.close()


if __name__ == "__main__":
    main()
