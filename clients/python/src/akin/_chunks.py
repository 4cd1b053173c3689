"""Many items in lists for one request each."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any, Callable, Generic, TypeVar

from ._texts import as_stream, check_text

T = TypeVar("T")

# Of one request: small enough for progress and cancelling, large enough to keep the encoder busy.
CHUNK_CHARACTERS = 1 << 20
# What the server takes in one (section 2 of the specification); a larger `batch_size` is this one.
_MAX_TEXTS = 16_384


class Chunker(Generic[T]):
    """Gathers items for one request each: `count` of them, or fewer where they are large."""

    def __init__(self, count: int, weight: Callable[[T], int], limit: int) -> None:
        self._count = count
        self._weight = weight
        self._limit = limit
        self._items: list[T] = []
        self._weights = 0

    def add(self, item: T) -> Iterator[list[T]]:
        """Takes an item; the lists that are full now."""
        weight = self._weight(item)
        if self._items and self._weights + weight > self._limit:
            yield self._take()
        self._items.append(item)
        self._weights += weight
        if len(self._items) == self._count:
            yield self._take()

    def rest(self) -> Iterator[list[T]]:
        """What is left after the last item."""
        if self._items:
            yield self._take()

    def _take(self) -> list[T]:
        items, self._items, self._weights = self._items, [], 0
        return items


class _TextChunker(Chunker[str]):
    """Checks each text as it comes."""

    def __init__(self, batch_size: int) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size: expected 1 or more, found {batch_size}")
        super().__init__(min(batch_size, _MAX_TEXTS), len, CHUNK_CHARACTERS)
        self._row = 0

    def add(self, item: str) -> Iterator[list[str]]:
        check_text(item, "texts", self._row)
        self._row += 1
        return super().add(item)


def split(
    items: Iterable[T], count: int, weight: Callable[[T], int], limit: int
) -> Iterator[list[T]]:
    """The items in lists of `count` and of the weight `limit` at most; no list where none is."""
    chunker = Chunker(count, weight, limit)
    for item in items:
        yield from chunker.add(item)
    yield from chunker.rest()


def started(parts: Iterable[T]) -> Iterator[tuple[int, T]]:
    """Each part with the row that it begins with; what is no list has none."""
    row = 0
    for part in parts:
        yield row, part
        row += len(part) if isinstance(part, list) else 0


def chunks(texts: Iterable[str], batch_size: int) -> Iterator[list[str]]:
    """The texts in lists for one request each."""
    chunker = _TextChunker(batch_size)
    for text in as_stream(texts):
        yield from chunker.add(text)
    yield from chunker.rest()


async def async_chunks(
    texts: Iterable[str] | AsyncIterable[str], batch_size: int
) -> AsyncIterator[list[str]]:
    """As `chunks`."""
    chunker = _TextChunker(batch_size)
    texts = as_stream(texts)
    if isinstance(texts, AsyncIterable):
        async for text in texts:
            for chunk in chunker.add(text):
                yield chunk
    else:
        for text in texts:
            for chunk in chunker.add(text):
                yield chunk
    for chunk in chunker.rest():
        yield chunk


def characters(value: Any) -> int:
    """Roughly the characters that a value takes in a request."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(characters, value.values()))
    return 32
