#!/usr/bin/env python3
"""Runs the examples of the documents, at the default precision. Exit code 1 where one is not true.

- README.md, specification.md, writing-a-client.md: shell lines that pipe a request into `akin serve`, with what they print; `-->` lines
  are sent, and `<--` lines must come, where "..." stands for any text.
- specification.md: results in JSON have the members that the schemas ask for.
- openrpc.json: requests are sent, and answered as it says.
"""

import argparse
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from matcher import is_number
from messages import shorten
from server_process import Server

HERE = pathlib.Path(__file__).resolve().parent
PAGES = [HERE.parent / "README.md", HERE / "specification.md", HERE / "writing-a-client.md"]
# What differs from machine to machine, or from moment to moment, or needs another model.
LOCAL = {"initialize", "shutdown", "rerank", "model/list", "model/info", "server/status", "rpc.discover", "workspace/symbol", "log"}
# These tell a story in this order, after the others.
STORED = ["index/add", "index/list", "index/status", "search", "index/remove", "index/drop"]
CLOSE = 2e-6


def same(expected, actual, path="result"):
    """The first difference; None where there is none. "..." stands for any text, numbers may differ in the last digits."""
    if expected == "..." and isinstance(actual, str):
        return None
    if isinstance(expected, dict):
        # Members may come within a version; a client ignores those that it does not know.
        if not isinstance(actual, dict) or not expected.keys() <= actual.keys():
            return f"{path}: expected members {sorted(expected)}, found {shorten(actual)}"
        return next(filter(None, (same(expected[k], actual[k], f"{path}.{k}") for k in expected)), None)
    if isinstance(expected, list):
        if not isinstance(actual, list) or len(expected) != len(actual):
            return f"{path}: expected {len(expected)} elements, found {shorten(actual)}"
        return next(filter(None, (same(a, b, f"{path}[{i}]") for i, (a, b) in enumerate(zip(expected, actual)))), None)
    if is_number(expected) and is_number(actual):
        return None if abs(expected - actual) <= CLOSE else f"{path}: expected {expected}, found {actual}"
    return None if type(expected) is type(actual) and expected == actual else f"{path}: expected {expected}, found {actual}"


def blocks(page):
    """Fenced blocks with their language and the line they begin at."""
    language, start, lines = None, 0, []
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        fence = re.match(r"```(\w*)$", line)
        if fence and language is None:
            language, start, lines = fence[1], number, []
        elif fence:
            yield language, start, lines
            language = None
        elif language is not None:
            lines.append(line)


class Examples:
    def __init__(self, program, data):
        self.program = program
        self.environment = {**os.environ, "AKIN_DATA": data}
        self.server = Server([*program, "serve"], "lines")
        self.number = 0
        self.count = 0
        self.problems = []

    def report(self, place, problem):
        self.count += 1
        if problem:
            self.problems.append(f"{place}: {problem}")

    def answer(self, method, params):
        """The answer of the one server that the examples share, without its id."""
        self.number += 1
        self.server.send(json.dumps({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params}).encode())
        answer = self.server.take(lambda m: m.get("id") == self.number and "method" not in m)
        self.server.waiting.clear()
        return answer

    def shell(self, place, lines):
        """A command that pipes requests into `akin serve`, and what it prints."""
        for at, line in enumerate(lines):
            match = re.match(r"\$ (echo '.*' \| akin serve.*)$", line)
            if not match:
                continue
            printed = subprocess.run(
                ["sh", "-c", match[1].replace("akin serve", shlex.join([*self.program, "serve"]))],
                capture_output=True, text=True, env=self.environment, timeout=120, check=False).stdout.splitlines()
            expected = [json.loads(said) for said in lines[at + 1:at + 1 + len(printed)]]
            self.report(place, same(expected, [json.loads(said) for said in printed], "output"))

    def conversation(self, place, lines):
        for line in lines:
            arrow, text = line[:4], line[4:]
            if arrow == "--> ":
                sent = json.loads(text)
                answer = self.answer(sent["method"], sent["params"]) if "id" in sent else None
            elif arrow == "<-- " and "id" in (expected := json.loads(text)):
                answer["id"] = expected["id"]
                self.report(place, same(expected, answer, "answer"))

    def result(self, place, lines, schemas):
        """A result, an error or its data, a filter: whichever it is, its members are known."""
        value = json.loads("\n".join(lines))
        known = {tuple(sorted(s.get("properties", {}))) for s in schemas}
        fits = any(set(value) <= set(names) for names in known) or "jsonrpc" in value or "code" in value
        self.report(place, None if fits or "lang" in value else f"no schema has the members {sorted(value)}")

    def openrpc(self, document, notes):
        """`notes` is the folder that the examples call /home/ada/notes."""
        methods = [m for m in document["methods"] if "result" in m and m["name"] not in LOCAL]
        methods.sort(key=lambda m: STORED.index(m["name"]) if m["name"] in STORED else -1)
        for method in methods:
            name = method["name"]
            for example in json.loads(json.dumps(method["examples"]).replace("/home/ada/notes", notes)):
                place = f"openrpc.json, {name}, {example['name']}"
                answer = self.answer(name, {part["name"]: part["value"] for part in example["params"]})
                if "result" not in answer:
                    self.report(place, answer["error"]["message"])
                    continue
                if name == "index/status":
                    # Of this very moment and file system.
                    example["result"]["value"].update({m: answer["result"][m] for m in ("updatedAt", "bytes")})
                self.report(place, same(example["result"]["value"], answer["result"]))


def all_schemas(value):
    if isinstance(value, dict):
        if "properties" in value:
            yield value
        for part in value.values():
            yield from all_schemas(part)
    elif isinstance(value, list):
        for part in value:
            yield from all_schemas(part)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="akin", help="the program, without 'serve' (%(default)s)")
    arguments = parser.parse_args()
    document = json.loads((HERE / "openrpc.json").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="akin-examples-") as data:
        words = shlex.split(arguments.command)
        examples = Examples([str(pathlib.Path(word).resolve()) if "/" in word else word for word in words], data)
        try:
            for page in PAGES:
                for language, number, lines in blocks(page):
                    place = f"{page.name}:{number}"
                    if language == "sh":
                        examples.shell(place, lines)
                    elif any(line.startswith("--> ") for line in lines):
                        examples.conversation(place, lines)
                    elif language == "json":
                        examples.result(place, lines, list(all_schemas(document)))
            notes = pathlib.Path(data).resolve() / "notes"
            notes.mkdir()
            (notes / "gears.md").write_text("A gear is a wheel with teeth.\n", encoding="utf-8")
            examples.openrpc(document, str(notes))
        finally:
            examples.server.kill()
    for problem in examples.problems:
        print(problem)
    print(f"{examples.count} examples, {len(examples.problems)} not true")
    return 1 if examples.problems or examples.count < 20 else 0


if __name__ == "__main__":
    sys.exit(main())
