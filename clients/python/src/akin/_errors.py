"""What can go wrong, by who can do something about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class AkinError(Exception):
    """Any failure of this package."""


class AkinNotFoundError(AkinError, FileNotFoundError):
    """The program `akin` is not on this machine, or not where it was said to be."""


class ServerDiedError(AkinError, ConnectionError):
    """The server ended while it worked on a request, and again when it was started anew."""


class UnexpectedAnswerError(AkinError):
    """What the program wrote is not the protocol's: it is another one, or of another version."""


class ClosedError(AkinError):
    """The client was closed before or while the request was under way."""


class AkinTimeoutError(AkinError, TimeoutError):
    """No answer within the time given. The request has been cancelled."""


class ServerError(AkinError):
    """The server refused a request."""

    def __init__(
        self,
        code: int,
        message: str,
        data: Mapping[str, Any] | None = None,
        argument: str | None = None,
    ) -> None:
        super().__init__(message)
        #: The number of the kind of error, as protocol/specification.md section 4 lists them.
        self.code = code
        #: One line for a person.
        self.message = message
        #: For a program, as the protocol names things: `kind`, and mostly `path`, `expected` and
        #: `found`.
        self.data = dict(data or {})
        #: What the error is about as the caller names it, `top_k` or `texts[300]`; None where it is
        #: about no argument.
        self.argument = argument

    @property
    def kind(self) -> str:
        """The name of the error, such as `invalidParams`; empty where the server gives none."""
        return str(self.data.get("kind", ""))

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), (self.code, self.message, self.data, self.argument))


class InvalidParametersError(ServerError, ValueError):
    """An argument has a wrong type or value; `argument` says which."""


class CancelledError(ServerError):
    """The request was cancelled by someone else than the one who waits for it."""


class OverloadedError(ServerError):
    """Too much work waits already. Try again later, or with fewer requests at a time."""


class ModelError(ServerError):
    """The model is not on this machine, or cannot be used; the message says what to do."""


class TextTooLongError(ServerError, ValueError):
    """With `overflow="error"`: a text has more tokens than the model takes."""


class LimitExceededError(ServerError, ValueError):
    """A request is larger than the server takes."""


class CollectionError(ServerError):
    """The collection is unknown, busy, damaged, of another model, or cannot be stored."""


_BY_CODE: Mapping[int, type[ServerError]] = {
    -32602: InvalidParametersError,
    -32800: CancelledError,
    -32000: OverloadedError,
    -32003: OverloadedError,
    -32004: ModelError,
    -32005: ModelError,
    -32006: TextTooLongError,
    -32007: InvalidParametersError,
    -32008: LimitExceededError,
    -32009: CollectionError,
    -32010: CollectionError,
    -32011: CollectionError,
    -32012: CollectionError,
    -32013: CollectionError,
}


def server_error(error: Mapping[str, Any]) -> ServerError:
    """The exception for the member `error` of an answer."""
    code = int(error["code"])
    return _BY_CODE.get(code, ServerError)(code, str(error["message"]), error.get("data"))
