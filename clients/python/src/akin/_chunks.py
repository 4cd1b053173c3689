"""Many texts in lists for one request each."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator

# Of one request: small enough for progress and cancelling, large enough to keep the encoder busy.
_CHUNK_CHARACTERS = 1 << 20


class Chunker:
    """Gathers texts for one request each: `batch_size`, or fewer where they are long."""

    def __init__(self, batch_size: int) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size: expected 1 or more, found {batch_size}")
        self._batch_size = batch_size
        self._texts: list[str] = []
        self._characters = 0

    def add(self, text: str) -> Iterator[list[str]]:
        """Takes a text; the lists that are full now."""
        if not isinstance(text, str):
            raise TypeError(f"expected a text, found {type(text).__name__}")
        if self._texts and self._characters + len(text) > _CHUNK_CHARACTERS:
            yield self._take()
        self._texts.append(text)
        self._characters += len(text)
        if len(self._texts) == self._batch_size:
            yield self._take()

    def rest(self) -> Iterator[list[str]]:
        """What is left after the last text."""
        if self._texts:
            yield self._take()

    def _take(self) -> list[str]:
        texts, self._texts, self._characters = self._texts, [], 0
        return texts


def chunks(texts: Iterable[str], batch_size: int) -> Iterator[list[str]]:
    """The texts in lists for one request each."""
    chunker = Chunker(batch_size)
    for text in texts:
        yield from chunker.add(text)
    yield from chunker.rest()


async def async_chunks(
    texts: Iterable[str] | AsyncIterable[str], batch_size: int
) -> AsyncIterator[list[str]]:
    """As `chunks`."""
    chunker = Chunker(batch_size)
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
