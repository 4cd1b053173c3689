"""What a call of a method amounts to, for both clients: requests, and what their results make."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import update_wrapper
from typing import Any, Callable, Generic, TypeVar

from ._errors import ServerError
from ._progress import ProgressOption
from ._values import camel_case
from ._wording import Words

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

# By their names alone.
_PLAIN = Words()


@dataclass(frozen=True)
class Request(Generic[T_co]):
    """A method with its parameters, and how its result is read."""

    method: str
    params: Mapping[str, Any]
    read: Callable[[Any], T_co]
    #: How the caller calls the parameters; None: as the protocol does.
    words: Words | None = _PLAIN

    @contextmanager
    def worded(self) -> Iterator[None]:
        """What the server refuses within is told in the caller's words."""
        try:
            yield
        except ServerError as error:
            raise (error if self.words is None else self.words.told(error)) from None


@dataclass(frozen=True)
class Work(Generic[T_co]):
    """A call before it is made. A client sends the requests in order, a few at a time."""

    requests: Iterable[Request[Any]]
    #: Makes the call's result of those of its requests; or says what is left to do with them.
    join: Callable[[Sequence[Any]], T_co | Work[T_co]]
    timeout: float | None
    progress: ProgressOption = None
    #: Texts in all the requests, which progress is counted in; None where the server counts.
    texts: int | None = None


def one(
    method: str,
    params: Mapping[str, Any],
    read: Callable[[Any], T],
    timeout: float | None,
    progress: ProgressOption = None,
    words: Words | None = _PLAIN,
) -> Work[T]:
    """A call of a single request."""
    request = Request(method, params, read, words)
    return Work([request], lambda results: results[0], timeout, progress)


def several(
    requests: Sequence[Request[Any]],
    join: Callable[[Sequence[Any]], T],
    timeout: float | None,
    progress: ProgressOption = None,
) -> Work[T]:
    """A call of one request or more. What is empty is one too, which the server refuses."""
    return Work(requests, join, timeout, progress)


def params(**values: Any) -> dict[str, Any]:
    """Parameters by the protocol's names; None is left out."""
    return {camel_case(name): value for name, value in values.items() if value is not None}


def describe(call: Callable[..., Any], method: Callable[..., Work[Any]], client: str) -> None:
    """Gives a client's method the name, the signature and the text of what it calls."""
    update_wrapper(call, method)
    call.__module__ = "akin"
    call.__qualname__ = f"{client}.{method.__name__}"
    signature = inspect.signature(method)
    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    # An annotation is text: the result of `Work[T]` is a T.
    result = str(signature.return_annotation)[len("Work[") : -1]
    call.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[me, *signature.parameters.values()], return_annotation=result
    )
