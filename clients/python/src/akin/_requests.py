"""Each method's parameters and the reading of its result, for both clients."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable, Generic, TypedDict, TypeVar, Union

from . import _vectors
from ._values import (
    CollectionInfo,
    CollectionStatus,
    Document,
    Embeddings,
    Encoding,
    Hit,
    IndexChange,
    StoredDocument,
    StoredDocuments,
    TokenEmbeddings,
    camel_case,
    read,
    read_encoding,
    read_hit,
    write_document,
)

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

    DataType = Literal["float32", "int8", "ubinary"]
    Function = Literal["cosine", "dot", "euclidean", "manhattan"]
    Mode = Literal["semantic", "keyword", "hybrid"]
    Overflow = Literal["truncate", "error", "window"]
    Pooling = Literal["mean", "cls", "max", "meanSqrtLen", "lastToken", "weightedMean"]

T = TypeVar("T")
Documents = Sequence[Union[str, Mapping[str, Any], Document]]
OneOrMore = Union[str, Sequence[str]]

# Of one request: small enough for progress and cancelling, large enough to keep the encoder busy.
_CHUNK_CHARACTERS = 1 << 20


class Options(TypedDict, total=False):
    """How texts are embedded. What is left out is as the model says."""

    #: How the vectors of a text's tokens become one.
    pooling: Pooling
    #: Whether vectors are scaled to length 1.
    normalize: bool
    #: What is put before each text; or the name of one of the model's prompts.
    prompt: str
    prompt_name: str
    #: Keeps the first components only.
    dimensions: int
    #: What happens to a text with more tokens than the model takes: `truncate` cuts it.
    overflow: Overflow


@dataclass(frozen=True)
class Request(Generic[T]):
    """A method with its parameters, and how its result is read."""

    method: str
    params: Mapping[str, Any]
    read: Callable[[Any], T]
    #: Texts that it embeds, for progress.
    count: int = 1


def embed(texts: Sequence[str], dtype: str, options: Mapping[str, Any]) -> Request[Embeddings]:
    params = _params(input=list(texts), dtype=dtype, encoding_format="base64", **options)

    def result(answer: Mapping[str, Any]) -> Embeddings:
        scales = answer.get("scales")
        return Embeddings(
            vectors=_vectors.matrix(answer["embeddings"], dtype),
            tokens=answer["tokens"],
            truncated=answer["truncated"],
            model=answer["model"],
            dimensions=answer["dimensions"],
            scales=None if scales is None else _vectors.numbers(scales),
        )

    return Request("embed", params, result, len(texts))


def join(parts: Sequence[Embeddings]) -> Embeddings:
    """The embeddings of a text cut into several requests as those of one."""
    if len(parts) == 1:
        return parts[0]
    scales = [part.scales for part in parts if part.scales is not None]
    return Embeddings(
        vectors=_vectors.join([part.vectors for part in parts]),
        tokens=[count for part in parts for count in part.tokens],
        truncated=[was_cut for part in parts for was_cut in part.truncated],
        model=parts[0].model,
        dimensions=parts[0].dimensions,
        scales=_vectors.join(scales) if scales else None,
    )


def embed_tokens(
    texts: Sequence[str], dtype: str, options: Mapping[str, Any]
) -> Request[list[TokenEmbeddings]]:
    params = _params(
        input=list(texts), output="tokens", dtype=dtype, encoding_format="base64", **options
    )

    def result(answer: Mapping[str, Any]) -> list[TokenEmbeddings]:
        scales = answer.get("scales") or [None] * len(texts)
        return [
            TokenEmbeddings(
                vectors=_vectors.matrix(rows, dtype),
                encoding=read_encoding(encoding),
                scales=None if row_scales is None else _vectors.numbers(row_scales),
            )
            for rows, encoding, row_scales in zip(answer["embeddings"], answer["encodings"], scales)
        ]

    return Request("embed", params, result, len(texts))


def tokenize(
    texts: Sequence[str],
    pair: OneOrMore | None,
    add_special_tokens: bool,
    max_length: int | None,
) -> Request[list[Encoding]]:
    params = _params(
        input=list(texts),
        pair=pair,
        add_special_tokens=add_special_tokens,
        max_length=max_length,
        position_encoding="utf-32",
    )
    return Request("tokenize", params, lambda answer: [*map(read_encoding, answer["encodings"])])


def detokenize(ids: Sequence[Any], skip_special_tokens: bool) -> Request[list[str]]:
    params = _params(ids=ids, skip_special_tokens=skip_special_tokens)
    return Request("detokenize", params, lambda answer: list(answer["texts"]))


def similarity(
    left: _vectors.TextsOrVectors,
    right: _vectors.TextsOrVectors | None,
    function: str,
    options: Mapping[str, Any],
) -> Request[NDArray[Any]]:
    params = _params(
        left=_vectors.to_json(left),
        right=None if right is None else _vectors.to_json(right),
        function=function,
        **options,
    )
    return Request("similarity", params, lambda answer: _vectors.numbers(answer["scores"]))


def search(
    queries: _vectors.TextsOrVectors | None,
    documents: Documents | None,
    similar_to: Mapping[str, Any] | None,
    options: Mapping[str, Any],
) -> Request[list[list[Hit]]]:
    params = _params(
        query=None if queries is None else _vectors.to_json(queries),
        documents=None if documents is None else [*map(write_document, documents)],
        similar_to=similar_to,
        **options,
    )

    def result(answer: Mapping[str, Any]) -> list[list[Hit]]:
        return [[read_hit(hit) for hit in hits] for hits in answer["results"]]

    return Request("search", params, result)


def index_add(
    documents: Documents | None, folder: str | None, collection: str | None
) -> Request[IndexChange]:
    params = _params(
        documents=None if documents is None else [*map(write_document, documents)],
        folder=folder,
        collection=collection,
    )
    return Request("index/add", params, lambda answer: read(IndexChange, answer))


def index_remove(
    collection: str, ids: Sequence[str] | None, uris: Sequence[str] | None
) -> Request[int]:
    params = _params(collection=collection, ids=ids, uris=uris)
    return Request("index/remove", params, lambda answer: int(answer["removed"]))


def index_list() -> Request[list[CollectionInfo]]:
    return Request(
        "index/list",
        {},
        lambda answer: [read(CollectionInfo, entry) for entry in answer["collections"]],
    )


def index_documents(collection: str, offset: int, limit: int) -> Request[StoredDocuments]:
    params = _params(collection=collection, offset=offset, limit=limit)

    def result(answer: Mapping[str, Any]) -> StoredDocuments:
        documents = [read(StoredDocument, entry) for entry in answer["documents"]]
        return StoredDocuments(documents, answer["total"])

    return Request("index/list", params, result)


def index_status(collection: str | None, folder: str | None) -> Request[CollectionStatus]:
    params = _params(collection=collection, folder=folder)
    return Request("index/status", params, lambda answer: read(CollectionStatus, answer))


def index_drop(collection: str) -> Request[None]:
    return Request("index/drop", _params(collection=collection), lambda answer: None)


def plain(method: str, params: Mapping[str, Any] | None = None) -> Request[Any]:
    """A request whose result is taken as it is."""
    return Request(method, params or {}, lambda answer: answer)


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


def as_list(texts: OneOrMore) -> list[str]:
    return [texts] if isinstance(texts, str) else list(texts)


def _params(**values: Any) -> dict[str, Any]:
    return {camel_case(name): value for name, value in values.items() if value is not None}
