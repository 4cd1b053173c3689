"""The class of sentence-transformers over Akin."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np

from .._client import Akin
from .._program import Command
from .._texts import as_texts
from ..util import SimilarityFunction
from . import _arguments
from ._tokenizer import Tokenizer, tensor, tensor_where_loaded

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


class SentenceTransformer:
    """A model by its name, a folder or a .gguf file. Arguments have the meaning they have there,
    and what Akin cannot do is refused."""

    def __init__(
        self,
        model_name_or_path: str | os.PathLike[str] | None = None,
        *,
        modules: None = None,
        device: Any = None,
        prompts: Mapping[str, str | None] | None = None,
        default_prompt_name: str | None = None,
        revision: str | None = None,
        model_kwargs: Mapping[str, Any] | None = None,
        processor_kwargs: Mapping[str, Any] | None = None,
        tokenizer_kwargs: Mapping[str, Any] | None = None,
        config_kwargs: Mapping[str, Any] | None = None,
        similarity_fn_name: str | SimilarityFunction | None = None,
        truncate_dim: int | None = None,
        precision: str | None = None,
        command: Command | None = None,
        arguments: Sequence[str] = (),
        **unused: Any,
    ) -> None:
        """
        Args:
            device: None or `cpu`, which is where Akin computes.
            processor_kwargs: of these `model_max_length`, which is `max_seq_length`.
            precision: of the model's arithmetic: `q8_0`, the default, or `f32`.
            command, arguments: as `Akin` takes them.
            unused: arguments that change no vector: `cache_folder`, `local_files_only`, `token`,
                `trust_remote_code`, `backend`, `model_card_data`.
        """
        _arguments.check_unused(unused)
        _arguments.check_modules(modules)
        _arguments.check_device(device)
        _arguments.check_revision(revision)
        _arguments.check_model_kwargs(model_kwargs)
        _arguments.check_config_kwargs(config_kwargs)
        #: The client behind it, which can do more.
        self.akin = Akin(
            None if model_name_or_path is None else os.fspath(model_name_or_path),
            precision=precision,
            command=command,
            arguments=arguments,
        )
        self.truncate_dim = truncate_dim
        self._given_prompts = {name: prompt or "" for name, prompt in (prompts or {}).items()}
        self._prompts: dict[str, str] | None = None
        self.default_prompt_name = default_prompt_name
        self.similarity_fn_name = similarity_fn_name
        self._max_seq_length = _arguments.max_length(processor_kwargs or tokenizer_kwargs)
        self._known_info: dict[str, Any] | None = None
        #: What model cards are written from, and some libraries read.
        self.model_card_data = SimpleNamespace(
            model_name=None if model_name_or_path is None else os.fspath(model_name_or_path),
            base_model=None,
            base_model_revision=None,
            language=[],
            license=None,
            set_evaluation_metrics=lambda *_, **__: None,
        )

    # What it is

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """To `isinstance` also the class of sentence-transformers, where that is loaded."""
        module = sys.modules.get("sentence_transformers")
        return getattr(module, "SentenceTransformer", None) or type(self)

    def __repr__(self) -> str:
        name = self.model_card_data.model_name
        return f"{type(self).__name__}({'' if name is None else repr(name)})"

    def __reduce__(self) -> Any:
        state = {**self.__dict__, "model_card_data": None, "_known_info": None}
        return _restored, (type(self), state, vars(self.model_card_data)["model_name"])

    def __enter__(self) -> SentenceTransformer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the server, which otherwise ends with the program or the last use of the model."""
        self.akin.close()

    @property
    def device(self) -> Any:
        """The processor: torch's device where torch is loaded, else the name `cpu`."""
        torch = sys.modules.get("torch")
        return torch.device("cpu") if torch is not None else "cpu"

    @property
    def prompts(self) -> dict[str, str]:
        """The model's prompts by name, and those given; `query` and `document` may be empty."""
        if self._prompts is None:
            own = self._info["prompts"]
            self._prompts = {"query": "", "document": "", **own, **self._given_prompts}
        return self._prompts

    @prompts.setter
    def prompts(self, prompts: Mapping[str, str | None]) -> None:
        self._prompts = {name: prompt or "" for name, prompt in prompts.items()}

    @property
    def similarity_fn_name(self) -> str:
        """The function of `similarity`: `cosine`, `dot`, `euclidean` or `manhattan`."""
        return self._similarity_fn_name or self._info.get("similarity") or "cosine"

    @similarity_fn_name.setter
    def similarity_fn_name(self, name: Any) -> None:
        value = None if name is None else getattr(name, "value", name)
        if value is not None and value not in SimilarityFunction.possible_values():
            names = ", ".join(SimilarityFunction.possible_values())
            raise ValueError(f"similarity_fn_name: expected one of {names}, found {value!r}")
        self._similarity_fn_name = value

    @property
    def max_seq_length(self) -> int:
        """Tokens of a text, special tokens included, beyond which it is cut."""
        return int(self._max_seq_length or self._info["maxSequenceLength"])

    @max_seq_length.setter
    def max_seq_length(self, length: int | None) -> None:
        if length is not None and not 3 <= length <= self._info["maxSequenceLength"]:
            most = self._info["maxSequenceLength"]
            raise ValueError(f"max_seq_length: expected 3 to {most}, found {length}")
        self._max_seq_length = None if length is None else int(length)

    def get_max_seq_length(self) -> int:
        return self.max_seq_length

    @property
    def tokenizer(self) -> Tokenizer:
        """The model's tokenizer, as far as the names go that Akin has."""
        return Tokenizer(self.akin, self.max_seq_length)

    def get_embedding_dimension(self) -> int:
        """Components of a vector."""
        dimensions = int(self._info["dimensions"])
        return dimensions if self.truncate_dim is None else min(dimensions, self.truncate_dim)

    get_sentence_embedding_dimension = get_embedding_dimension

    @contextmanager
    def truncate_embeddings(self, truncate_dim: int | None) -> Iterator[None]:
        """Vectors of `truncate_dim` components within the block."""
        before, self.truncate_dim = self.truncate_dim, truncate_dim
        try:
            yield
        finally:
            self.truncate_dim = before

    truncate_sentence_embeddings = truncate_embeddings

    @property
    def modalities(self) -> list[str]:
        return ["text"]

    def supports(self, modality: str) -> bool:
        return modality == "text"

    def get_model_kwargs(self) -> list[str]:
        """Further arguments of `encode`: none."""
        return []

    def get_backend(self) -> str:
        return "akin"

    # A model that is not trained and stays where it is.

    def eval(self) -> SentenceTransformer:
        return self

    def cpu(self) -> SentenceTransformer:
        return self

    def to(self, device: Any = None, **_: Any) -> SentenceTransformer:
        _arguments.check_device(device)
        return self

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
        if batch_size < 1 or (chunk_size is not None and chunk_size < 1):
            raise ValueError("batch_size and chunk_size: expected 1 or more")
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

    @property
    def _info(self) -> dict[str, Any]:
        if self._known_info is None:
            self._known_info = self.akin.model_info()
        return self._known_info

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


def _restored(kind: type[SentenceTransformer], state: dict[str, Any], name: str | None) -> Any:
    model = kind.__new__(kind)
    SentenceTransformer.__init__(model, name)
    card = model.model_card_data
    model.__dict__.update(state, model_card_data=card)
    return model
