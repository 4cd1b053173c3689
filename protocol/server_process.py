"""A server that transcripts are held with, as a process that speaks one of the two framings."""

import collections
import json
import os
import queue
import re
import subprocess
import tempfile
import threading

from messages import Difference, ids_of, same_id, shorten

EXIT_SECONDS = 10


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
