"""One running server and the three threads that tend its pipes."""

from __future__ import annotations

import collections
import io
import json
import logging
import queue
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any

from ._errors import AkinNotFoundError

_log = logging.getLogger("akin")

_EXIT_SECONDS = 5.0
_KEPT_LINES = 20


class ServerProcess:
    """A server that reads and writes one JSON value a line.

    Writing never waits: a thread empties a queue into the pipe. `received` gets every message and
    `ended` is called once, after the last one, both on the reading thread.
    """

    def __init__(
        self,
        command: Sequence[str],
        received: Callable[[Mapping[str, Any]], None],
        ended: Callable[[ServerProcess], None],
    ) -> None:
        try:
            # A session of its own: an interrupt at the terminal is not for the server.
            self._process = subprocess.Popen(
                command,
                bufsize=0,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise AkinNotFoundError(f"cannot start {command[0]!r}: {error.strerror}") from error
        self._received = received
        self._ended = ended
        self._outgoing: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._errors: collections.deque[str] = collections.deque(maxlen=_KEPT_LINES)
        #: The first thing read that is not the protocol's.
        self.nonsense: str | None = None
        self._stderr_thread = self._start(self._read_errors)
        self._start(self._write)
        self._start(self._read)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Sends a message; lost where the server has ended, which `ended` tells."""
        self._outgoing.put(line)

    def close(self) -> None:
        """Ends the server's input and waits for its end; kills it where it takes too long."""
        self._outgoing.put(None)
        try:
            self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def kill(self) -> None:
        self._process.kill()

    def abandon(self) -> None:
        """In a forked child: lets go of the parent's server, so that it ends with the parent."""
        _pipe(self._process.stdin).close()

    def describe_end(self) -> str:
        """How the process ended and what it said last, for an error message; waits for that end."""
        status = self._process.wait()
        self._stderr_thread.join(_EXIT_SECONDS)
        end = f"ended with signal {-status}" if status < 0 else f"ended with status {status}"
        said = "\n".join(self._errors)
        return f"the server {end}" + (f" and said:\n{said}" if said else "")

    @staticmethod
    def _start(body: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=body, name="akin", daemon=True)
        thread.start()
        return thread

    def _write(self) -> None:
        stdin = _pipe(self._process.stdin)
        try:
            while (line := self._outgoing.get()) is not None:
                rest = memoryview(line)
                while rest:
                    rest = rest[stdin.write(rest) :]
        except OSError:
            pass  # The server is gone; the reading thread sees it too, and tells.
        finally:
            stdin.close()

    def _read(self) -> None:
        with io.BufferedReader(_pipe(self._process.stdout), 1 << 16) as stdout:
            for line in stdout:
                if not line.endswith(b"\n"):
                    break  # Cut by the server's death.
                try:
                    self._received(json.loads(line))
                except (ValueError, LookupError, TypeError, AttributeError):
                    self.nonsense = line[:200].decode(errors="replace").strip()
                    self._process.kill()
                    break
        self._process.wait()
        self._ended(self)

    def _read_errors(self) -> None:
        with io.BufferedReader(_pipe(self._process.stderr)) as stderr:
            for line in stderr:
                text = line.decode(errors="replace").rstrip()
                self._errors.append(text)
                _log.info("server: %s", text)


def _pipe(stream: IO[bytes] | None) -> io.FileIO:
    assert isinstance(stream, io.FileIO)
    return stream
