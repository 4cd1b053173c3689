#!/usr/bin/env python3
"""Replays protocol transcripts against a server; see README.md beside this file. Exit code 1 on a difference."""

import argparse
import collections
import json
import pathlib
import shlex
import sys

from matcher import Matcher
from messages import Difference, Skip, same_id, shorten
from server_process import Server

HERE = pathlib.Path(__file__).resolve().parent


class Session:
    """One transcript in one framing."""

    def __init__(self, lines, server, precision):
        self.lines = lines
        self.server = server
        self.precision = precision
        self.saved = {}

    def run(self):
        for index, (number, line) in enumerate(self.lines):
            # Whether an error that names no request is still to come.
            self.expects_null = any(expects_null(later) for _, later in self.lines[index:])
            try:
                self.step(line)
            except Difference as difference:
                raise Difference(f"line {number}: {difference}") from None
        self.server.close_input()
        self.server.exit_code()
        self.server.collect_rest()

    def step(self, line):
        if "send" in line:
            self.server.send(json.dumps(self.fill(line["send"]), ensure_ascii=False).encode())
        elif "sendText" in line:
            self.server.send(line["sendText"].encode())
        elif "expect" in line:
            self.expect(line)
        elif "expectNothing" in line:
            if self.server.waiting:
                raise Difference(f"nobody expected {shorten(self.server.waiting)}")
        elif "closeInput" in line:
            self.server.close_input()
        elif "exitCode" in line:
            code = self.server.exit_code()
            if code != line["exitCode"]:
                raise Difference(f"expected exit code {line['exitCode']}, found {code}")
        elif "comment" not in line and "requires" not in line:
            raise ValueError(f"no line is made of {sorted(line)}")

    def expect(self, line):
        expected = line["expect"]
        matcher = Matcher(line.get("tolerance", 0), self.precision)
        if isinstance(expected, list):
            actual = self.server.take(lambda message: isinstance(message, list))
            self.check_batch(matcher, expected, actual)
        elif "method" in expected:
            actual = self.server.take(lambda m: isinstance(m, dict) and m.get("method") == expected["method"])
            matcher.check(expected, actual)
        else:
            actual = self.server.take(
                lambda m: isinstance(m, dict) and "method" not in m and same_id(m.get("id"), expected["id"]),
                lambda m: not self.expects_null and isinstance(m, dict) and "method" not in m and m.get("id") is None,
            )
            matcher.check(expected, actual)
        for name, path in line.get("save", {}).items():
            part = actual
            for key in path:
                part = part[key]
            self.saved[name] = part

    @staticmethod
    def check_batch(matcher, expected, actual):
        if len(expected) != len(actual):
            raise Difference(f"expected a batch of {len(expected)}, found {shorten(actual)}")
        rest = list(actual)
        for element in expected:
            index = next((i for i, answer in enumerate(rest) if same_id(answer.get("id"), element["id"])), None)
            if index is None:
                raise Difference(f"no answer has the id {json.dumps(element['id'])} in {shorten(rest)}")
            matcher.check(element, rest.pop(index))

    def fill(self, value):
        """`value` with every {"$saved": NAME} and {"$repeat": PART, "times": N} replaced."""
        if isinstance(value, dict):
            if value.keys() == {"$saved"}:
                return self.saved[value["$saved"]]
            if value.keys() == {"$repeat", "times"}:
                return value["$repeat"] * value["times"]
            return {key: self.fill(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.fill(part) for part in value]
        return value


def expects_null(line):
    expected = line.get("expect")
    parts = expected if isinstance(expected, list) else [expected]
    return any(isinstance(part, dict) and "method" not in part and part.get("id") is None for part in parts)


class Models:
    """What the server says of models, each asked once in a process of its own."""

    def __init__(self, command, seconds):
        self.command = command
        self.seconds = seconds
        self.answers = {}

    def arguments(self, model):
        return self.command + (["--model", model] if model else [])

    def info(self, model):
        if model not in self.answers:
            server = Server(self.arguments(model), "lines", self.seconds)
            try:
                server.send(b'{"jsonrpc":"2.0","id":0,"method":"model/info"}')
                self.answers[model] = server.take(lambda message: message.get("id") == 0)
            finally:
                server.kill()
        return self.answers[model]

    def require(self, model):
        answer = self.info(model)
        if "error" in answer:
            raise Skip(f"{model}: {answer['error']['message']}")

    def precision(self, model):
        answer = self.info(model)
        if "error" in answer:
            raise Difference(f"model/info: {answer['error']['message']}")
        return answer["result"]["precision"]


def read(path):
    """The transcript's lines with their numbers."""
    text = path.read_text(encoding="utf-8")
    return [(number, json.loads(line)) for number, line in enumerate(text.splitlines(), 1) if line.strip()]


def replay(path, framing, models, observe=lambda sent, received: None):
    lines = read(path)
    model = next((line["requires"]["model"] for _, line in lines if "requires" in line), None)
    if model and model.startswith("./"):
        # A model of the repository's own.
        model = str(HERE.parent / model)
    if model:
        models.require(model)
    server = Server(models.arguments(model), framing, models.seconds, observe)
    try:
        Session(lines, server, lambda: models.precision(model)).run()
    except Difference as difference:
        errors = "".join(f"\n      stderr: {line}" for line in server.errors)
        raise Difference(f"{difference}{errors}") from None
    finally:
        server.kill()


def show_progress(text):
    """On a terminal, what is being replayed, in place of what was."""
    if sys.stderr.isatty():
        print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--framing", choices=["lines", "headers", "both"], default="both")
    parser.add_argument("--command", default="akin serve", help="how the server is started (%(default)s)")
    parser.add_argument(
        "--timeout", type=float, default=120, metavar="SECONDS", help="how long a message is waited for (%(default)g)")
    parser.add_argument("files", metavar="FILE", nargs="*", type=pathlib.Path, help="transcripts; all unless given")
    arguments = parser.parse_args()
    framings = ["lines", "headers"] if arguments.framing == "both" else [arguments.framing]
    files = arguments.files or sorted((HERE / "transcripts").glob("*.jsonl"))
    models = Models(shlex.split(arguments.command), arguments.timeout)
    counts = collections.Counter()
    for index, path in enumerate(files):
        for framing in framings:
            show_progress(f"{index + 1} of {len(files)}: {path.stem} ({framing})")
            try:
                replay(path, framing, models)
                outcome, reason = "passed", ""
            except Difference as difference:
                outcome, reason = "failed", f": {difference}"
            except Skip as skip:
                outcome, reason = "skipped", f": {skip}"
            counts[outcome] += 1
            show_progress("")
            print(f"{outcome:7} {path.stem} ({framing}){reason}", flush=True)
    print(f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
