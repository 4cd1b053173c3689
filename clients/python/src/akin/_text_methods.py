"""The methods that texts go through: vectors and tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, Union, overload

from . import _vectors
from ._chunks import chunks, split, started
from ._progress import ProgressOption
from ._texts import as_items, as_texts
from ._values import Embeddings, Encoding, TokenEmbeddings, read_encoding
from ._wording import Words, alone, row_of
from ._work import Request, Work, params, several

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray
    from typing_extensions import Unpack

    DataType = Literal["float32", "int8", "ubinary"]
    Overflow = Literal["truncate", "error", "window"]
    Pooling = Literal["mean", "cls", "max", "meanSqrtLen", "lastToken", "weightedMean"]

OneOrMore = Union[str, Sequence[str]]

# Of one request, below what the server takes (section 2 of the specification).
_MAX_TOKENS = 60_000
_MAX_TEXTS_OF_TOKENS = 1024


class TextOptions(TypedDict, total=False):
    """How texts become vectors by a model. What is left out is as the model says."""

    #: How the vectors of a text's tokens become one.
    pooling: Pooling
    #: What is put before each text; or the name of one of the model's prompts.
    prompt: str
    prompt_name: str
    #: Keeps the first components only.
    dimensions: int
    #: What happens to a text with more tokens than the model takes: `truncate` cuts it.
    overflow: Overflow


class ModelOptions(TextOptions, total=False):
    """How texts become vectors, and by which model."""

    #: One of the models that the server was started with (`--allow-model`); else its own.
    model: str


class SearchOptions(ModelOptions, total=False):
    """How the texts of a search are embedded, and what may be found."""

    #: The least cosine of the query and a text, in every mode.
    min_similarity: float
    #: Only texts with a match of these (RE2's), or with these words one behind the other.
    regex: OneOrMore
    phrase: OneOrMore
    #: With collections: tokens that the hits of a query take at most.
    max_tokens: int
    #: With collections: whether a cross-encoder reads the best once more; `{}`, or with its `model`
    #: and `budgetMs`.
    rerank: Mapping[str, Any]
    #: With collections: milliseconds for embedding what is likeliest and waits for that.
    budget_ms: int
    #: With collections: False does not wait for changes that were asked for before.
    await_changes: bool


class Options(ModelOptions, total=False):
    """How texts are embedded. What is left out is as the model says."""

    #: Whether vectors are scaled to length 1.
    normalize: bool


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

    items = as_texts(texts)
    requests = embeddings(_whole(items, batch_size), dtype, options, is_one=isinstance(texts, str))
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
    items = as_texts(texts)
    requests = embeddings(_whole(items, batch_size), dtype, options, is_one=isinstance(texts, str))
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
    items = as_texts(texts)

    def read(answer: Mapping[str, Any]) -> list[TokenEmbeddings]:
        scales = answer.get("scales") or [None] * len(answer["embeddings"])
        return [
            TokenEmbeddings(
                vectors=_vectors.matrix(rows, dtype),
                encoding=read_encoding(encoding),
                scales=None if row_scales is None else _vectors.numbers(row_scales),
            )
            for rows, encoding, row_scales in zip(answer["embeddings"], answer["encodings"], scales)
        ]

    def join(parts: Sequence[list[TokenEmbeddings]]) -> TokenEmbeddings | list[TokenEmbeddings]:
        found = [one for part in parts for one in part]
        return found[0] if isinstance(texts, str) else found

    requests = [
        Request(
            "embed",
            params(input=part, output="tokens", dtype=dtype, encoding_format="base64", **options),
            read,
            text_words(texts, start),
        )
        for start, part in started(_by_tokens(items, str, None))
    ]
    return several(requests, join, timeout)


@overload
def tokenize(  # type: ignore[overload-overlap]
    texts: str,
    pair: str | None = ...,
    *,
    add_special_tokens: bool = ...,
    max_length: int | None = ...,
    model: str | None = ...,
    timeout: float | None = ...,
) -> Work[Encoding]: ...


@overload
def tokenize(
    texts: Sequence[str],
    pair: Sequence[str] | None = ...,
    *,
    add_special_tokens: bool = ...,
    max_length: int | None = ...,
    model: str | None = ...,
    timeout: float | None = ...,
) -> Work[list[Encoding]]: ...


def tokenize(
    texts: OneOrMore,
    pair: OneOrMore | None = None,
    *,
    add_special_tokens: bool = True,
    max_length: int | None = None,
    model: str | None = None,
    timeout: float | None = None,
) -> Work[Encoding | list[Encoding]]:
    """The tokens of texts, each maybe with a second one; of a single string one encoding."""

    items = as_texts(texts)
    seconds = None if pair is None else as_texts(pair, "pair")
    if seconds is not None and len(seconds) != len(items):
        raise ValueError(f"pair: expected {len(items)} texts as well, found {len(seconds)}")
    rows = list(zip(items, seconds or items))
    text = "".join if seconds else lambda row: row[0]
    is_one = isinstance(texts, str)

    def read(answer: Mapping[str, Any]) -> list[Encoding]:
        return [*map(read_encoding, answer["encodings"])]

    def join(parts: Sequence[list[Encoding]]) -> Encoding | list[Encoding]:
        found = [one for part in parts for one in part]
        return found[0] if is_one else found

    requests = [
        Request(
            "tokenize",
            params(
                input=[text for text, _ in part],
                pair=None if seconds is None else [second for _, second in part],
                add_special_tokens=add_special_tokens,
                max_length=max_length,
                model=model,
                position_encoding="utf-32",
            ),
            read,
            text_words(texts, start, pair=alone("pair") if is_one else row_of("pair", start)),
        )
        for start, part in started(_by_tokens(rows, text, max_length))
    ]
    return several(requests, join, timeout)


@overload
def detokenize(
    ids: Sequence[int],
    *,
    skip_special_tokens: bool = ...,
    model: str | None = ...,
    timeout: float | None = ...,
) -> Work[str]: ...


@overload
def detokenize(
    ids: Sequence[Sequence[int]],
    *,
    skip_special_tokens: bool = ...,
    model: str | None = ...,
    timeout: float | None = ...,
) -> Work[list[str]]: ...


def detokenize(
    ids: Sequence[int] | Sequence[Sequence[int]],
    *,
    skip_special_tokens: bool = True,
    model: str | None = None,
    timeout: float | None = None,
) -> Work[str | list[str]]:
    """The text of a list of ids, or the texts of many."""
    lists: Sequence[Any] = as_items(ids, "ids")
    is_one = not lists or isinstance(lists[0], int)
    lists = [lists] if is_one else [as_items(row, f"ids[{i}]") for i, row in enumerate(lists)]

    def join(parts: Sequence[list[str]]) -> str | list[str]:
        found = [text for part in parts for text in part]
        return found[0] if is_one else found

    requests = [
        Request(
            "detokenize",
            params(ids=part, skip_special_tokens=skip_special_tokens, model=model),
            lambda answer: answer["texts"],
            Words(rows={"ids": alone("ids") if is_one else row_of("ids", start)}),
        )
        for start, part in started(split(lists, _MAX_TEXTS_OF_TOKENS, len, _MAX_TOKENS))
    ]
    return several(requests, join, timeout)


def embeddings(
    parts: Iterable[list[str]], dtype: str, options: Mapping[str, Any], *, is_one: bool = False
) -> Iterator[Request[Embeddings]]:
    """Requests for the vectors of texts, a part each."""
    for start, part in started(parts):
        yield embedding(part, dtype, options, alone("texts") if is_one else row_of("texts", start))


def embedding(
    texts: Sequence[str],
    dtype: str,
    options: Mapping[str, Any],
    of_row: Callable[[int], str] | None = None,
) -> Request[Embeddings]:
    """One request for vectors of texts, which the caller has where `of_row` says."""

    def read(answer: Mapping[str, Any]) -> Embeddings:
        scales = answer.get("scales")
        return Embeddings(
            vectors=_vectors.matrix(answer["embeddings"], dtype),
            token_counts=answer["tokenCounts"],
            truncated=answer["truncated"],
            model=answer["model"],
            dimensions=answer["dimensions"],
            scales=None if scales is None else _vectors.numbers(scales),
        )

    values = params(input=list(texts), dtype=dtype, encoding_format="base64", **options)
    return Request(
        "embed", values, read, Words({"input": "texts"}, {"input": of_row or row_of("texts")})
    )


def text_words(texts: Any, start: int, **rows: Callable[[int], str]) -> Words:
    """Of a request whose `input` is what the caller gave as `texts`."""
    of_row = alone("texts") if isinstance(texts, str) else row_of("texts", start)
    return Words({"input": "texts"}, {"input": of_row, **rows})


def join_embeddings(parts: Sequence[Embeddings]) -> Embeddings:
    """The embeddings of texts in several requests as those of one."""
    if len(parts) == 1:
        return parts[0]
    scales = [part.scales for part in parts if part.scales is not None]
    return Embeddings(
        vectors=_vectors.join([part.vectors for part in parts]),
        token_counts=[count for part in parts for count in part.token_counts],
        truncated=[was_cut for part in parts for was_cut in part.truncated],
        model=parts[0].model,
        dimensions=parts[0].dimensions,
        scales=_vectors.join(scales) if scales else None,
    )


def _by_tokens(
    items: list[Any], text: Callable[[Any], str], max_length: int | None
) -> list[list[Any]]:
    """Items in lists whose texts have few enough tokens for an answer; one list where none is."""

    def tokens(item: Any) -> int:
        # A token is a byte of the text or more, but the few that are put around it.
        most = len(text(item).encode("utf-8", "surrogatepass")) + 3
        return most if max_length is None else min(most, max_length)

    return [*split(items, _MAX_TEXTS_OF_TOKENS, tokens, _MAX_TOKENS)] or [[]]


def _whole(texts: list[str], batch_size: int) -> Iterable[list[str]]:
    """The texts in lists for one request each; an empty list is the server's to refuse."""
    return chunks(texts, batch_size) if texts else [texts]
