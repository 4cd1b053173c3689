#!/usr/bin/env python3
"""Replays protocol transcripts against a server; see README.md beside this file. Exit code 1 on a difference."""

import argparse
import base64
import collections
import json
import math
import os
import pathlib
import queue
import re
import shlex
import struct
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
EXIT_SECONDS = 10
TYPES = {
    "null": type(None),
    "boolean": bool,
    "number": (int, float),
    "string": str,
    "array": list,
    "object": dict,
    "any": object,
}


class Difference(Exception):
    """What the server did is not what the transcript says."""


class Skip(Exception):
    """The transcript cannot be run here."""


class Server:
    """A process that speaks one of the two framings.

    `seconds` is how long a message is waited for; `observe` is called with each message that was sent, as text, and each
    that came, as a value.
    """

    def __init__(self, command, framing, seconds=120, observe=lambda sent, received: None):
        self.framing = framing
        self.seconds = seconds
        self.observe = observe
        # Ids of requests that wait for their answers.
        self.asked = []
        self.waiting = []
        self.messages = queue.Queue()
        self.errors = collections.deque(maxlen=20)
        # No transcript sees what another has stored, nor touches what the user has.
        self.data = tempfile.TemporaryDirectory(prefix="akin-transcript-")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "AKIN_DATA": self.data.name},
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def _read(self):
        try:
            while (body := self._read_body()) is not None:
                self.messages.put(json.loads(body))
        except (ValueError, Difference) as error:
            self.messages.put(Difference(f"standard output is not framed messages: {error}"))
        self.messages.put(None)

    def _read_body(self):
        stream = self.process.stdout
        if self.framing == "lines":
            return stream.readline() or None
        header = b""
        while not header.endswith(b"\r\n\r\n"):
            byte = stream.read(1)
            if not byte:
                if header:
                    raise Difference(f"the header {header!r} is cut")
                return None
            header += byte
        match = re.fullmatch(rb"Content-Length: (\d+)\r\n\r\n", header)
        if not match:
            raise Difference(f"the header {header!r}")
        return stream.read(int(match[1]))

    def _read_errors(self):
        for line in self.process.stderr:
            self.errors.append(line.decode("utf-8", "replace").rstrip())

    def send(self, body):
        self.observe(body, None)
        self.asked += ids_of(body)
        if self.framing == "headers":
            body = b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        else:
            body += b"\n"
        try:
            self.process.stdin.write(body)
            self.process.stdin.flush()
        except OSError as error:
            raise Difference(f"the server reads no more: {error}") from None

    def close_input(self):
        try:
            self.process.stdin.close()
        except OSError:
            pass

    def take(self, is_wanted, is_hopeless=lambda message: False):
        """The first message that is wanted; the others are kept. A hopeless one ends the wait."""
        for index, message in enumerate(self.waiting):
            if is_wanted(message):
                return self.waiting.pop(index)
        while True:
            try:
                message = self.messages.get(timeout=self.seconds)
            except queue.Empty:
                raise Difference(f"no such message within {self.seconds} seconds; {self.describe_waiting()}") from None
            if message is None:
                self.messages.put(None)
                raise Difference(f"the server's output ended; {self.describe_waiting()}")
            if isinstance(message, Difference):
                raise message
            self.observe(None, message)
            self.check_ids(message)
            if is_wanted(message):
                return message
            self.waiting.append(message)
            if is_hopeless(message):
                raise Difference(f"it was answered otherwise: {shorten(message)}")

    def check_ids(self, message):
        """An answer under an id that nobody has asked under is wrong at once: nobody will ever expect it."""
        for answer in message if isinstance(message, list) else [message]:
            if not isinstance(answer, dict) or "method" in answer or answer.get("id") is None:
                continue
            index = next((i for i, asked in enumerate(self.asked) if same_id(asked, answer["id"])), None)
            if index is None:
                waiting = ", ".join(json.dumps(asked) for asked in self.asked) or "none"
                raise Difference(f"an answer under the id {json.dumps(answer['id'])}, where these wait: {waiting}")
            self.asked.pop(index)

    def describe_waiting(self):
        return f"unexpected until now: {shorten(self.waiting)}" if self.waiting else "nothing else came"

    def exit_code(self):
        try:
            return self.process.wait(timeout=EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            raise Difference(f"the process has not ended within {EXIT_SECONDS} seconds") from None

    def collect_rest(self):
        """Reads to the end of the output, whose writer has ended."""
        while (message := self.messages.get()) is not None:
            if isinstance(message, Difference):
                raise message
            self.observe(None, message)
            self.waiting.append(message)
        if self.waiting:
            raise Difference(f"nobody expected {shorten(self.waiting)}")

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class Matcher:
    """Compares values; `precision` is called only where a tolerance depends on it."""

    def __init__(self, tolerance, precision):
        self.tolerance = tolerance
        self.precision = precision

    def bound(self, value):
        return value[self.precision()] if isinstance(value, dict) else value

    def check(self, expected, actual, path="message"):
        if isinstance(expected, dict) and any(key.startswith("$") for key in expected):
            self.check_pattern(expected, actual, path)
        elif isinstance(expected, dict):
            if not isinstance(actual, dict) or expected.keys() != actual.keys():
                raise Difference(f"{path}: expected members {sorted(expected)}, found {shorten(actual)}")
            for key in expected:
                self.check(expected[key], actual[key], f"{path}.{key}")
        elif isinstance(expected, list):
            if not isinstance(actual, list) or len(expected) != len(actual):
                raise Difference(f"{path}: expected an array of {len(expected)}, found {shorten(actual)}")
            for index, pair in enumerate(zip(expected, actual)):
                self.check(*pair, f"{path}[{index}]")
        elif is_number(expected) and is_number(actual):
            if abs(expected - actual) > self.bound(self.tolerance):
                raise Difference(
                    f"{path}: expected {expected} within {self.bound(self.tolerance)}, found {actual}"
                )
        elif type(expected) is not type(actual) or expected != actual:
            raise Difference(f"{path}: expected {shorten(expected)}, found {shorten(actual)}")

    def check_pattern(self, pattern, actual, path):
        kind, value = next(iter(pattern.items()))
        if kind == "$any":
            is_match = isinstance(actual, TYPES[value]) and (value != "number" or is_number(actual))
        elif kind == "$pattern":
            is_match = isinstance(actual, str) and re.search(value, actual) is not None
        elif kind == "$atLeast":
            if not isinstance(actual, dict) or not value.keys() <= actual.keys():
                raise Difference(f"{path}: expected at least {sorted(value)}, found {shorten(actual)}")
            for key in value:
                self.check(value[key], actual[key], f"{path}.{key}")
            is_match = True
        elif kind == "$length":
            is_match = isinstance(actual, (list, str)) and len(actual) == value
        elif kind == "$float32s":
            self.check(float32s(value), actual, path)
            is_match = True
        elif kind == "$cosine":
            cosine = cosine_of(float32s(value), actual)
            if cosine < self.bound(pattern["atLeast"]):
                raise Difference(f"{path}: expected a cosine of {self.bound(pattern['atLeast'])}, found {cosine}")
            is_match = True
        elif kind == "$greatest":
            is_match = isinstance(actual, list) and actual.index(max(actual)) == value
        else:
            raise ValueError(f"no pattern is called {kind}")
        if not is_match:
            raise Difference(f"{path}: expected {shorten(pattern)}, found {shorten(actual)}")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def float32s(text):
    data = base64.b64decode(text)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def cosine_of(left, right):
    if not isinstance(right, list) or len(left) != len(right):
        raise Difference(f"expected an array of {len(left)} numbers, found {shorten(right)}")
    norm = math.sqrt(sum(x * x for x in left) * sum(x * x for x in right))
    return sum(x * y for x, y in zip(left, right)) / norm if norm else 0.0


def shorten(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + " …"


def same_id(left, right):
    return type(left) is type(right) and left == right


def ids_of(body):
    """The ids that answers to a message may come under, as far as it can be read."""
    try:
        message = json.loads(body)
    except ValueError:
        return []
    parts = message if isinstance(message, list) else [message]
    return [part["id"] for part in parts if isinstance(part, dict) and part.get("id") is not None]


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
