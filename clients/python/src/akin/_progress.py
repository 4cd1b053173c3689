"""Progress for people and for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Callable, TypeVar, Union

from ._values import Progress

#: True shows a bar on standard error, by tqdm where that is installed; a function is called with
#: each step.
ProgressOption = Union[bool, Callable[[Progress], None], None]

Listener = Callable[[Progress], None]

T = TypeVar("T")


def from_notification(value: Mapping[str, Any]) -> Progress:
    """The `value` of a `$/progress`."""
    if value["kind"] == "end":
        return Progress(100, 100, value.get("message", ""))
    return Progress(value.get("percentage", 0), 100, value.get("message") or value.get("title", ""))


def numbered(requests: Iterable[T]) -> list[tuple[T, int, int]]:
    """Each request with its number, from 0, and how many there are."""
    items = [*requests]
    return [(item, number, len(items)) for number, item in enumerate(items)]


def part_of(listener: Listener, part: int, total: int) -> Listener:
    """A listener to one of several requests, which tells of all of them."""
    if total == 1:
        return listener

    def tell(progress: Progress) -> None:
        listener(Progress((100 * part + progress.done) // total, 100, progress.message))

    return tell


@contextmanager
def shown(option: ProgressOption) -> Iterator[Listener | None]:
    """Who is told of progress during the block; None where nobody wants to know."""
    if callable(option):
        yield option
    elif not option:
        yield None
    else:
        bar = _bar()
        try:
            yield bar.show
        finally:
            bar.close()


def _bar() -> _TqdmBar | _PlainBar:
    try:
        return _TqdmBar()
    except ImportError:
        return _PlainBar()


class _TqdmBar:
    def __init__(self) -> None:
        from tqdm.auto import tqdm  # type: ignore[import-untyped, unused-ignore]

        self._bar = tqdm(total=0)

    def show(self, progress: Progress) -> None:
        self._bar.total = progress.total
        self._bar.set_postfix_str(progress.message, refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def close(self) -> None:
        self._bar.close()


class _PlainBar:
    """A line that is written over and over; nothing where standard error is no terminal."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

    def show(self, progress: Progress) -> None:
        if self._is_shown:
            total = "" if progress.total is None else f"/{progress.total}"
            line = f"\r\x1b[K{progress.done}{total} {progress.message}"
            print(line, end="", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._is_shown:
            print(file=sys.stderr)
