"""The methods that find documents and keep them, and those about the server."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union, overload

from . import _vectors
from ._progress import ProgressOption
from ._text_methods import OneOrMore, Options
from ._values import (
    CollectionInfo,
    CollectionStatus,
    Document,
    Hit,
    IndexChange,
    StoredDocument,
    StoredDocuments,
    read,
    read_hit,
    write_document,
)
from ._vectors import TextsOrVectors, Vector
from ._work import Work, one, params

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Unpack

    Mode = Literal["semantic", "keyword", "hybrid"]

Documents = Sequence[Union[str, Mapping[str, Any], Document]]


@overload
def search(  # type: ignore[overload-overlap]
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
) -> Work[list[Hit]]: ...


@overload
def search(
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
) -> Work[list[list[Hit]]]: ...


def search(
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
) -> Work[list[Hit] | list[list[Hit]]]:
    """The best of `documents`, or of the documents stored in `collection`, the best first.

    One list of hits for a single string or for `similar_to`, one list a query for a list.

    Args:
        query: texts, or vectors in a list.
        similar_to: in place of a query `{"id": ...}` or `{"uri": ..., "range": ...}` of a
            stored document.
        filter: conditions on metadata, as in `{"year": {"gte": 1990}}`.
        glob: patterns for the paths of stored documents; those with `!` exclude.
    """

    def hits(answer: Mapping[str, Any]) -> list[Hit] | list[list[Hit]]:
        found = [[read_hit(hit) for hit in hits] for hits in answer["results"]]
        return found[0] if query is None or isinstance(query, str) else found

    values = params(
        query=None if query is None else _vectors.to_json(query),
        documents=_written(documents),
        collection=collection,
        similar_to=similar_to,
        top_k=top_k,
        offset=offset,
        min_score=min_score,
        mode=mode,
        filter=filter,
        glob=glob,
        language=language,
        **options,
    )
    return one("search", values, hits, timeout)


def index_add(
    documents: Documents | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    collection: str | None = None,
    progress: ProgressOption = None,
    timeout: float | None = None,
) -> Work[IndexChange]:
    """Stores documents in a collection, or brings the collection of a folder up to date."""
    values = params(documents=_written(documents), folder=_path(folder), collection=collection)
    return one("index/add", values, lambda answer: read(IndexChange, answer), timeout, progress)


def index_remove(
    collection: str,
    ids: Sequence[str] | None = None,
    uris: Sequence[str] | None = None,
    *,
    timeout: float | None = None,
) -> Work[int]:
    """Takes documents out of a collection; how many there were."""
    values = params(collection=collection, ids=ids, uris=uris)
    return one("index/remove", values, lambda answer: int(answer["removed"]), timeout)


def index_list(*, timeout: float | None = None) -> Work[list[CollectionInfo]]:
    """The collections on this machine."""

    def entries(answer: Mapping[str, Any]) -> list[CollectionInfo]:
        return [read(CollectionInfo, entry) for entry in answer["collections"]]

    return one("index/list", {}, entries, timeout)


def index_documents(
    collection: str, *, offset: int = 0, limit: int = 100, timeout: float | None = None
) -> Work[StoredDocuments]:
    """Some documents of a collection, and how many it has."""

    def entries(answer: Mapping[str, Any]) -> StoredDocuments:
        documents = [read(StoredDocument, entry) for entry in answer["documents"]]
        return StoredDocuments(documents, answer["total"])

    values = params(collection=collection, offset=offset, limit=limit)
    return one("index/list", values, entries, timeout)


def index_status(
    collection: str | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    timeout: float | None = None,
) -> Work[CollectionStatus]:
    """What is known about a collection, by its name or its folder."""
    values = params(collection=collection, folder=_path(folder))
    return one("index/status", values, lambda answer: read(CollectionStatus, answer), timeout)


def index_drop(collection: str, *, timeout: float | None = None) -> Work[None]:
    """Deletes a collection."""
    return one("index/drop", params(collection=collection), lambda answer: None, timeout)


def model_info(*, timeout: float | None = None) -> Work[dict[str, Any]]:
    """The model in use, with the members that the protocol names; loads it."""
    return call("model/info", timeout=timeout)


def model_list(*, timeout: float | None = None) -> Work[dict[str, Any]]:
    """The models on this machine, with the members that the protocol names."""
    return call("model/list", timeout=timeout)


def server_status(*, timeout: float | None = None) -> Work[dict[str, Any]]:
    """Counters and latencies, with the members that the protocol names."""
    return call("server/status", timeout=timeout)


def call(
    method: str,
    params: Mapping[str, Any] | None = None,
    *,
    progress: ProgressOption = None,
    timeout: float | None = None,
) -> Work[Any]:
    """Any method of the protocol, its parameters and result as they stand there."""
    return one(method, params or {}, lambda answer: answer, timeout, progress)


def _written(documents: Documents | None) -> list[Any] | None:
    return None if documents is None else [*map(write_document, documents)]


def _path(folder: str | os.PathLike[str] | None) -> str | None:
    return None if folder is None else os.path.abspath(folder)
