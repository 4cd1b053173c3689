"""The client that waits for its answers."""

from __future__ import annotations

import collections
import os
import queue
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from . import _requests as requests
from ._base import BaseClient, SecondsLeft
from ._errors import AkinTimeoutError
from ._progress import Listener, ProgressOption, from_notification, shown
from ._requests import Documents, OneOrMore, Options, Request
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


class Akin(BaseClient):
    """A local Akin server, started when first needed and ended by `close` or with the program.

    Any number of threads may use one client. A server that dies is started once more and the
    requests it owed are sent again. A `timeout` is in seconds, for the whole of a call; the request
    of a call that ends early, by it or by an interrupt, is cancelled.

        with Akin() as akin:
            vectors = akin.embed(["a cat", "a dog"])
            hits = akin.search("pets", ["a cat", "a train"])
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Cancels what is under way and ends the server."""
        self._finalizer()

    # Vectors

    def embed(
        self,
        texts: OneOrMore,
        *,
        dtype: DataType = "float32",
        batch_size: int = 256,
        progress: ProgressOption = None,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> NDArray[Any]:
        """The vectors of texts, one a row; of a single string one vector.

        Any number of texts: they are sent in requests of `batch_size`. Without numpy the vectors
        are `array.array`. `embed_detailed` has the scales of dtype `int8`.
        """
        found = self.embed_detailed(
            texts,
            dtype=dtype,
            batch_size=batch_size,
            progress=progress,
            timeout=timeout,
            **options,
        )
        vectors = found.vectors
        return vectors[0] if isinstance(texts, str) else vectors

    def embed_detailed(
        self,
        texts: OneOrMore,
        *,
        dtype: DataType = "float32",
        batch_size: int = 256,
        progress: ProgressOption = None,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> Embeddings:
        """As `embed`, with token counts, cuts and scales; a single string is a list of one."""
        texts = requests.as_list(texts)
        # An empty list is the server's to refuse.
        chunks = requests.chunks(texts, batch_size) if texts else [texts]
        work = (requests.embed(chunk, dtype, options) for chunk in chunks)
        parts = []
        done = 0
        with shown(progress) as listener:
            for part in self._in_order(work, 4, self._deadline(timeout)):
                parts.append(part)
                done += len(part.tokens)
                if listener is not None:
                    listener(Progress(done, len(texts)))
        return requests.join(parts)

    def embed_stream(
        self,
        texts: Iterable[str],
        *,
        dtype: DataType = "float32",
        batch_size: int = 64,
        in_flight: int = 4,
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> Iterator[NDArray[Any]]:
        """One vector a text, as the texts come, however many there are.

        No more than `in_flight` requests of `batch_size` texts are read ahead. The timeout is for
        each request. Closing the iterator cancels what is under way.
        """
        if in_flight < 1:
            raise ValueError(f"in_flight: expected 1 or more, found {in_flight}")
        chunks = requests.chunks(texts, batch_size)
        work = (requests.embed(chunk, dtype, options) for chunk in chunks)
        for part in self._in_order(work, in_flight, lambda: self._seconds(timeout)):
            yield from part.vectors

    @overload
    def embed_tokens(  # type: ignore[overload-overlap]
        self,
        texts: str,
        *,
        dtype: DataType = ...,
        timeout: float | None = ...,
        **options: Unpack[Options],
    ) -> TokenEmbeddings: ...

    @overload
    def embed_tokens(
        self,
        texts: Sequence[str],
        *,
        dtype: DataType = ...,
        timeout: float | None = ...,
        **options: Unpack[Options],
    ) -> list[TokenEmbeddings]: ...

    def embed_tokens(
        self,
        texts: OneOrMore,
        *,
        dtype: DataType = "float32",
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> TokenEmbeddings | list[TokenEmbeddings]:
        """The last hidden state: for each text one vector a token, and which tokens they are."""
        found = self._run(requests.embed_tokens(requests.as_list(texts), dtype, options), timeout)
        return found[0] if isinstance(texts, str) else found

    # Tokens

    @overload
    def tokenize(  # type: ignore[overload-overlap]
        self,
        texts: str,
        pair: str | None = ...,
        *,
        add_special_tokens: bool = ...,
        max_length: int | None = ...,
        timeout: float | None = ...,
    ) -> Encoding: ...

    @overload
    def tokenize(
        self,
        texts: Sequence[str],
        pair: Sequence[str] | None = ...,
        *,
        add_special_tokens: bool = ...,
        max_length: int | None = ...,
        timeout: float | None = ...,
    ) -> list[Encoding]: ...

    def tokenize(
        self,
        texts: OneOrMore,
        pair: OneOrMore | None = None,
        *,
        add_special_tokens: bool = True,
        max_length: int | None = None,
        timeout: float | None = None,
    ) -> Encoding | list[Encoding]:
        """The tokens of texts, each maybe with a second one; of a single string one encoding."""
        request = requests.tokenize(requests.as_list(texts), pair, add_special_tokens, max_length)
        found = self._run(request, timeout)
        return found[0] if isinstance(texts, str) else found

    @overload
    def detokenize(
        self, ids: Sequence[int], *, skip_special_tokens: bool = ..., timeout: float | None = ...
    ) -> str: ...

    @overload
    def detokenize(
        self,
        ids: Sequence[Sequence[int]],
        *,
        skip_special_tokens: bool = ...,
        timeout: float | None = ...,
    ) -> list[str]: ...

    def detokenize(
        self,
        ids: Sequence[int] | Sequence[Sequence[int]],
        *,
        skip_special_tokens: bool = True,
        timeout: float | None = None,
    ) -> str | list[str]:
        """The text of a list of ids, or the texts of many."""
        found = self._run(requests.detokenize(ids, skip_special_tokens), timeout)
        return found if len(ids) > 0 and not isinstance(ids[0], int) else found[0]

    # Comparing

    def similarity(
        self,
        left: TextsOrVectors,
        right: TextsOrVectors | None = None,
        *,
        function: Function = "cosine",
        timeout: float | None = None,
        **options: Unpack[Options],
    ) -> NDArray[Any]:
        """A matrix of scores, rows of left by columns of right (left again where it is None).

        Texts and vectors in any mixture. Greater is more alike: distances come with a minus sign.
        """
        return self._run(requests.similarity(left, right, function, options), timeout)

    @overload
    def search(  # type: ignore[overload-overlap]
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
    def search(
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

    def search(
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
        """The best of `documents`, or of the documents stored in `collection`, the best first.

        One list of hits for a single string or for `similar_to`, one list a query for a list.

        Args:
            query: texts, or vectors in a list.
            similar_to: in place of a query `{"id": ...}` or `{"uri": ..., "range": ...}` of a
                stored document.
            filter: conditions on metadata, as in `{"year": {"gte": 1990}}`.
            glob: patterns for the paths of stored documents; those with `!` exclude.
        """
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
        found = self._run(request, timeout)
        return found[0] if query is None or isinstance(query, str) else found

    # Collections

    def index_add(
        self,
        documents: Documents | None = None,
        *,
        folder: str | os.PathLike[str] | None = None,
        collection: str | None = None,
        progress: ProgressOption = None,
        timeout: float | None = None,
    ) -> IndexChange:
        """Stores documents in a collection, or brings the collection of a folder up to date."""
        path = None if folder is None else os.path.abspath(folder)
        return self._run(requests.index_add(documents, path, collection), timeout, progress)

    def index_remove(
        self,
        collection: str,
        ids: Sequence[str] | None = None,
        uris: Sequence[str] | None = None,
        *,
        timeout: float | None = None,
    ) -> int:
        """Takes documents out of a collection; how many there were."""
        return self._run(requests.index_remove(collection, ids, uris), timeout)

    def index_list(self, *, timeout: float | None = None) -> list[CollectionInfo]:
        """The collections on this machine."""
        return self._run(requests.index_list(), timeout)

    def index_documents(
        self,
        collection: str,
        *,
        offset: int = 0,
        limit: int = 100,
        timeout: float | None = None,
    ) -> StoredDocuments:
        """Some documents of a collection, and how many it has."""
        return self._run(requests.index_documents(collection, offset, limit), timeout)

    def index_status(
        self,
        collection: str | None = None,
        *,
        folder: str | os.PathLike[str] | None = None,
        timeout: float | None = None,
    ) -> CollectionStatus:
        """What is known about a collection, by its name or its folder."""
        path = None if folder is None else os.path.abspath(folder)
        return self._run(requests.index_status(collection, path), timeout)

    def index_drop(self, collection: str, *, timeout: float | None = None) -> None:
        """Deletes a collection."""
        self._run(requests.index_drop(collection), timeout)

    # The server

    def model_info(self, *, timeout: float | None = None) -> dict[str, Any]:
        """The model in use, with the members that the protocol names; loads it."""
        return self._run(requests.plain("model/info"), timeout)

    def model_list(self, *, timeout: float | None = None) -> dict[str, Any]:
        """The models on this machine, with the members that the protocol names."""
        return self._run(requests.plain("model/list"), timeout)

    def server_status(self, *, timeout: float | None = None) -> dict[str, Any]:
        """Counters and latencies, with the members that the protocol names."""
        return self._run(requests.plain("server/status"), timeout)

    def call(
        self,
        method: str,
        params: Mapping[str, Any] | None = None,
        *,
        progress: ProgressOption = None,
        timeout: float | None = None,
    ) -> Any:
        """Any method of the protocol, its parameters and result as they stand there."""
        return self._run(requests.plain(method, params), timeout, progress)

    def _run(
        self, request: Request[T], timeout: float | None, progress: ProgressOption = None
    ) -> T:
        left = self._deadline(timeout)
        with shown(progress) as listener:
            if listener is None:
                future = self._session.submit(request.method, request.params)
            else:
                # The listener is called here, not on the thread that reads.
                steps: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
                future = self._session.submit(
                    request.method,
                    request.params,
                    lambda value: steps.put(from_notification(value)),
                )
                future.add_done_callback(lambda _: steps.put(None))
                _listen(future, steps, listener, left)
            return request.read(_wait(future, left()))

    def _in_order(
        self,
        work: Iterable[Request[T]],
        in_flight: int,
        left: SecondsLeft,
    ) -> Iterator[T]:
        """The results of many requests, of which `in_flight` at most are under way."""
        window: collections.deque[tuple[Request[T], Future[Any]]] = collections.deque()
        try:
            for request in work:
                window.append((request, self._session.submit(request.method, request.params)))
                if len(window) == in_flight:
                    yield _take(window, left())
            while window:
                yield _take(window, left())
        finally:
            for _, future in window:
                future.cancel()


def _take(window: collections.deque[tuple[Request[T], Future[Any]]], seconds: float | None) -> T:
    request, future = window.popleft()
    return request.read(_wait(future, seconds))


def _wait(future: Future[Any], seconds: float | None) -> Any:
    try:
        return future.result(seconds)
    except FutureTimeoutError:
        # Before Python 3.11 not the built-in TimeoutError.
        future.cancel()
        raise AkinTimeoutError("no answer in time; the request has been cancelled") from None
    except BaseException:
        future.cancel()
        raise


def _listen(
    future: Future[Any],
    steps: queue.SimpleQueue[Progress | None],
    listener: Listener,
    left: SecondsLeft,
) -> None:
    """Hands steps to the listener until the future is settled or time is up."""
    try:
        while (step := steps.get(timeout=left())) is not None:
            listener(step)
    except queue.Empty:
        return
    except BaseException:
        future.cancel()
        raise
