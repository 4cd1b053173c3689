"""The client for asyncio."""

from __future__ import annotations

import asyncio
import collections
import os
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Iterable,
    Mapping,
    Sequence,
)
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from . import _requests as requests
from ._base import BaseClient, SecondsLeft
from ._errors import AkinTimeoutError
from ._progress import ProgressOption, from_notification, shown
from ._requests import Documents, OneOrMore, Options, Request
from ._session import ProgressListener
from ._values import (
    CollectionInfo,
    CollectionStatus,
    Embeddings,
    Encoding,
    Hit,
    IndexChange,
    Progress,
    StoredDocuments,
    TokenEmbeddings,
)
from ._vectors import TextsOrVectors, Vector

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Self, Unpack

    from ._requests import DataType, Function, Mode

T = TypeVar("T")


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

    # Vectors

    async def embed(
        self,
        texts: OneOrMore,
        *,
        dtype: DataType = "float32",
        batch_size: int = 256,
        progress: ProgressOption = None,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> NDArray[Any]:
        """As `Akin.embed`."""
        found = await self.embed_detailed(
            texts,
            dtype=dtype,
            batch_size=batch_size,
            progress=progress,
            timeout=timeout,
            **options,
        )
        vectors = found.vectors
        return vectors[0] if isinstance(texts, str) else vectors

    async def embed_detailed(
        self,
        texts: OneOrMore,
        *,
        dtype: DataType = "float32",
        batch_size: int = 256,
        progress: ProgressOption = None,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> Embeddings:
        """As `Akin.embed_detailed`."""
        texts = requests.as_list(texts)
        # An empty list is the server's to refuse.
        chunks = requests.chunks(texts, batch_size) if texts else iter([texts])
        work = (requests.embed(chunk, dtype, options) for chunk in chunks)
        parts: list[Embeddings] = []
        done = 0
        with shown(progress) as listener:
            async for part in self._in_order(_each(work), 4, self._deadline(timeout)):
                parts.append(part)
                done += len(part.tokens)
                if listener is not None:
                    listener(Progress(done, len(texts)))
        return requests.join(parts)

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
        chunks = requests.async_chunks(texts, batch_size)
        work = (requests.embed(chunk, dtype, options) async for chunk in chunks)
        parts = self._in_order(work, in_flight, lambda: self._seconds(timeout))
        try:
            async for part in parts:
                for vector in part.vectors:
                    yield vector
        finally:
            await parts.aclose()

    @overload
    async def embed_tokens(  # type: ignore[overload-overlap]
        self,
        texts: str,
        *,
        dtype: DataType = ...,
        timeout: float | None = ...,
        **options: Unpack[Options],
    ) -> TokenEmbeddings: ...

    @overload
    async def embed_tokens(
        self,
        texts: Sequence[str],
        *,
        dtype: DataType = ...,
        timeout: float | None = ...,
        **options: Unpack[Options],
    ) -> list[TokenEmbeddings]: ...

    async def embed_tokens(
        self,
        texts: OneOrMore,
        *,
        dtype: DataType = "float32",
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> TokenEmbeddings | list[TokenEmbeddings]:
        """As `Akin.embed_tokens`."""
        found = await self._run(
            requests.embed_tokens(requests.as_list(texts), dtype, options), timeout
        )
        return found[0] if isinstance(texts, str) else found

    # Tokens

    @overload
    async def tokenize(  # type: ignore[overload-overlap]
        self,
        texts: str,
        pair: str | None = ...,
        *,
        add_special_tokens: bool = ...,
        max_length: int | None = ...,
        timeout: float | None = ...,
    ) -> Encoding: ...

    @overload
    async def tokenize(
        self,
        texts: Sequence[str],
        pair: Sequence[str] | None = ...,
        *,
        add_special_tokens: bool = ...,
        max_length: int | None = ...,
        timeout: float | None = ...,
    ) -> list[Encoding]: ...

    async def tokenize(
        self,
        texts: OneOrMore,
        pair: OneOrMore | None = None,
        *,
        add_special_tokens: bool = True,
        max_length: int | None = None,
        timeout: float | None = None,
    ) -> Encoding | list[Encoding]:
        """As `Akin.tokenize`."""
        request = requests.tokenize(requests.as_list(texts), pair, add_special_tokens, max_length)
        found = await self._run(request, timeout)
        return found[0] if isinstance(texts, str) else found

    @overload
    async def detokenize(
        self, ids: Sequence[int], *, skip_special_tokens: bool = ..., timeout: float | None = ...
    ) -> str: ...

    @overload
    async def detokenize(
        self,
        ids: Sequence[Sequence[int]],
        *,
        skip_special_tokens: bool = ...,
        timeout: float | None = ...,
    ) -> list[str]: ...

    async def detokenize(
        self,
        ids: Sequence[int] | Sequence[Sequence[int]],
        *,
        skip_special_tokens: bool = True,
        timeout: float | None = None,
    ) -> str | list[str]:
        """As `Akin.detokenize`."""
        found = await self._run(requests.detokenize(ids, skip_special_tokens), timeout)
        return found if len(ids) > 0 and not isinstance(ids[0], int) else found[0]

    # Comparing

    async def similarity(
        self,
        left: TextsOrVectors,
        right: TextsOrVectors | None = None,
        *,
        function: Function = "cosine",
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> NDArray[Any]:
        """As `Akin.similarity`."""
        return await self._run(requests.similarity(left, right, function, options), timeout)

    @overload
    async def search(  # type: ignore[overload-overlap]
        self,
        query: str | None = ...,
        documents: Documents | None = ...,
        *,
        collection: OneOrMore | None = ...,
        similar_to: Mapping[str, Any] | None = ...,
        top_k: int = ...,
        offset: int | None = ...,
        min_score: float | None = ...,
        mode: Mode = ...,
        filter: Mapping[str, Any] | None = ...,
        glob: OneOrMore | None = ...,
        language: OneOrMore | None = ...,
        timeout: float | None = ...,
        **options: Unpack[Options],
    ) -> list[Hit]: ...

    @overload
    async def search(
        self,
        query: Sequence[str | Vector],
        documents: Documents | None = ...,
        *,
        collection: OneOrMore | None = ...,
        similar_to: None = ...,
        top_k: int = ...,
        offset: int | None = ...,
        min_score: float | None = ...,
        mode: Mode = ...,
        filter: Mapping[str, Any] | None = ...,
        glob: OneOrMore | None = ...,
        language: OneOrMore | None = ...,
        timeout: float | None = ...,
        **options: Unpack[Options],
    ) -> list[list[Hit]]: ...

    async def search(
        self,
        query: TextsOrVectors | None = None,
        documents: Documents | None = None,
        *,
        collection: OneOrMore | None = None,
        similar_to: Mapping[str, Any] | None = None,
        top_k: int = 10,
        offset: int | None = None,
        min_score: float | None = None,
        mode: Mode = "semantic",
        filter: Mapping[str, Any] | None = None,
        glob: OneOrMore | None = None,
        language: OneOrMore | None = None,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> list[Hit] | list[list[Hit]]:
        """As `Akin.search`."""
        request = requests.search(
            query,
            documents,
            similar_to,
            dict(
                options,
                collection=collection,
                top_k=top_k,
                offset=offset,
                min_score=min_score,
                mode=mode,
                filter=filter,
                glob=glob,
                language=language,
            ),
        )
        found = await self._run(request, timeout)
        return found[0] if query is None or isinstance(query, str) else found

    # Collections

    async def index_add(
        self,
        documents: Documents | None = None,
        *,
        folder: str | os.PathLike[str] | None = None,
        collection: str | None = None,
        progress: ProgressOption = None,
        timeout: float | None = None,
    ) -> IndexChange:
        """As `Akin.index_add`."""
        path = None if folder is None else os.path.abspath(folder)
        return await self._run(requests.index_add(documents, path, collection), timeout, progress)

    async def index_remove(
        self,
        collection: str,
        ids: Sequence[str] | None = None,
        uris: Sequence[str] | None = None,
        *,
        timeout: float | None = None,
    ) -> int:
        """As `Akin.index_remove`."""
        return await self._run(requests.index_remove(collection, ids, uris), timeout)

    async def index_list(self, *, timeout: float | None = None) -> list[CollectionInfo]:
        """As `Akin.index_list`."""
        return await self._run(requests.index_list(), timeout)

    async def index_documents(
        self,
        collection: str,
        *,
        offset: int = 0,
        limit: int = 100,
        timeout: float | None = None,
    ) -> StoredDocuments:
        """As `Akin.index_documents`."""
        return await self._run(requests.index_documents(collection, offset, limit), timeout)

    async def index_status(
        self,
        collection: str | None = None,
        *,
        folder: str | os.PathLike[str] | None = None,
        timeout: float | None = None,
    ) -> CollectionStatus:
        """As `Akin.index_status`."""
        path = None if folder is None else os.path.abspath(folder)
        return await self._run(requests.index_status(collection, path), timeout)

    async def index_drop(self, collection: str, *, timeout: float | None = None) -> None:
        """As `Akin.index_drop`."""
        await self._run(requests.index_drop(collection), timeout)

    # The server

    async def model_info(self, *, timeout: float | None = None) -> dict[str, Any]:
        """As `Akin.model_info`."""
        return await self._run(requests.plain("model/info"), timeout)

    async def model_list(self, *, timeout: float | None = None) -> dict[str, Any]:
        """As `Akin.model_list`."""
        return await self._run(requests.plain("model/list"), timeout)

    async def server_status(self, *, timeout: float | None = None) -> dict[str, Any]:
        """As `Akin.server_status`."""
        return await self._run(requests.plain("server/status"), timeout)

    async def call(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        progress: ProgressOption = None,
        timeout: float | None = None,
    ) -> Any:
        """As `Akin.call`."""
        return await self._run(requests.plain(method, params), timeout, progress)

    async def _run(
        self, request: Request[T], timeout: float | None, progress: ProgressOption = None
    ) -> T:
        with shown(progress) as listener:
            told: ProgressListener | None = None
            if listener is not None:
                loop = asyncio.get_running_loop()

                def told(value: Mapping[str, Any]) -> None:
                    loop.call_soon_threadsafe(listener, from_notification(value))

            future = await self._submit(request, told)
            return request.read(await _wait(future, self._seconds(timeout)))

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
        self,
        work: AsyncIterable[Request[T]],
        in_flight: int,
        left: SecondsLeft,
    ) -> AsyncGenerator[T, None]:
        """The results of many requests, of which `in_flight` at most are under way."""
        window: collections.deque[tuple[Request[T], asyncio.Future[Any]]] = collections.deque()
        try:
            async for request in work:
                window.append((request, await self._submit(request)))
                if len(window) == in_flight:
                    yield await _take(window, left())
            while window:
                yield await _take(window, left())
        finally:
            for _, future in window:
                future.cancel()


async def _each(items: Iterable[T]) -> AsyncIterator[T]:
    for item in items:
        yield item


async def _take(
    window: collections.deque[tuple[Request[T], asyncio.Future[Any]]], seconds: float | None
) -> T:
    request, future = window.popleft()
    return request.read(await _wait(future, seconds))


async def _wait(future: asyncio.Future[Any], seconds: float | None) -> Any:
    """The future's result. Where this task is cancelled or time is up, so is the request."""
    try:
        return await asyncio.wait_for(future, seconds)
    except asyncio.TimeoutError:
        raise AkinTimeoutError("no answer in time; the request has been cancelled") from None
