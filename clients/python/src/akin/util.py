"""Scores between matrices of vectors, as in the util of sentence-transformers, by numpy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def cos_sim(a: Any, b: Any) -> NDArray[Any]:
    """Cosines, rows of a by rows of b."""
    return dot_score(normalize_embeddings(a), normalize_embeddings(b))


def dot_score(a: Any, b: Any) -> NDArray[Any]:
    """Dot products, rows of a by rows of b."""
    scores: NDArray[Any] = _rows(a) @ _rows(b).T
    return scores


def euclidean_sim(a: Any, b: Any) -> NDArray[Any]:
    """Minus the Euclidean distances, rows of a by rows of b."""
    left, right = _rows(a), _rows(b)
    squares = (left**2).sum(1)[:, None] + (right**2).sum(1) - 2 * left @ right.T
    distances: NDArray[Any] = np.sqrt(np.maximum(squares, 0))
    return -distances


def manhattan_sim(a: Any, b: Any) -> NDArray[Any]:
    """Minus the sums of the components' differences, rows of a by rows of b."""
    right = _rows(b)
    return -np.stack([np.abs(right - row).sum(1) for row in _rows(a)])


def normalize_embeddings(embeddings: Any) -> NDArray[Any]:
    """Rows of length 1; zeros stay zeros."""
    rows = _rows(embeddings)
    scaled: NDArray[Any] = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return scaled


def semantic_search(
    query_embeddings: Any,
    corpus_embeddings: Any,
    top_k: int = 10,
    score_function: Callable[[Any, Any], NDArray[Any]] = cos_sim,
) -> list[list[dict[str, Any]]]:
    """The `top_k` best rows of the corpus for each query: `corpus_id`, `score`, the best first."""
    results = []
    for scores in score_function(query_embeddings, corpus_embeddings):
        best = np.argsort(-scores, kind="stable")[:top_k]
        results.append([{"corpus_id": int(i), "score": float(scores[i])} for i in best])
    return results


def _rows(vectors: Any) -> NDArray[Any]:
    return np.atleast_2d(np.asarray(vectors, dtype=np.float32))
