"""The `util` of sentence-transformers: scores between matrices of vectors, mining, clustering.

Results are torch's tensors where torch is loaded, else numpy's arrays.
"""

from __future__ import annotations

import heapq
import sys
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Score = Callable[[Any, Any], Any]
Hit = dict[str, Any]  # `corpus_id` and `score`

_SMALLEST_NORM = 1e-12


class SimilarityFunction(Enum):
    """The functions that a model may score by."""

    COSINE = "cosine"
    DOT_PRODUCT = "dot"
    DOT = "dot"
    EUCLIDEAN = "euclidean"
    MANHATTAN = "manhattan"

    @staticmethod
    def to_similarity_fn(name: str | SimilarityFunction) -> Score:
        """The function that scores each row by each row of another matrix."""
        return _MATRICES[SimilarityFunction(name)]

    @staticmethod
    def to_similarity_pairwise_fn(name: str | SimilarityFunction) -> Score:
        """The function that scores each row by the same row of another matrix."""
        return _PAIRS[SimilarityFunction(name)]

    @staticmethod
    def possible_values() -> list[str]:
        return [function.value for function in SimilarityFunction]


# Scores


def cos_sim(a: Any, b: Any) -> Any:
    """Cosines, rows of a by rows of b, in -1...1."""
    return _within_unit(normalize_embeddings(_rows(a)) @ normalize_embeddings(_rows(b)).T)


pytorch_cos_sim = cos_sim


def dot_score(a: Any, b: Any) -> Any:
    """Dot products, rows of a by rows of b."""
    return _rows(a) @ _rows(b).T


def euclidean_sim(a: Any, b: Any) -> Any:
    """Minus the Euclidean distances, rows of a by rows of b."""
    return -_each_row(_rows(a), _rows(b), lambda row, rows: ((rows - row) ** 2).sum(-1) ** 0.5)


def manhattan_sim(a: Any, b: Any) -> Any:
    """Minus the sums of the components' differences, rows of a by rows of b."""
    return -_each_row(_rows(a), _rows(b), lambda row, rows: abs(rows - row).sum(-1))


def pairwise_cos_sim(a: Any, b: Any) -> Any:
    """Cosines of each row of a with the same row of b."""
    products = normalize_embeddings(_floats(a)) * normalize_embeddings(_floats(b))
    return _within_unit(products.sum(-1))


def pairwise_dot_score(a: Any, b: Any) -> Any:
    """Dot products of each row of a with the same row of b."""
    return (_floats(a) * _floats(b)).sum(-1)


def pairwise_euclidean_sim(a: Any, b: Any) -> Any:
    """Minus the Euclidean distance of each row of a from the same row of b."""
    return -(((_floats(a) - _floats(b)) ** 2).sum(-1) ** 0.5)


def pairwise_manhattan_sim(a: Any, b: Any) -> Any:
    """Minus the sum of differences of each row of a from the same row of b."""
    return -abs(_floats(a) - _floats(b)).sum(-1)


def pairwise_angle_sim(x: Any, y: Any) -> Any:
    """The similarity of AnglE (arXiv 2309.12871) of each row of x with the same row of y.

    The halves of a row are the parts of complex numbers, whose quotients are summed.
    """
    left, right = (_even(_rows(value)) for value in (x, y))
    half = left.shape[1] // 2
    a, b, c, d = left[:, :half], left[:, half:], right[:, :half], right[:, half:]
    squares = (c**2 + d**2).sum(1)[:, None]
    real, imaginary = (a * c + b * d) / squares, (b * c - a * d) / squares
    scale = ((a**2 + b**2).sum(1) ** 0.5 / squares[:, 0] ** 0.5)[:, None]
    return abs((real / scale).sum(1) + (imaginary / scale).sum(1))


# Vectors


def normalize_embeddings(embeddings: Any) -> Any:
    """Vectors of length 1; zeros stay zeros."""
    values = _floats(embeddings)
    return values / ((values**2).sum(-1) ** 0.5).clip(_SMALLEST_NORM)[..., None]


def truncate_embeddings(embeddings: Any, truncate_dim: int | None) -> Any:
    """The first components only."""
    return embeddings[..., :truncate_dim]


def quantize_embeddings(
    embeddings: Any,
    precision: str,
    ranges: NDArray[Any] | None = None,
    calibration_embeddings: Any = None,
) -> NDArray[Any]:
    """Components in a byte or a bit each.

    Args:
        precision: `float32`, `int8`, `uint8`, `binary` or `ubinary`.
        ranges: of `int8` and `uint8`, what is 0 and what is 255 of each component, two rows; None
            takes the least and the greatest of `calibration_embeddings`, or of the embeddings.
    """
    values = np.atleast_2d(_numpy(_floats(embeddings)))
    if precision == "float32":
        return values
    if precision in ("binary", "ubinary"):
        bits = np.packbits(values > 0, axis=-1)
        return bits if precision == "ubinary" else (bits ^ 0x80).view(np.int8)
    if precision not in ("int8", "uint8"):
        names = "float32, int8, uint8, binary, ubinary"
        raise ValueError(f"precision: expected one of {names}, found {precision!r}")
    if ranges is None:
        of = values if calibration_embeddings is None else _numpy(_floats(calibration_embeddings))
        ranges = np.stack([of.min(0), of.max(0)])
    least, greatest = np.asarray(ranges, dtype=np.float64)
    span = np.where(greatest == least, 1, greatest - least)
    levels = (values - least) * 255 / span
    kept: NDArray[Any] = np.clip(levels, 0, 255)
    return kept.astype(np.uint8) if precision == "uint8" else (kept - 128).astype(np.int8)


def batch_to_device(batch: dict[str, Any], target_device: Any) -> dict[str, Any]:
    """The tensors of a batch on another device."""
    return {
        name: value.to(target_device) if hasattr(value, "to") else value
        for name, value in batch.items()
    }


# Search and clusters


def semantic_search(
    query_embeddings: Any,
    corpus_embeddings: Any,
    query_chunk_size: int = 100,
    corpus_chunk_size: int = 500_000,
    top_k: int = 10,
    score_function: Score = cos_sim,
) -> list[list[Hit]]:
    """The `top_k` best rows of the corpus for each query: `corpus_id`, `score`, the best first."""
    _check_counts(top_k=top_k)
    _check_steps(query_chunk_size=query_chunk_size, corpus_chunk_size=corpus_chunk_size)
    queries, corpus = _rows(query_embeddings), _rows(corpus_embeddings)
    results: list[list[Hit]] = []
    for first in range(0, len(queries), query_chunk_size):
        asked = queries[first : first + query_chunk_size]
        for scores, ids in _best(asked, corpus, top_k, corpus_chunk_size, score_function):
            results.append(
                [{"corpus_id": int(i), "score": float(score)} for score, i in zip(scores, ids)]
            )
    return results


information_retrieval = semantic_search


def paraphrase_mining(
    model: Any,
    sentences: Any,
    show_progress_bar: bool = False,
    batch_size: int = 32,
    query_chunk_size: int = 5_000,
    corpus_chunk_size: int = 100_000,
    max_pairs: int = 500_000,
    top_k: int = 100,
    score_function: Score = cos_sim,
    truncate_dim: int | None = None,
    prompt_name: str | None = None,
    prompt: str | None = None,
) -> list[list[float | int]]:
    """The most similar pairs of sentences: lists of score, place and place, the best first."""
    embeddings = model.encode(
        sentences,
        show_progress_bar=show_progress_bar,
        batch_size=batch_size,
        truncate_dim=truncate_dim,
        prompt_name=prompt_name,
        prompt=prompt,
    )
    return paraphrase_mining_embeddings(
        embeddings, query_chunk_size, corpus_chunk_size, max_pairs, top_k, score_function
    )


def paraphrase_mining_embeddings(
    embeddings: Any,
    query_chunk_size: int = 5_000,
    corpus_chunk_size: int = 100_000,
    max_pairs: int = 500_000,
    top_k: int = 100,
    score_function: Score = cos_sim,
) -> list[list[float | int]]:
    """As `paraphrase_mining`, of sentences that are vectors already."""
    _check_counts(top_k=top_k, max_pairs=max_pairs)
    _check_steps(query_chunk_size=query_chunk_size, corpus_chunk_size=corpus_chunk_size)
    rows = _rows(embeddings)
    pairs: dict[tuple[int, int], float] = {}
    for first in range(0, len(rows), query_chunk_size):
        asked = rows[first : first + query_chunk_size]
        # One more, which is mostly the sentence itself.
        found = _best(asked, rows, top_k + 1, corpus_chunk_size, score_function)
        for i, (scores, ids) in enumerate(found, first):
            others = [(j, score) for j, score in zip(ids, scores) if j != i]
            for j, score in others[:top_k]:
                pairs.setdefault((min(i, int(j)), max(i, int(j))), float(score))
    best = heapq.nlargest(max_pairs, pairs.items(), key=lambda pair: pair[1])
    return [[score, i, j] for (i, j), score in best]


def community_detection(
    embeddings: Any,
    threshold: float = 0.75,
    min_community_size: int = 10,
    batch_size: int = 1024,
    show_progress_bar: bool = False,
) -> list[list[int]]:
    """Groups of rows whose cosine with a central row is `threshold` or more, the largest first.

    A group's first row is the central one. No row is in two groups.
    """
    _check_steps(batch_size=batch_size)
    if len(embeddings) == 0:
        return []
    rows = normalize_embeddings(_rows(embeddings))
    groups: list[tuple[int, NDArray[Any]]] = []
    for first in range(0, len(rows), batch_size):
        for center, scores in enumerate(_numpy(rows[first : first + batch_size] @ rows.T), first):
            near = np.flatnonzero(scores >= threshold)
            if len(near) >= min_community_size:
                groups.append((center, near[np.argsort(-scores[near], kind="stable")]))
    groups.sort(key=lambda group: -len(group[1]))
    taken = np.zeros(len(rows), dtype=bool)
    communities = []
    for center, near in groups:
        left = near[~taken[near]]
        if not taken[center] and len(left) >= min_community_size:
            communities.append([center, *left[left != center].tolist()])
            taken[left] = True
    return sorted(communities, key=len, reverse=True)


# Arrays and tensors


def _floats(values: Any) -> Any:
    """Floating-point numbers: torch's tensor where torch is loaded, else numpy's array."""
    torch = sys.modules.get("torch")
    if torch is None or not hasattr(torch, "Tensor"):
        array = _array(values)
        return array if array.dtype in (np.float32, np.float64) else array.astype(np.float32)
    if isinstance(values, torch.Tensor):
        tensor = values
    elif isinstance(values, (list, tuple)) and values and isinstance(values[0], torch.Tensor):
        tensor = torch.stack(list(values))
    else:
        tensor = torch.as_tensor(np.array(_array(values)))
    if not torch.is_floating_point(tensor) or torch.finfo(tensor.dtype).bits < 32:
        tensor = tensor.to(torch.float32)
    return tensor


def _array(values: Any) -> NDArray[Any]:
    """Python's own numbers as float32, as torch has them; arrays as they are."""
    is_plain = isinstance(values, (list, tuple)) and not any(hasattr(v, "dtype") for v in values)
    array: NDArray[Any] = np.asarray(values, dtype=np.float32 if is_plain else None)
    return array


def _within_unit(cosines: Any) -> Any:
    """What rounding has brought beyond -1 or 1, of which no cosine is, is that; in place."""
    if isinstance(cosines, np.ndarray):
        return cosines.clip(-1, 1, out=cosines)
    return cosines.clip_(-1, 1) if hasattr(cosines, "clip_") else cosines.clip(-1, 1)


def _check_counts(**counts: int) -> None:
    """A count below 0 would leave results out from the end, in silence."""
    for name, count in counts.items():
        if count < 0:
            raise ValueError(f"{name}: expected 0 or more, found {count}")


def _check_steps(**steps: int) -> None:
    """A step below 1 would go over nothing."""
    for name, step in steps.items():
        if step < 1:
            raise ValueError(f"{name}: expected 1 or more, found {step}")


def _rows(values: Any) -> Any:
    found = _floats(values)
    return found[None] if found.ndim == 1 else found


def _numpy(values: Any) -> NDArray[Any]:
    array: NDArray[Any] = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
    return array


def _even(rows: Any) -> Any:
    """Rows with an even number of components, by a zero at the end."""
    if rows.shape[1] % 2 == 0:
        return rows
    zeros = rows[:, :1] * 0
    if isinstance(rows, np.ndarray):
        return np.concatenate([rows, zeros], axis=1)
    return sys.modules["torch"].cat([rows, zeros], dim=1)


def _each_row(a: Any, b: Any, score: Score) -> Any:
    lines = [score(row, b) for row in a]
    return np.stack(lines) if isinstance(a, np.ndarray) else sys.modules["torch"].stack(lines)


def _best(
    asked: Any, corpus: Any, count: int, chunk_size: int, score_function: Score
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    """For each row of `asked` the best scores and the rows of the corpus that they belong to."""
    scores: NDArray[Any] = np.empty((len(asked), 0), dtype=np.float32)
    ids: NDArray[Any] = np.empty((len(asked), 0), dtype=np.int64)
    for start in range(0, len(corpus), chunk_size):
        found = _numpy(score_function(asked, corpus[start : start + chunk_size]))
        places = np.broadcast_to(np.arange(start, start + found.shape[1]), found.shape)
        scores = np.concatenate([scores, found], axis=1)
        ids = np.concatenate([ids, places], axis=1)
        if scores.shape[1] > count:
            kept = np.argpartition(-scores, count - 1, axis=1)[:, :count]
            # In the order of the corpus, so that of equal ones the first stays first.
            kept.sort(axis=1)
            scores = np.take_along_axis(scores, kept, axis=1)
            ids = np.take_along_axis(ids, kept, axis=1)
    order = np.argsort(-scores, axis=1, kind="stable")
    return zip(np.take_along_axis(scores, order, 1), np.take_along_axis(ids, order, 1))


_MATRICES: dict[SimilarityFunction, Score] = {
    SimilarityFunction.COSINE: cos_sim,
    SimilarityFunction.DOT_PRODUCT: dot_score,
    SimilarityFunction.EUCLIDEAN: euclidean_sim,
    SimilarityFunction.MANHATTAN: manhattan_sim,
}
_PAIRS: dict[SimilarityFunction, Score] = {
    SimilarityFunction.COSINE: pairwise_cos_sim,
    SimilarityFunction.DOT_PRODUCT: pairwise_dot_score,
    SimilarityFunction.EUCLIDEAN: pairwise_euclidean_sim,
    SimilarityFunction.MANHATTAN: pairwise_manhattan_sim,
}
