"""The class of sentence-transformers over Akin. It needs numpy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Callable

import numpy as np

from . import util
from ._client import Akin
from ._program import Command

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

    from ._text_methods import DataType, Options

_SCORES: Mapping[str, Callable[[Any, Any], Any]] = {
    "cosine": util.cos_sim,
    "dot": util.dot_score,
    "euclidean": util.euclidean_sim,
    "manhattan": util.manhattan_sim,
}


class SentenceTransformer:
    """A model by its name, a folder or a .gguf file. Arguments have the meaning they have there."""

    def __init__(
        self,
        model_name_or_path: str | None = None,
        *,
        device: str | None = None,
        prompts: Mapping[str, str] | None = None,
        default_prompt_name: str | None = None,
        similarity_fn_name: str | None = None,
        truncate_dim: int | None = None,
        precision: str | None = None,
        command: Command | None = None,
        arguments: Sequence[str] = (),
    ) -> None:
        """
        Args:
            device: None or `cpu`, which is where Akin computes.
            precision: of the model's arithmetic: `q8_0`, the default, or `f32`.
            command, arguments: as `Akin` takes them.
        """
        if device not in (None, "cpu"):
            raise ValueError(f"device: Akin computes on the cpu, not on {device!r}")
        #: The client behind it, which can do more.
        self.akin = Akin(
            model_name_or_path, precision=precision, command=command, arguments=arguments
        )
        self.truncate_dim = truncate_dim
        self.default_prompt_name = default_prompt_name
        self._own_prompts = dict(prompts or {})
        self._similarity_fn_name = similarity_fn_name
        self._known_info: dict[str, Any] | None = None

    @property
    def device(self) -> str:
        return "cpu"

    @property
    def prompts(self) -> dict[str, str]:
        """The model's prompts by name, and those given to the constructor."""
        return {**self._info["prompts"], **self._own_prompts}

    @property
    def similarity_fn_name(self) -> str:
        """The function of `similarity`: `cosine`, `dot`, `euclidean` or `manhattan`."""
        return self._similarity_fn_name or self._info.get("similarity") or "cosine"

    @similarity_fn_name.setter
    def similarity_fn_name(self, name: str) -> None:
        self._similarity_fn_name = name

    @property
    def max_seq_length(self) -> int:
        """Tokens of a text, special tokens included, beyond which it is cut."""
        return int(self._info["maxTokens"])

    def get_max_seq_length(self) -> int:
        return self.max_seq_length

    def get_sentence_embedding_dimension(self) -> int:
        """Components of a vector."""
        return int(self.truncate_dim or self._info["dimensions"])

    get_embedding_dimension = get_sentence_embedding_dimension

    def encode(
        self,
        sentences: str | Sequence[str] | NDArray[Any],
        prompt_name: str | None = None,
        prompt: str | None = None,
        batch_size: int = 32,
        show_progress_bar: bool | None = None,
        output_value: Literal["sentence_embedding", "token_embeddings"] = "sentence_embedding",
        precision: Literal["float32", "int8", "ubinary", "binary"] = "float32",
        convert_to_numpy: bool = True,
        convert_to_tensor: bool = False,
        device: str | None = None,
        normalize_embeddings: bool = False,
        truncate_dim: int | None = None,
    ) -> Any:
        """The vectors of sentences, one a row; of a single string one vector.

        A numpy array; a torch tensor with `convert_to_tensor`; a list of vectors where both
        conversions are off. With `token_embeddings` a list, one matrix a sentence, one row a token.
        `batch_size` is that of a request and changes no vector. An int8 range is a vector's own.
        """
        if device not in (None, "cpu"):
            raise ValueError(f"device: Akin computes on the cpu, not on {device!r}")
        texts = [sentences] if isinstance(sentences, str) else [str(text) for text in sentences]
        options = self._options(prompt_name, prompt, normalize_embeddings, truncate_dim)
        rows: Any
        if output_value == "token_embeddings":
            rows = [
                tokens.vectors
                for start in range(0, len(texts), batch_size)
                for tokens in self.akin.embed_tokens(texts[start : start + batch_size], **options)
            ]
        elif output_value == "sentence_embedding":
            rows = self._vectors(texts, precision, batch_size, show_progress_bar, options)
        else:
            raise ValueError(f"output_value: {output_value!r} is none of Akin's")
        if convert_to_tensor:
            rows = _tensors(rows)
        elif not convert_to_numpy:
            rows = list(rows)
        return rows[0] if isinstance(sentences, str) else rows

    def encode_query(self, sentences: str | Sequence[str], **options: Any) -> Any:
        """As `encode`, with the prompt named `query` where the model has one."""
        return self.encode(sentences, **self._task("query", options))

    def encode_document(self, sentences: str | Sequence[str], **options: Any) -> Any:
        """As `encode`, with the prompt named `document` where the model has one."""
        return self.encode(sentences, **self._task("document", options))

    def similarity(self, embeddings1: Any, embeddings2: Any) -> NDArray[Any]:
        """Scores by `similarity_fn_name`, rows of the first by rows of the second."""
        scores: NDArray[Any] = _SCORES[self.similarity_fn_name](embeddings1, embeddings2)
        return scores

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> NDArray[Any]:
        """Scores by `similarity_fn_name` of each row with the same row of the other."""
        pairs = zip(np.atleast_2d(embeddings1), np.atleast_2d(embeddings2))
        score = _SCORES[self.similarity_fn_name]
        return np.array([score(one, other)[0, 0] for one, other in pairs], dtype=np.float32)

    def tokenize(self, texts: Iterable[str]) -> dict[str, NDArray[Any]]:
        """`input_ids`, `token_type_ids` and `attention_mask`, one row a text, padded with zeros."""
        encodings = self.akin.tokenize(list(texts), max_length=self.max_seq_length)
        width = max(len(encoding.ids) for encoding in encodings)

        def padded(rows: Iterable[list[int]]) -> NDArray[Any]:
            return np.array([row + [0] * (width - len(row)) for row in rows], dtype=np.int64)

        return {
            "input_ids": padded(encoding.ids for encoding in encodings),
            "token_type_ids": padded(encoding.type_ids for encoding in encodings),
            "attention_mask": padded(encoding.attention_mask for encoding in encodings),
        }

    def close(self) -> None:
        """Ends the server, which otherwise ends with the program or the last use of the model."""
        self.akin.close()

    @property
    def _info(self) -> dict[str, Any]:
        if self._known_info is None:
            self._known_info = self.akin.model_info()
        return self._known_info

    def _vectors(
        self,
        texts: list[str],
        precision: str,
        batch_size: int,
        is_progress_shown: bool | None,
        options: Options,
    ) -> NDArray[Any]:
        dtypes: Mapping[str, DataType] = {
            "float32": "float32",
            "int8": "int8",
            "ubinary": "ubinary",
            "binary": "ubinary",
        }
        if precision not in dtypes:
            raise ValueError(f"precision: expected one of {', '.join(dtypes)}, found {precision!r}")
        if not texts:
            return np.empty((0, self.get_sentence_embedding_dimension()), dtype=np.float32)
        vectors = self.akin.embed(
            texts,
            dtype=dtypes[precision],
            batch_size=batch_size,
            progress=is_progress_shown,
            **options,
        )
        # The bytes of `ubinary`, moved into the range of a signed one.
        return (vectors ^ 0x80).view(np.int8) if precision == "binary" else vectors

    def _options(
        self,
        prompt_name: str | None,
        prompt: str | None,
        is_normalized: bool,
        truncate_dim: int | None,
    ) -> Options:
        options: Options = {}
        name = prompt_name or self.default_prompt_name
        if prompt is not None:
            options["prompt"] = prompt
        elif name in self._own_prompts:
            options["prompt"] = self._own_prompts[name]
        elif name is not None:
            options["prompt_name"] = name
        dimensions = truncate_dim or self.truncate_dim
        if dimensions is not None:
            options["dimensions"] = dimensions
        if is_normalized:
            # Else as the model does, which may be the same.
            options["normalize"] = True
        return options

    def _task(self, prompt_name: str, options: dict[str, Any]) -> dict[str, Any]:
        if "prompt" in options or "prompt_name" in options or prompt_name not in self.prompts:
            return options
        return {**options, "prompt_name": prompt_name}


def _tensors(rows: Any) -> Any:
    import torch  # type: ignore[import-not-found, unused-ignore]

    if isinstance(rows, list):
        return [torch.from_numpy(row) for row in rows]
    return torch.from_numpy(rows)
