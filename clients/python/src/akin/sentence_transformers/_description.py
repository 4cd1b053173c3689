"""What a model of sentence-transformers' class is: its name, prompts, lengths and dimensions."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from .._client import Akin
from .._program import Command
from ..util import SimilarityFunction
from . import _arguments
from ._tokenizer import Tokenizer

if TYPE_CHECKING:
    from typing_extensions import Self


class ModelDescription:
    """A model by its name, a folder or a .gguf file, with what is set of it."""

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
        _arguments.check_count("truncate_dim", truncate_dim)
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

    def __enter__(self) -> Self:
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
        _arguments.check_integer("max_seq_length", length)
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
        _arguments.check_count("truncate_dim", truncate_dim)
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

    def eval(self) -> Self:
        return self

    def cpu(self) -> Self:
        return self

    def to(self, device: Any = None, **_: Any) -> Self:
        _arguments.check_device(device)
        return self

    @property
    def _info(self) -> dict[str, Any]:
        if self._known_info is None:
            self._known_info = self.akin.model_info()
        return self._known_info


def _restored(
    kind: type[ModelDescription], state: dict[str, Any], name: str | None
) -> ModelDescription:
    model = kind.__new__(kind)
    ModelDescription.__init__(model, name)
    card = model.model_card_data
    model.__dict__.update(state, model_card_data=card)
    return model
