"""The methods that texts go through: vectors, tokens, scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Union, overload

from . import _vectors
from ._chunks import chunks
from ._progress import ProgressOption
from ._values import Embeddings, Encoding, TokenEmbeddings, read_encoding
from ._vectors import TextsOrVectors
from ._work import Request, Work, one, params

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray
    from typing_extensions import Unpack

    DataType = Literal["float32", "int8", "ubinary"]
    Function = Literal["cosine", "dot", "euclidean", "manhattan"]
    Overflow = Literal["truncate", "error", "window"]
    Pooling = Literal["mean", "cls", "max", "meanSqrtLen", "lastToken", "weightedMean"]

OneOrMore = Union[str, Sequence[str]]


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


def embed(
    texts: OneOrMore,
    *,
    dtype: DataType = "float32",
    batch_size: int = 256,
    progress: ProgressOption = None,
    timeout: float | None = None,
    **options: Unpack[Options],
) -> Work[NDArray[Any]]:
    """The vectors of texts, one a row; of a single string one vector.

    Any number of texts: they are sent in requests of `batch_size`. Without numpy the vectors
    are `array.array`. `embed_detailed` has the scales of dtype `int8`.

    Args:
        progress: True for a bar on standard error, or a function that takes a `Progress`.
        options: `pooling`, `normalize`, `prompt` or `prompt_name`, `dimensions`, `overflow`, as
            `Options` describes them. What is left out is as the model says.
    """

    def join(parts: Sequence[Embeddings]) -> NDArray[Any]:
        vectors = join_embeddings(parts).vectors
        return vectors[0] if isinstance(texts, str) else vectors

    items = as_list(texts)
    requests = (embedding(chunk, dtype, options) for chunk in _whole(items, batch_size))
    return Work(requests, join, timeout, progress, len(items))


def embed_detailed(
    texts: OneOrMore,
    *,
    dtype: DataType = "float32",
    batch_size: int = 256,
    progress: ProgressOption = None,
    timeout: float | None = None,
    **options: Unpack[Options],
) -> Work[Embeddings]:
    """As `embed`, with token counts, cuts and scales; a single string is a list of one."""
    items = as_list(texts)
    requests = (embedding(chunk, dtype, options) for chunk in _whole(items, batch_size))
    return Work(requests, join_embeddings, timeout, progress, len(items))


@overload
def embed_tokens(  # type: ignore[overload-overlap]
    texts: str,
    *,
    dtype: DataType = ...,
    timeout: float | None = ...,
    **options: Unpack[Options],
) -> Work[TokenEmbeddings]: ...


@overload
def embed_tokens(
    texts: Sequence[str],
    *,
    dtype: DataType = ...,
    timeout: float | None = ...,
    **options: Unpack[Options],
) -> Work[list[TokenEmbeddings]]: ...


def embed_tokens(
    texts: OneOrMore,
    *,
    dtype: DataType = "float32",
    timeout: float | None = None,
    **options: Unpack[Options],
) -> Work[TokenEmbeddings | list[TokenEmbeddings]]:
    """The last hidden state: for each text one vector a token, and which tokens they are."""
    items = as_list(texts)

    def read(answer: Mapping[str, Any]) -> TokenEmbeddings | list[TokenEmbeddings]:
        scales = answer.get("scales") or [None] * len(items)
        found = [
            TokenEmbeddings(
                vectors=_vectors.matrix(rows, dtype),
                encoding=read_encoding(encoding),
                scales=None if row_scales is None else _vectors.numbers(row_scales),
            )
            for rows, encoding, row_scales in zip(answer["embeddings"], answer["encodings"], scales)
        ]
        return found[0] if isinstance(texts, str) else found

    values = params(input=items, output="tokens", dtype=dtype, encoding_format="base64", **options)
    return one("embed", values, read, timeout)


@overload
def tokenize(  # type: ignore[overload-overlap]
    texts: str,
    pair: str | None = ...,
    *,
    add_special_tokens: bool = ...,
    max_length: int | None = ...,
    timeout: float | None = ...,
) -> Work[Encoding]: ...


@overload
def tokenize(
    texts: Sequence[str],
    pair: Sequence[str] | None = ...,
    *,
    add_special_tokens: bool = ...,
    max_length: int | None = ...,
    timeout: float | None = ...,
) -> Work[list[Encoding]]: ...


def tokenize(
    texts: OneOrMore,
    pair: OneOrMore | None = None,
    *,
    add_special_tokens: bool = True,
    max_length: int | None = None,
    timeout: float | None = None,
) -> Work[Encoding | list[Encoding]]:
    """The tokens of texts, each maybe with a second one; of a single string one encoding."""

    def read(answer: Mapping[str, Any]) -> Encoding | list[Encoding]:
        found = [*map(read_encoding, answer["encodings"])]
        return found[0] if isinstance(texts, str) else found

    values = params(
        input=as_list(texts),
        pair=pair,
        add_special_tokens=add_special_tokens,
        max_length=max_length,
        position_encoding="utf-32",
    )
    return one("tokenize", values, read, timeout)


@overload
def detokenize(
    ids: Sequence[int], *, skip_special_tokens: bool = ..., timeout: float | None = ...
) -> Work[str]: ...


@overload
def detokenize(
    ids: Sequence[Sequence[int]],
    *,
    skip_special_tokens: bool = ...,
    timeout: float | None = ...,
) -> Work[list[str]]: ...


def detokenize(
    ids: Sequence[int] | Sequence[Sequence[int]],
    *,
    skip_special_tokens: bool = True,
    timeout: float | None = None,
) -> Work[str | list[str]]:
    """The text of a list of ids, or the texts of many."""

    def read(answer: Mapping[str, Any]) -> str | list[str]:
        found: list[str] = answer["texts"]
        return found if len(ids) > 0 and not isinstance(ids[0], int) else found[0]

    values = params(ids=ids, skip_special_tokens=skip_special_tokens)
    return one("detokenize", values, read, timeout)


def similarity(
    left: TextsOrVectors,
    right: TextsOrVectors | None = None,
    *,
    function: Function = "cosine",
    timeout: float | None = None,
    **options: Unpack[Options],
) -> Work[NDArray[Any]]:
    """A matrix of scores, rows of left by columns of right (left again where it is None).

    Texts and vectors in any mixture. Greater is more alike: distances come with a minus sign.
    """
    values = params(
        left=_vectors.to_json(left),
        right=None if right is None else _vectors.to_json(right),
        function=function,
        **options,
    )
    return one("similarity", values, lambda answer: _vectors.numbers(answer["scores"]), timeout)


def embedding(texts: Sequence[str], dtype: str, options: Mapping[str, Any]) -> Request[Embeddings]:
    """One request for vectors of texts."""

    def read(answer: Mapping[str, Any]) -> Embeddings:
        scales = answer.get("scales")
        return Embeddings(
            vectors=_vectors.matrix(answer["embeddings"], dtype),
            tokens=answer["tokens"],
            truncated=answer["truncated"],
            model=answer["model"],
            dimensions=answer["dimensions"],
            scales=None if scales is None else _vectors.numbers(scales),
        )

    values = params(input=list(texts), dtype=dtype, encoding_format="base64", **options)
    return Request("embed", values, read)


def join_embeddings(parts: Sequence[Embeddings]) -> Embeddings:
    """The embeddings of texts in several requests as those of one."""
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


def as_list(texts: OneOrMore) -> list[str]:
    if isinstance(texts, str):
        return [texts]
    if not hasattr(texts, "__iter__"):
        raise TypeError(f"expected a text or a list of texts, found {type(texts).__name__}")
    return list(texts)


def _whole(texts: list[str], batch_size: int) -> Iterable[list[str]]:
    """The texts in lists for one request each; an empty list is the server's to refuse."""
    return chunks(texts, batch_size) if texts else [texts]
