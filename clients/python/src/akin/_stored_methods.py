"""The methods that find documents and keep them, and those about the server."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Union, overload

from . import _vectors
from ._chunks import CHUNK_CHARACTERS, characters, split, started
from ._progress import ProgressOption
from ._text_methods import OneOrMore, SearchOptions
from ._texts import as_items, as_texts
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
    read_status,
    write_document,
)
from ._vectors import TextsOrVectors, Vector
from ._wording import Words, row_of
from ._work import Request, Work, one, params, several

if TYPE_CHECKING:
    from typing import Literal

    from typing_extensions import Unpack

    Mode = Literal["semantic", "keyword", "hybrid"]

Documents = Sequence[Union[str, Mapping[str, Any], Document]]

# Of one request, below what the server takes (section 2 of the specification).
_MAX_DOCUMENTS = 8_192
_MAX_QUERIES = 1_024
_MAX_SCORES = 1 << 24


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
    **options: Unpack[SearchOptions],
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
    **options: Unpack[SearchOptions],
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
    mode: Mode | None = None,
    filter: Mapping[str, Any] | None = None,
    glob: OneOrMore | None = None,
    language: OneOrMore | None = None,
    timeout: float | None = None,
    **options: Unpack[SearchOptions],
) -> Work[list[Hit] | list[list[Hit]]]:
    """The best of `documents`, or of the documents stored in `collection`, the best first.

    One list of hits for a single string or for `similar_to`, one list a query for a list. Any
    number of queries, and of documents by meaning: they are sent in several requests.

    Args:
        query: texts, or vectors in a list.
        similar_to: in place of a query `{"id": ...}` or `{"uri": ..., "range": ...}` of a
            stored document.
        mode: `hybrid` for stored documents unless something that only meaning has is asked for,
            else `semantic`.
        filter: conditions on metadata, as in `{"year": {"gte": 1990}}`.
        glob: patterns for the paths of stored documents; those with `!` exclude.
    """

    is_one = query is None or isinstance(query, str)
    asked = None if query is None else _vectors.to_json(query, "query")
    given = None if documents is None else written(documents)
    common = params(
        collection=collection,
        similar_to=similar_to,
        min_score=min_score,
        mode=mode,
        filter=filter,
        glob=glob,
        language=language,
        **options,
    )
    parts = [given] if given is None or mode not in (None, "semantic") else _parts(given)
    if len(parts) > 1:
        # Each part may have all of the best.
        page = params(top_k=top_k + (offset or 0))
    else:
        page = params(top_k=top_k, offset=offset)

    def read(answer: Mapping[str, Any]) -> list[list[Hit]]:
        return [[read_hit(hit) for hit in hits] for hits in answer["results"]]

    def join(answers: Sequence[list[list[Hit]]]) -> list[Hit] | list[list[Hit]]:
        if len(parts) > 1:
            answers = _merged(answers, [len(part or ()) for part in parts], top_k, offset or 0)
        found = [hits for answer in answers for hits in answer]
        return found[0] if is_one else found

    requests = [
        Request(
            "search",
            params(query=some, documents=part, **common, **page),
            read,
            Words(rows={"query": row_of("query", at), "documents": row_of("documents", start)}),
        )
        for at, some in started(_queries(asked, max(len(part or ()) for part in parts)))
        for start, part in started(parts)
    ]
    return several(requests, join, timeout)


def _queries(asked: Any, documents: int) -> list[Any]:
    """Queries in lists for one request each; what is no list stays as it is."""
    if not isinstance(asked, list) or not asked:
        return [asked]
    most = min(_MAX_QUERIES, max(1, _MAX_SCORES // max(documents, 1)))
    return [*split(asked, most, characters, 4 * CHUNK_CHARACTERS)]


def _parts(documents: list[Any]) -> list[list[Any] | None]:
    """Documents in lists for one request each; one list where there is none."""
    return [*split(documents, _MAX_DOCUMENTS, characters, 4 * CHUNK_CHARACTERS)] or [documents]


def _merged(
    answers: Sequence[list[list[Hit]]], sizes: Sequence[int], top_k: int, offset: int
) -> list[list[list[Hit]]]:
    """The best of all parts of the documents, for each list of queries."""
    starts = [sum(sizes[:part]) for part in range(len(sizes))]
    merged = []
    for first in range(0, len(answers), len(sizes)):
        of_parts = answers[first : first + len(sizes)]
        lists = []
        for hits_by_part in zip(*of_parts):
            hits = [
                replace(hit, index=None if hit.index is None else hit.index + start)
                for start, hits in zip(starts, hits_by_part)
                for hit in hits
            ]
            # Stable: of equal ones the first document, as within one request.
            hits.sort(key=lambda hit: -hit.score)
            lists.append(hits[offset : offset + top_k])
        merged.append(lists)
    return merged


def index_add(
    documents: Documents | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    collection: str | None = None,
    fingerprint: str | None = None,
    progress: ProgressOption = None,
    timeout: float | None = None,
) -> Work[IndexChange]:
    """Stores documents in a collection, or brings the collection of a folder up to date.

    Any number of documents: they are stored part by part, each part wholly or not at all.

    Args:
        fingerprint: of the model that made the documents' vectors (`model_info()["fingerprint"]`),
            where they have some: these are stored, and not made again.
    """
    values = params(folder=_path(folder), collection=collection, fingerprint=fingerprint)
    items = None if documents is None else written(documents)
    for row, item in enumerate(items or ()):
        if isinstance(item, str):
            raise TypeError(
                f"documents[{row}]: expected a Document or a mapping, with `id` or `uri` beside "
                "its `text`, found a text alone"
            )
    parts = [None] if items is None else _parts(items)

    requests = [
        Request(
            "index/add",
            {**values, **params(documents=part)},
            _read_change,
            Words(rows={"documents": row_of("documents", start)}),
        )
        for start, part in started(parts)
    ]
    return several(requests, joined_changes, timeout, progress)


def joined_changes(changes: Sequence[IndexChange]) -> IndexChange:
    """What several requests have changed, as that of one."""
    names = ("added", "updated", "unchanged", "removed", "skipped", "embedded")
    sums = {name: sum(getattr(change, name) for change in changes) for name in names}
    notes = dict.fromkeys(note for change in changes for note in change.notes)
    return replace(changes[-1], **sums, notes=[*notes] or changes[-1].notes)


def _read_change(answer: Mapping[str, Any]) -> IndexChange:
    return read(IndexChange, answer)


def index_remove(
    collection: str,
    ids: OneOrMore | None = None,
    uris: OneOrMore | None = None,
    *,
    timeout: float | None = None,
) -> Work[int]:
    """Takes documents out of a collection; how many there were. A single string is one of them."""
    given = {"ids": ids, "uris": uris}
    lists = {name: as_texts(keys, name) for name, keys in given.items() if keys is not None}
    keys = [(name, row, key) for name, found in lists.items() for row, key in enumerate(found)]
    # Without keys the server says what is missing.
    parts = [*split(keys, _MAX_DOCUMENTS, lambda key: len(key[2]), 4 * CHUNK_CHARACTERS)] or [[]]

    def removal(part: list[tuple[str, int, str]]) -> Request[int]:
        names = ("ids", "uris")
        values = {name: [key for of, _, key in part if of == name] or None for name in names}
        starts = {of: row for of, row, _ in reversed(part)}
        return Request(
            "index/remove",
            params(collection=collection, **values),
            lambda answer: int(answer["removed"]),
            Words(rows={name: row_of(name, start) for name, start in starts.items()}),
        )

    return several([removal(part) for part in parts], sum, timeout)


def index_list(
    *, store: str | None = None, timeout: float | None = None
) -> Work[list[CollectionInfo]]:
    """The collections on this machine, or of a `store` that the server's configuration names."""

    def entries(answer: Mapping[str, Any]) -> list[CollectionInfo]:
        return [read(CollectionInfo, entry) for entry in answer["collections"]]

    return one("index/list", params(store=store), entries, timeout)


def index_documents(
    collection: str, *, offset: int = 0, count: int = 100, timeout: float | None = None
) -> Work[StoredDocuments]:
    """Some documents of a collection, and how many it has."""

    def entries(answer: Mapping[str, Any]) -> StoredDocuments:
        documents = [read(StoredDocument, entry) for entry in answer["documents"]]
        return StoredDocuments(documents, answer["total"])

    values = params(collection=collection, offset=offset, count=count)
    return one("index/list", values, entries, timeout)


def index_status(
    collection: str | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    timeout: float | None = None,
) -> Work[CollectionStatus]:
    """What is known about a collection, by its name or its folder."""
    values = params(collection=collection, folder=_path(folder))
    return one("index/status", values, read_status, timeout)


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
    return one(method, params or {}, lambda answer: answer, timeout, progress, words=None)


def written(documents: Documents) -> list[Any]:
    if isinstance(documents, str):
        raise TypeError("documents: expected a list of documents, found a single text")
    return [write_document(item, row) for row, item in enumerate(as_items(documents, "documents"))]


def _path(folder: str | os.PathLike[str] | None) -> str | None:
    return None if folder is None else os.path.abspath(folder)
