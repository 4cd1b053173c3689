"""Scores of texts and vectors, each of one list with each of another."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from . import _vectors
from ._chunks import CHUNK_CHARACTERS, characters, chunks, split, started
from ._text_methods import Options, embedding, join_embeddings
from ._values import Embeddings
from ._vectors import TextsOrVectors
from ._wording import Words, row_of
from ._work import Request, Work, one, params, several

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray
    from typing_extensions import Unpack

    Function = Literal["cosine", "dot", "euclidean", "manhattan", "maxsim"]

# Rows and columns of one request.
_MAX_BLOCK = 4_096


def similarity(
    left: TextsOrVectors,
    right: TextsOrVectors | None = None,
    *,
    function: Function | None = None,
    timeout: float | None = None,
    **options: Unpack[Options],
) -> Work[NDArray[Any]]:
    """A matrix of scores, rows of left by columns of right (left again where it is None).

    Without a function they are cosines, unless the model compares texts otherwise: by `dot` of
    sparse vectors, or token by token (`maxsim`).

    Texts and vectors in any mixture, and any number of them: what is too much for one request is
    embedded once and compared block by block. Greater is more alike: distances come with a minus
    sign.
    """
    rows = _vectors.to_json(left, "left")
    columns = None if right is None else _vectors.to_json(right, "right")
    if _fits(rows, columns):
        values = params(left=rows, right=columns, function=function, **options)
        return one("similarity", values, lambda answer: _vectors.numbers(answer["scores"]), timeout)
    return _in_blocks(rows, columns, function, options, timeout)


def _fits(rows: Any, columns: Any) -> bool:
    """Whether a matrix is small enough for one request."""
    height = len(rows) if isinstance(rows, list) else 1
    width = len(columns) if isinstance(columns, list) else 1 if columns is not None else height
    return (
        height <= _MAX_BLOCK
        and width <= _MAX_BLOCK
        and _weight(rows) + _weight(columns) <= (16 * CHUNK_CHARACTERS)
    )


def _weight(items: Any) -> int:
    if items is None:
        return 0
    return sum(map(characters, items)) if isinstance(items, list) else characters(items)


def _in_blocks(
    rows: Any, columns: Any, function: str | None, options: Options, timeout: float | None
) -> Work[NDArray[Any]]:
    """The work of a large matrix: first the vectors of the texts, then the blocks."""
    left = rows if isinstance(rows, list) else [rows]
    right = left if columns is None else columns if isinstance(columns, list) else [columns]
    texts = list(dict.fromkeys(item for item in [*left, *right] if isinstance(item, str)))

    def place(start: int, row: int) -> str:
        text = texts[start + row]
        side, items = ("left", left) if text in left else ("right", right)
        return f"{side}[{items.index(text)}]"

    def score(parts: Sequence[Embeddings]) -> Work[NDArray[Any]]:
        vectors: Any = join_embeddings(parts).vectors if parts else []
        known = {text: _vectors.to_json(row, "left") for text, row in zip(texts, vectors)}

        def blocks(items: list[Any]) -> list[tuple[int, list[Any]]]:
            ready = [known[item] if isinstance(item, str) else item for item in items]
            return [*started(split(ready, _MAX_BLOCK, characters, 8 * CHUNK_CHARACTERS))]

        across = blocks(right)
        requests = [
            Request(
                "similarity",
                params(left=part, right=other, function=function),
                lambda answer: _vectors.numbers(answer["scores"]),
                Words(rows={"left": row_of("left", row), "right": row_of("right", column)}),
            )
            for row, part in blocks(left)
            for column, other in across
        ]
        return several(requests, lambda found: _vectors.tiled(found, len(across)), timeout)

    requests = [
        embedding(part, "float32", options, partial(place, start))
        for start, part in started(chunks(texts, 256))
    ]
    return Work(requests, score, timeout)
