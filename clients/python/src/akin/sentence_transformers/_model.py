"""The class of sentence-transformers over Akin."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .._texts import as_texts
from ..util import SimilarityFunction
from . import _arguments
from ._description import ModelDescription
from ._tokenizer import tensor, tensor_where_loaded

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

    from .._text_methods import DataType, Options

    Precision = Literal["float32", "int8", "binary", "ubinary"]
    Output = Literal["sentence_embedding", "token_embeddings"]

_DTYPES: Mapping[str | None, DataType] = {
    None: "float32",
    "float32": "float32",
    "int8": "int8",
    "ubinary": "ubinary",
    "binary": "ubinary",
}
_DOCUMENT_PROMPTS = ("document", "passage", "corpus")

logger = logging.getLogger(__name__)


class SentenceTransformer(ModelDescription):
    """A model by its name, a folder or a .gguf file. Arguments have the meaning they have there,
    and what Akin cannot do is refused."""

    # Vectors

    def encode(
        self,
        inputs: Any = None,
        prompt_name: str | None = None,
        prompt: str | None = None,
        batch_size: int = 32,
        show_progress_bar: bool | None = None,
        output_value: Output | None = "sentence_embedding",
        precision: Precision | None = "float32",
        convert_to_numpy: bool = True,
        convert_to_tensor: bool = False,
        device: Any = None,
        normalize_embeddings: bool = False,
        truncate_dim: int | None = None,
        pool: Mapping[str, Any] | None = None,
        chunk_size: int | None = None,
        *,
        sentences: Any = None,
        task: str | None = None,
    ) -> Any:
        """The vectors of texts, one a row; of a single text one vector.

        Args:
            inputs: a text, a list of them, or a column of numpy, pandas, polars or pyarrow. What
                is no text is a TypeError that names the row. `sentences` is its older name.
            batch_size: texts of a request; it changes no vector.
            output_value: `token_embeddings` gives a matrix a text, one row a token; None gives
                all there is, a dictionary a text.
            precision: an `int8` range is a vector's own.
            convert_to_tensor: a torch tensor; without both conversions a list of vectors, which
                are tensors where torch is loaded.
            pool, chunk_size, device, task: they change nothing: one server uses all processors.
        """
        _arguments.check_device(device)
        if inputs is None:
            inputs = sentences
        texts = as_texts(inputs, "inputs")
        _arguments.check_count("batch_size", batch_size)
        _arguments.check_count("chunk_size", chunk_size)
        _arguments.check_count("truncate_dim", truncate_dim)
        if precision not in _DTYPES:
            raise ValueError(
                f"precision: expected one of {', '.join(filter(None, _DTYPES))}, found "
                f"{precision!r}; util.quantize_embeddings has ranges common to many vectors"
            )
        if show_progress_bar is None:
            show_progress_bar = logger.getEffectiveLevel() in (logging.INFO, logging.DEBUG)
        options = self._options(normalize_embeddings, truncate_dim)
        put_before = self._resolved(prompt, prompt_name)
        if put_before is not None:
            options["prompt"] = put_before
        texts = self._cut(texts, put_before or "")
        rows: Any
        if output_value == "token_embeddings":
            rows = self._token_vectors(texts, options)
        elif output_value is None:
            rows = self._everything(texts, options)
        elif output_value == "sentence_embedding":
            rows = self._vectors(texts, precision, batch_size, show_progress_bar, options)
            if convert_to_tensor:
                rows = tensor(rows)
            elif not convert_to_numpy:
                rows = [*tensor_where_loaded(rows)]
        else:
            raise ValueError(f"output_value: {output_value!r} is none of Akin's")
        return rows[0] if isinstance(inputs, str) else rows

    def encode_query(
        self,
        inputs: Any = None,
        prompt_name: str | None = None,
        prompt: str | None = None,
        *arguments: Any,
        **options: Any,
    ) -> Any:
        """As `encode`, with the prompt named `query`, which may be empty."""
        if prompt_name is None and prompt is None and "query" in self.prompts:
            prompt_name = "query"
        return self.encode(inputs, prompt_name, prompt, *arguments, **options)

    def encode_document(
        self,
        inputs: Any = None,
        prompt_name: str | None = None,
        prompt: str | None = None,
        *arguments: Any,
        **options: Any,
    ) -> Any:
        """As `encode`, with the prompt named `document`, `passage` or `corpus`."""
        if prompt_name is None and prompt is None:
            prompt_name = next((name for name in _DOCUMENT_PROMPTS if name in self.prompts), None)
        return self.encode(inputs, prompt_name, prompt, *arguments, **options)

    def encode_multi_process(
        self, sentences: Any, pool: Mapping[str, Any] | None = None, **options: Any
    ) -> Any:
        """As `encode`."""
        return self.encode(sentences, pool=pool, **options)

    def start_multi_process_pool(self, target_devices: Any = None) -> dict[str, Any]:
        """What `encode` takes as `pool`. It is empty: one server uses all processors as it is."""
        _arguments.check_device(target_devices)
        return {"input": None, "output": None, "processes": []}

    @staticmethod
    def stop_multi_process_pool(pool: Mapping[str, Any]) -> None:
        """Nothing is to be stopped."""

    # Scores

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Any:
        """Scores by `similarity_fn_name`, rows of the first by rows of the second: a tensor where
        torch is loaded, else an array."""
        score = SimilarityFunction.to_similarity_fn(self.similarity_fn_name)
        return score(embeddings1, embeddings2)

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> Any:
        """Scores by `similarity_fn_name` of each row with the same row of the other."""
        score = SimilarityFunction.to_similarity_pairwise_fn(self.similarity_fn_name)
        return score(embeddings1, embeddings2)

    def evaluate(self, evaluator: Any, output_path: str | None = None) -> Any:
        """What one of sentence-transformers' evaluators says of the model."""
        if output_path is not None:
            os.makedirs(output_path, exist_ok=True)
        return evaluator(self, output_path)

    # Tokens

    def tokenize(self, texts: Any) -> dict[str, Any]:
        """`input_ids`, `token_type_ids` and `attention_mask`, one row a text, padded with zeros."""
        features = self.tokenizer(
            as_texts(texts), padding=True, truncation=True, return_tensors="np"
        )
        return {name: tensor_where_loaded(rows) for name, rows in features.items()}

    preprocess = tokenize

    # How

    def _resolved(self, prompt: str | None, name: str | None) -> str | None:
        """The prompt for a call; None where none is named."""
        name = self.default_prompt_name if name is None else name
        if prompt is not None or name is None:
            return prompt
        if name not in self.prompts:
            raise ValueError(f"prompt_name: expected one of {[*self.prompts]}, found {name!r}")
        return self.prompts[name]

    def _options(self, is_normalized: bool, truncate_dim: int | None) -> Options:
        options: Options = {}
        dimensions = self.truncate_dim if truncate_dim is None else truncate_dim
        if dimensions is not None:
            options["dimensions"] = min(dimensions, int(self._info["dimensions"]))
        if is_normalized:
            # Else as the model does, which may be the same.
            options["normalize"] = True
        return options

    def _cut(self, texts: list[str], prompt: str) -> list[str]:
        """The texts, shorter where `max_seq_length` is less than the model's."""
        if self._max_seq_length is None or not texts:
            return texts
        whole = [prompt + text for text in texts]
        encodings = self.akin.tokenize(whole, max_length=self._max_seq_length)
        # A token of a word is the longest that fits, so that a shorter text has the same ones.
        ends = [max(end for _, end in encoding.offsets) for encoding in encodings]
        return [
            text[: max(0, end - len(prompt))] if encoding.truncated else text
            for text, encoding, end in zip(texts, encodings, ends)
        ]

    def _vectors(
        self,
        texts: list[str],
        precision: str | None,
        batch_size: int,
        is_progress_shown: bool,
        options: Options,
    ) -> NDArray[Any]:
        if not texts:
            return _no_vectors(options.get("dimensions") or self._info["dimensions"], precision)
        vectors = self.akin.embed(
            texts,
            dtype=_DTYPES[precision],
            batch_size=batch_size,
            progress=is_progress_shown,
            **options,
        )
        # The bytes of `ubinary`, moved into the range of a signed one.
        return (vectors ^ 0x80).view(np.int8) if precision == "binary" else vectors

    def _token_vectors(self, texts: list[str], options: Options) -> list[Any]:
        found = self.akin.embed_tokens(texts, **options) if texts else []
        return [tensor_where_loaded(one.vectors) for one in found]

    def _everything(self, texts: list[str], options: Options) -> list[Any]:
        """A dictionary a text, with the names of sentence-transformers' features."""
        if not texts:
            return []
        sentences = self._vectors(texts, "float32", 256, False, options)
        return [
            {
                "input_ids": tensor_where_loaded(np.array(tokens.encoding.ids)),
                "token_type_ids": tensor_where_loaded(np.array(tokens.encoding.type_ids)),
                "attention_mask": tensor_where_loaded(np.array(tokens.encoding.attention_mask)),
                "token_embeddings": tensor_where_loaded(tokens.vectors),
                "sentence_embedding": tensor_where_loaded(sentence),
            }
            for tokens, sentence in zip(self.akin.embed_tokens(texts, **options), sentences)
        ]


def _no_vectors(dimensions: int, precision: str | None) -> NDArray[Any]:
    """No row, of the type and the width that rows have."""
    width = -(-dimensions // 8) if precision in ("binary", "ubinary") else dimensions
    names = {"int8": np.int8, "binary": np.int8, "ubinary": np.uint8}
    return np.empty((0, width), dtype=names.get(precision or "", np.float32))
