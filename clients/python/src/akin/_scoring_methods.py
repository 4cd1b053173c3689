"""Documents scored for a query, and sparse vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ._chunks import CHUNK_CHARACTERS, characters, split, started
from ._text_methods import OneOrMore, text_words
from ._texts import as_texts, check_text
from ._values import Reranked, SparseEmbedding
from ._wording import Words, row_of
from ._work import Request, Work, params, several

if TYPE_CHECKING:
    from typing import Literal

    from ._text_methods import Overflow

# Of one request, below what the server takes (section 2 of the specification).
_MAX_DOCUMENTS = 1024
_MAX_TEXTS = 256


def rerank(
    query: str,
    documents: OneOrMore,
    *,
    top_k: int | None = None,
    model: str | None = None,
    overflow: Literal["truncate", "error"] = "truncate",
    timeout: float | None = None,
) -> Work[list[Reranked]]:
    """Documents in the order in which they answer a query, the best first.

    The server needs a model that reads both together, or compares them token by token: start it
    with `--rerank-model`. Any number of documents; a score does not depend on the others.

    Args:
        top_k: results at most; all where it is None.
        model: one of the models that the server was started with.
    """
    check_text(query, "query", 0)
    items = as_texts(documents)
    if top_k is not None and top_k < 1:
        raise ValueError(f"top_k: expected 1 or more, found {top_k}")

    def read(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return list(answer["results"])

    def join(parts: Sequence[list[Mapping[str, Any]]]) -> list[Reranked]:
        found = []
        start = 0
        for part, results in zip(lists, parts):
            for result in results:
                index = start + result["index"]
                found.append(Reranked(index, result["score"], result["logit"], items[index]))
            start += len(part)
        found.sort(key=lambda one: (-one.logit, one.index))
        return found[:top_k]

    lists = [*split(items, _MAX_DOCUMENTS, characters, CHUNK_CHARACTERS)] or [[]]
    requests = [
        Request(
            "rerank",
            params(query=query, documents=part, top_k=top_k, model=model, overflow=overflow),
            read,
            Words(rows={"documents": row_of("documents", start)}),
        )
        for start, part in started(lists)
    ]
    return several(requests, join, timeout)


def embed_sparse(
    texts: OneOrMore,
    *,
    normalize: bool | None = None,
    prompt: str | None = None,
    prompt_name: str | None = None,
    overflow: Overflow | None = None,
    model: str | None = None,
    timeout: float | None = None,
) -> Work[list[SparseEmbedding]]:
    """One sparse vector a text over the vocabulary of a masked language model (SPLADE).

    A single string is a list of one. What is left out is as the model says.
    """

    def read(answer: Mapping[str, Any]) -> list[SparseEmbedding]:
        size = answer["dimensions"]
        return [
            SparseEmbedding(tuple(one["indices"]), tuple(one["values"]), size)
            for one in answer["embeddings"]
        ]

    def join(parts: Sequence[list[SparseEmbedding]]) -> list[SparseEmbedding]:
        return [one for part in parts for one in part]

    requests = [
        Request(
            "embed",
            params(
                input=part,
                output="sparse",
                normalize=normalize,
                prompt=prompt,
                prompt_name=prompt_name,
                overflow=overflow,
                model=model,
            ),
            read,
            text_words(texts, start),
        )
        for start, part in started(split(as_texts(texts), _MAX_TEXTS, characters, CHUNK_CHARACTERS))
    ]
    return several(requests, join, timeout)
