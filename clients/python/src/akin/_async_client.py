"""The client for asyncio."""

from __future__ import annotations

import asyncio
import collections
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Coroutine,
    Iterable,
    Mapping,
)
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from . import _history_methods as history
from . import _landscape_methods as landscape
from . import _scoring_methods as scoring
from . import _similarity_methods as comparison
from . import _stored_methods as stored
from . import _text_methods as text
from ._base import BaseClient, SecondsLeft
from ._chunks import async_chunks
from ._errors import AkinTimeoutError
from ._progress import Listener, from_notification, numbered, part_of, shown
from ._session import ProgressListener
from ._values import Embeddings, Progress
from ._wording import row_of
from ._work import Request, Work, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Concatenate, ParamSpec, Self, Unpack

    from ._text_methods import DataType, Options

    P = ParamSpec("P")

T = TypeVar("T")


def _awaits(
    method: Callable[P, Work[T]],
) -> Callable[Concatenate[AsyncAkin, P], Coroutine[Any, Any, T]]:
    """The method of a client that does the work and gives its result when awaited."""

    async def call(self: AsyncAkin, /, *arguments: P.args, **options: P.kwargs) -> T:
        return await self._run(method(*arguments, **options))

    describe(call, method, "AsyncAkin")
    return call


class AsyncAkin(BaseClient):
    """A local Akin server for asyncio, as `Akin` is for threads.

    Cancelling a task that waits for an answer cancels the request.

        async with AsyncAkin() as akin:
            one, two = await asyncio.gather(akin.embed("a cat"), akin.embed("a dog"))
    """

    @classmethod
    def of(cls, client: BaseClient) -> Self:
        """Another face of a client: the same server, which either of the two ends."""
        other = cls.__new__(cls)
        other.__dict__.update(client.__dict__, _client=client)
        return other

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Cancels what is under way and ends the server."""
        await asyncio.get_running_loop().run_in_executor(None, self._finalizer)

    embed = _awaits(text.embed)
    embed_detailed = _awaits(text.embed_detailed)
    embed_tokens = _awaits(text.embed_tokens)
    tokenize = _awaits(text.tokenize)
    detokenize = _awaits(text.detokenize)
    similarity = _awaits(comparison.similarity)
    rerank = _awaits(scoring.rerank)
    embed_sparse = _awaits(scoring.embed_sparse)
    clusters = _awaits(landscape.clusters)

    search = _awaits(stored.search)
    log = _awaits(history.log)
    index_add = _awaits(stored.index_add)
    index_remove = _awaits(stored.index_remove)
    index_list = _awaits(stored.index_list)
    index_documents = _awaits(stored.index_documents)
    index_status = _awaits(stored.index_status)
    index_drop = _awaits(stored.index_drop)

    model_info = _awaits(stored.model_info)
    model_list = _awaits(stored.model_list)
    server_status = _awaits(stored.server_status)
    call = _awaits(stored.call)

    async def embed_stream(
        self,
        texts: Iterable[str] | AsyncIterable[str],
        *,
        dtype: DataType = "float32",
        batch_size: int = 64,
        in_flight: int = 4,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> AsyncIterator[NDArray[Any]]:
        """As `Akin.embed_stream`; the texts may come asynchronously too."""
        if in_flight < 1:
            raise ValueError(f"in_flight: expected 1 or more, found {in_flight}")
        requests = _embeddings(async_chunks(texts, batch_size), dtype, options)
        parts = self._in_order(requests, in_flight, lambda: self._seconds(timeout))
        try:
            async for part in parts:
                for vector in part.vectors:
                    yield vector
        finally:
            await parts.aclose()

    async def _run(self, work: Work[T]) -> T:
        left = self._deadline(work.timeout)
        with shown(work.progress) as listener:
            result = work.join(await self._parts(work, listener, left))
            while isinstance(result, Work):
                result = result.join(await self._parts(result, None, left))
            return result

    async def _parts(
        self, work: Work[T], listener: Listener | None, left: SecondsLeft
    ) -> list[Any]:
        """The results of the work's requests."""
        if listener is not None and work.texts is None:
            return [
                await self._told(request, part_of(listener, part, total), left)
                for request, part, total in numbered(work.requests)
            ]
        parts: list[Any] = []
        done = 0
        async for part in self._in_order(_each(work.requests), self._IN_FLIGHT, left):
            parts.append(part)
            if listener is not None and work.texts is not None:
                done += len(part.token_counts)
                listener(Progress(done, work.texts))
        return parts

    async def _told(self, request: Request[T], listener: Listener, left: SecondsLeft) -> T:
        """The result of a request of whose progress the server tells."""
        loop = asyncio.get_running_loop()

        def told(value: Mapping[str, Any]) -> None:
            loop.call_soon_threadsafe(listener, from_notification(value))

        with request.worded():
            return request.read(await _wait(await self._submit(request, told), left()))

    async def _submit(
        self, request: Request[T], on_progress: ProgressListener | None = None
    ) -> asyncio.Future[Any]:
        if self._session.pid is None:
            # Starting a process takes milliseconds that the loop has better uses for.
            await asyncio.get_running_loop().run_in_executor(None, self._session.start)
        return asyncio.wrap_future(
            self._session.submit(request.method, request.params, on_progress)
        )

    async def _in_order(
        self, requests: AsyncIterable[Request[T]], in_flight: int, left: SecondsLeft
    ) -> AsyncGenerator[T, None]:
        """The results of many requests, of which `in_flight` at most are under way."""
        window: collections.deque[tuple[Request[T], asyncio.Future[Any]]] = collections.deque()
        try:
            async for request in requests:
                window.append((request, await self._submit(request)))
                if len(window) == in_flight:
                    yield await _take(window, left())
            while window:
                yield await _take(window, left())
        finally:
            for _, future in window:
                future.cancel()


async def _embeddings(
    chunks: AsyncIterable[list[str]], dtype: DataType, options: Options
) -> AsyncIterator[Request[Embeddings]]:
    row = 0
    async for chunk in chunks:
        yield text.embedding(chunk, dtype, options, row_of("texts", row))
        row += len(chunk)


async def _each(items: Iterable[T]) -> AsyncIterator[T]:
    for item in items:
        yield item


async def _take(
    window: collections.deque[tuple[Request[T], asyncio.Future[Any]]], seconds: float | None
) -> T:
    request, future = window.popleft()
    with request.worded():
        return request.read(await _wait(future, seconds))


async def _wait(future: asyncio.Future[Any], seconds: float | None) -> Any:
    """The future's result. Where this task is cancelled or time is up, so is the request."""
    try:
        return await asyncio.wait_for(future, seconds)
    except asyncio.TimeoutError:
        raise AkinTimeoutError("no answer in time; the request has been cancelled") from None
