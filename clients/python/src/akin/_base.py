"""What the client that waits and the one for asyncio share."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Optional

from ._program import Command, server_command
from ._session import Session

#: The seconds that are left of a call; None without end.
SecondsLeft = Callable[[], Optional[float]]


class BaseClient:
    """A session that ends with its client, and the timeouts of calls.

    A client that is pickled is made anew from its options, and starts a server when it is first
    used there: it can be handed to the processes of multiprocessing, Spark or Ray.
    """

    #: Requests of one call that are under way at most.
    _IN_FLIGHT = 4

    def __init__(
        self,
        model: str | None = None,
        *,
        precision: str | None = None,
        command: Command | None = None,
        arguments: Sequence[str] = (),
        timeout: float | None = None,
    ) -> None:
        """
        Args:
            model: a model's name, a model folder or a .gguf file; None takes Akin's default.
            precision: `q8_0` or `f32`; None takes Akin's default.
            command: the program's path, or a whole command; None looks at the environment variable
                AKIN and then on the PATH.
            arguments: further options of `akin serve`.
            timeout: that of calls which give none, in seconds; None waits for ever.
        """
        if isinstance(arguments, str):
            raise TypeError(
                f"arguments: expected a list of words, found a single text {arguments!r}"
            )
        self._timeout = timeout
        self._options: dict[str, Any] = {
            "model": model,
            "precision": precision,
            "command": command,
            "arguments": [*arguments],
        }
        self._session = Session(partial(server_command, **self._options))
        self._finalizer = weakref.finalize(self, self._session.close)

    @property
    def server_pid(self) -> int | None:
        """The process id of the server, where one runs."""
        return self._session.pid

    def __repr__(self) -> str:
        options = {**self._options, "timeout": self._timeout}
        given = ", ".join(f"{name}={value!r}" for name, value in options.items() if value)
        pid = self.server_pid
        state = "no server runs" if pid is None else f"server {pid}"
        return f"<{type(self).__name__}({given}), {state}>"

    def __reduce__(self) -> Any:
        # What a client is made of goes to another process, which starts a server of its own.
        return _made, (type(self), {**self._options, "timeout": self._timeout})

    def _seconds(self, timeout: float | None) -> float | None:
        return self._timeout if timeout is None else timeout

    def _deadline(self, timeout: float | None) -> SecondsLeft:
        """The seconds that are left of a call which starts now."""
        seconds = self._seconds(timeout)
        if seconds is None:
            return lambda: None
        end = time.monotonic() + seconds
        return lambda: max(0.0, end - time.monotonic())


def _made(kind: type[BaseClient], options: Mapping[str, Any]) -> BaseClient:
    client = kind.__new__(kind)
    BaseClient.__init__(client, **options)
    return client
