"""Requests and answers over a server that is started when first needed, and anew when it dies."""

from __future__ import annotations

import json
import os
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from ._errors import AkinError, ClosedError, ServerDiedError, UnexpectedAnswerError, server_error
from ._process import ServerProcess
from ._texts import shown

ProgressListener = Callable[[Mapping[str, Any]], None]

_ATTEMPTS = 2
# With `--shared`: the process that holds the model ended, which is a server's death too.
_MODEL_PROCESS_ENDED = -32019


class _Call:
    """A request that has no answer yet."""

    def __init__(self, id: int, line: bytes, on_progress: ProgressListener | None) -> None:
        self.id = id
        self.line = line
        self.on_progress = on_progress
        self.attempts = 0
        self.future: Future[Any] = Future()

    def send(self, process: ServerProcess) -> None:
        self.attempts += 1
        process.send(self.line)

    def succeed(self, result: Any) -> None:
        # False where it has just been cancelled.
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(result)

    def fail(self, error: AkinError) -> None:
        if self.future.set_running_or_notify_cancel():
            self.future.set_exception(error)


class Session:
    """Thread-safe. Cancelling a future that `submit` returned cancels its request.

    The requests that a server leaves unanswered when it dies are sent once more, to a new one. A
    request during which that dies too fails with `ServerDiedError`.
    """

    def __init__(self, command: Callable[[], Sequence[str]]) -> None:
        self._command = command
        # Guards what follows. Reentrant: a collected generator may cancel its requests anywhere.
        self._lock = threading.RLock()
        self._process: ServerProcess | None = None
        self._pending: dict[int, _Call] = {}
        self._last_id = 0
        self._is_closed = False
        _sessions.add(self)

    @property
    def pid(self) -> int | None:
        """The server's process, where one runs."""
        process = self._process
        return process.pid if process else None

    def start(self) -> None:
        """Starts the server, where none runs."""
        with self._lock:
            self._running()

    def submit(
        self,
        method: str,
        params: Mapping[str, Any],
        on_progress: ProgressListener | None = None,
    ) -> Future[Any]:
        """Sends a request without waiting for its answer.

        `on_progress` gets the `value` of each `$/progress`, on a thread of this package.
        """
        with self._lock:
            process = self._running()
            self._last_id += 1
            if on_progress is not None:
                params = {**params, "workDoneToken": self._last_id}
            line = _message(id=self._last_id, method=method, params=params)
            call = _Call(self._last_id, line, on_progress)
            self._pending[call.id] = call
            call.send(process)
        call.future.add_done_callback(lambda future: self._settled(call.id, future))
        return call.future

    def close(self) -> None:
        """Cancels what is under way and ends the server. Later requests fail with `ClosedError`."""
        with self._lock:
            self._is_closed = True
            process, self._process = self._process, None
            calls = list(self._pending.values())
            self._pending = {}
        for call in calls:
            if process is not None:
                process.send(_cancellation(call.id))
            call.fail(ClosedError("the client was closed before the answer came"))
        if process is not None:
            process.close()

    def _running(self) -> ServerProcess:
        if self._is_closed:
            raise ClosedError("the client is closed")
        if self._process is None:
            self._process = ServerProcess(self._command(), self._received, self._ended)
        return self._process

    def _settled(self, id: int, future: Future[Any]) -> None:
        if not future.cancelled():
            return
        with self._lock:
            if self._pending.pop(id, None) is not None and self._process is not None:
                self._process.send(_cancellation(id))

    def _received(self, message: Mapping[str, Any]) -> None:
        if message.get("method") == "$/progress":
            self._progressed(message["params"])
        if "id" not in message or "method" in message:
            return
        error = message.get("error")
        with self._lock:
            # None for the late answer of a cancelled request.
            call = self._pending.get(message["id"])
            if call is None:
                return
            if error and error["code"] == _MODEL_PROCESS_ENDED and call.attempts < _ATTEMPTS:
                call.send(self._running())
                return
            del self._pending[call.id]
        if error:
            call.fail(server_error(error))
        else:
            call.succeed(message["result"])

    def _progressed(self, params: Mapping[str, Any]) -> None:
        with self._lock:
            call = self._pending.get(params["token"])
        if call is not None and call.on_progress is not None:
            call.on_progress(params["value"])

    def _ended(self, process: ServerProcess) -> None:
        error = _reason(process)
        with self._lock:
            if process is not self._process:
                return  # It was closed.
            self._process = None
            calls, self._pending = self._pending, {}
            if isinstance(error, ServerDiedError):
                self._pending = {id: c for id, c in calls.items() if c.attempts < _ATTEMPTS}
            try:
                self._send_again()
            except AkinError as failure:
                error, self._pending = failure, {}
            failed = [call for id, call in calls.items() if id not in self._pending]
        for call in failed:
            call.fail(error)

    def _send_again(self) -> None:
        if self._pending:
            process = self._running()
            for call in self._pending.values():
                call.send(process)

    def _reset_after_fork(self) -> None:
        # A forked child has neither the threads nor the server; the lock may be held for ever.
        self._lock = threading.RLock()
        if self._process is not None:
            self._process.abandon()
        self._process = None
        self._pending = {}


def _reason(process: ServerProcess) -> AkinError:
    if process.nonsense is not None:
        return UnexpectedAnswerError(
            f"the program is no Akin server; it wrote {process.nonsense!r}"
        )
    return ServerDiedError(process.describe_end())


def _cancellation(id: int) -> bytes:
    return _message(method="$/cancelRequest", params={"id": id})


def _message(**members: Any) -> bytes:
    # ASCII: a lone surrogate in a text has no UTF-8, but an escape.
    text = json.dumps({"jsonrpc": "2.0", **members}, allow_nan=False, default=_plain)
    return text.encode("ascii") + b"\n"


def _plain(value: Any) -> Any:
    """Numbers and arrays of numpy as Python's, and a path as its text."""
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if hasattr(value, "tolist") and not isinstance(value, type):
        return value.tolist()
    raise TypeError(f"expected values that JSON has in the options, found {shown(value)}")


_sessions: weakref.WeakSet[Session] = weakref.WeakSet()


def _reset_sessions() -> None:
    for session in list(_sessions):
        session._reset_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_sessions)
