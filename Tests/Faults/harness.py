"""What the fault tests share: a server as a child process, its frames read strictly, and its memory.

Every wait here ends: `DEADLINE` seconds after a test begins, whatever hangs is a failure.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

DEADLINE = 60.0


def request(id, method="server/status", **params):
    message = {"jsonrpc": "2.0", "id": id, "method": method}
    if params:
        message["params"] = params
    return message


def embed(id, texts, **params):
    return request(id, "embed", input=texts, **params)


def notification(method, **params):
    return {"jsonrpc": "2.0", "method": method, "params": params}


def lines(*messages):
    """The messages as one run of bytes, one a line."""
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def frames(*messages):
    """The messages as one run of bytes, each behind its header."""
    bodies = [json.dumps(message).encode() for message in messages]
    return b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)


def parse(data):
    """The messages in a stream, which must hold nothing but whole ones in one framing."""
    if data.startswith(b"Content-Length: "):
        messages = []
        while data:
            head, separator, rest = data.partition(b"\r\n\r\n")
            assert separator and head.startswith(b"Content-Length: "), f"not a header: {head[:80]!r}"
            length = int(head[len(b"Content-Length: "):])
            assert len(rest) >= length, f"{len(rest)} of {length} bytes of a frame"
            messages.append(json.loads(rest[:length]))
            data = rest[length:]
        return messages
    assert data.endswith(b"\n") or not data, f"the last line is cut: {data[-80:]!r}"
    return [json.loads(line) for line in data.splitlines()]


def answers(messages):
    """The answers by id, batches opened; no id may be answered twice."""
    flat = [part for message in messages for part in (message if isinstance(message, list) else [message])]
    found = {}
    for message in flat:
        if "method" in message:
            continue
        assert message["id"] not in found or message["id"] is None, f"two answers for {message['id']}"
        found[message["id"]] = message
    return found


def memory(process):
    """The peak of a process's resident memory in bytes; 0 where /proc is not there."""
    return _status(process, "VmHWM:")


def own_memory(process):
    """The resident memory that a process shares with no file, in bytes; 0 where /proc is not there."""
    return _status(process, "RssAnon:")


def _status(process, name):
    try:
        with open(f"/proc/{process}/status") as status:
            return next((int(line.split()[1]) * 1024 for line in status if line.startswith(name)), 0)
    except FileNotFoundError:
        return 0


def is_alive(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    try:
        with open(f"/proc/{process}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return True


class Server:
    """`akin serve` and the three pipes of its streams, which a test fills and drains as it likes."""

    def __init__(self, *arguments, environment=None, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options):
        self.deadline = time.monotonic() + DEADLINE
        self.process = subprocess.Popen(
            [AKIN, "serve", *arguments], stdin=subprocess.PIPE, stdout=stdout, stderr=stderr,
            env={**os.environ, **(environment or {})}, **options)
        self.pid = self.process.pid
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass

    def left(self):
        left = self.deadline - time.monotonic()
        assert left > 0, "nothing happens"
        return left

    def send(self, data, drain=True):
        """Writes all of `data`; meanwhile reads what comes, unless told not to."""
        stdin, stdout = self.process.stdin.fileno(), self.process.stdout
        os.set_blocking(stdin, False)
        view = memoryview(data)
        while view:
            readers = [stdout] if drain and stdout else []
            readable, writable, _ = select.select(readers, [stdin], [], self.left())
            if writable:
                view = view[os.write(stdin, view):]
            if readable:
                self._read()

    def close(self):
        self.process.stdin.close()

    def _read(self):
        data = os.read(self.process.stdout.fileno(), 1 << 20)
        self.received += data
        return bool(data)

    def read_until(self, count):
        """Reads until there are so many whole messages, and returns all so far."""
        while True:
            whole = self._whole()
            if len(whole) >= count:
                return whole
            select.select([self.process.stdout], [], [], self.left())
            assert self._read(), f"the stream ended after {len(whole)} messages: {self.received[-200:]!r}"

    def _whole(self):
        if self.received.startswith(b"Content-Length"):
            try:
                return parse(self.received)
            except (AssertionError, ValueError):
                return []
        return parse(self.received[:self.received.rfind(b"\n") + 1])

    def read_to_end(self):
        """Reads to the end of the stream, which must be whole messages, and returns all."""
        while True:
            select.select([self.process.stdout], [], [], self.left())
            if not self._read():
                return parse(self.received)

    def ask(self, message):
        """Sends one request, a line, and returns its answer."""
        self.send(lines(message))
        return self.answer(message["id"])

    def answer(self, id):
        """Reads until a request has its answer."""
        while True:
            found = answers(self._whole())
            if id in found:
                return found[id]
            select.select([self.process.stdout], [], [], self.left())
            assert self._read(), "the stream ended"

    def wait(self):
        """The exit code; an end by a signal is a failure."""
        try:
            code = self.process.wait(self.left())
        except subprocess.TimeoutExpired:
            raise AssertionError("the process does not end") from None
        assert code >= 0, f"ended by {signal.Signals(-code).name}"
        return code


def wait_for(condition, seconds=10.0, message="it does not happen"):
    """Looks until a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, message
        time.sleep(0.02)


def main(name, module="__main__"):
    """Runs the tests of the script against the program that its argument names, and counts them in the last line."""
    global AKIN
    if len(sys.argv) < 2:
        sys.exit(f"usage: {sys.argv[0]} PATH_OF_AKIN [TEST...]")
    AKIN = os.path.abspath(sys.argv[1])
    program = unittest.main(module, argv=[sys.argv[0], *sys.argv[2:]], exit=False, verbosity=2)
    result = program.result
    failed = len(result.failures) + len(result.errors)
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    sys.stdout.flush()
    print(f"{name}: {result.testsRun - failed - len(result.skipped)} passed, {failed} failed{skipped}")
    sys.exit(1 if failed else 0)


AKIN = os.path.abspath(os.environ.get("AKIN", ".build/release/akin"))


class FaultTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="akin-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
