"""The client that waits for its answers."""

from __future__ import annotations

import collections
import queue
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, TypeVar

from . import _history_methods as history
from . import _landscape_methods as landscape
from . import _scoring_methods as scoring
from . import _similarity_methods as comparison
from . import _stored_methods as stored
from . import _text_methods as text
from ._base import BaseClient, SecondsLeft
from ._chunks import chunks
from ._errors import AkinTimeoutError
from ._progress import Listener, from_notification, numbered, part_of, shown
from ._values import Progress
from ._work import Request, Work, describe

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Concatenate, ParamSpec, Self, Unpack

    from ._text_methods import DataType, Options

    P = ParamSpec("P")

T = TypeVar("T")


def _waits(method: Callable[P, Work[T]]) -> Callable[Concatenate[Akin, P], T]:
    """The method of a client that does the work and returns its result."""

    def call(self: Akin, /, *arguments: P.args, **options: P.kwargs) -> T:
        return self._run(method(*arguments, **options))

    describe(call, method, "Akin")
    return call


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

    embed = _waits(text.embed)
    embed_detailed = _waits(text.embed_detailed)
    embed_tokens = _waits(text.embed_tokens)
    tokenize = _waits(text.tokenize)
    detokenize = _waits(text.detokenize)
    similarity = _waits(comparison.similarity)
    rerank = _waits(scoring.rerank)
    embed_sparse = _waits(scoring.embed_sparse)
    clusters = _waits(landscape.clusters)

    search = _waits(stored.search)
    log = _waits(history.log)
    index_add = _waits(stored.index_add)
    index_remove = _waits(stored.index_remove)
    index_list = _waits(stored.index_list)
    index_documents = _waits(stored.index_documents)
    index_status = _waits(stored.index_status)
    index_drop = _waits(stored.index_drop)

    model_info = _waits(stored.model_info)
    model_list = _waits(stored.model_list)
    server_status = _waits(stored.server_status)
    call = _waits(stored.call)

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
        requests = text.embeddings(chunks(texts, batch_size), dtype, options)
        for part in self._in_order(requests, in_flight, lambda: self._seconds(timeout)):
            yield from part.vectors

    def _run(self, work: Work[T]) -> T:
        left = self._deadline(work.timeout)
        with shown(work.progress) as listener:
            result = work.join(self._parts(work, listener, left))
            while isinstance(result, Work):
                result = result.join(self._parts(result, None, left))
            return result

    def _parts(self, work: Work[T], listener: Listener | None, left: SecondsLeft) -> list[Any]:
        """The results of the work's requests."""
        if listener is None:
            return [*self._in_order(work.requests, self._IN_FLIGHT, left)]
        if work.texts is None:
            return [
                self._told(request, part_of(listener, part, total), left)
                for request, part, total in numbered(work.requests)
            ]
        parts = []
        done = 0
        for part in self._in_order(work.requests, self._IN_FLIGHT, left):
            parts.append(part)
            done += len(part.token_counts)
            listener(Progress(done, work.texts))
        return parts

    def _told(self, request: Request[T], listener: Listener, left: SecondsLeft) -> T:
        """The result of a request of whose progress the server tells."""
        # The listener is called here, not on the thread that reads.
        steps: queue.SimpleQueue[Progress | None] = queue.SimpleQueue()
        future = self._session.submit(
            request.method, request.params, lambda value: steps.put(from_notification(value))
        )
        future.add_done_callback(lambda _: steps.put(None))
        _listen(future, steps, listener, left)
        with request.worded():
            return request.read(_wait(future, left()))

    def _in_order(
        self, requests: Iterable[Request[T]], in_flight: int, left: SecondsLeft
    ) -> Iterator[T]:
        """The results of many requests, of which `in_flight` at most are under way."""
        window: collections.deque[tuple[Request[T], Future[Any]]] = collections.deque()
        try:
            for request in requests:
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
    with request.worded():
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
