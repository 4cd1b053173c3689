"""Arguments of sentence-transformers' constructor that Akin has no part for: what changes nothing
is accepted, and what would change a vector is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: What they are about does not happen here: nothing is downloaded, no code of a model is run.
#: `backend` names what computes elsewhere.
UNUSED = (
    "backend",
    "cache_folder",
    "local_files_only",
    "model_card_data",
    "token",
    "trust_remote_code",
    "use_auth_token",
)
_BACKENDS = ("torch", "onnx", "openvino")
# Of the model's arguments, how it computes what is the same result.
_UNUSED_MODEL_KEYS = ("attn_implementation", "device_map", "low_cpu_mem_usage", "use_safetensors")
_FLOAT32 = ("auto", "float32", "torch.float32")


def check_unused(arguments: Mapping[str, Any]) -> None:
    """Raises for arguments that would have another meaning than none."""
    for name, value in arguments.items():
        if name == "backend" and value not in _BACKENDS:
            raise ValueError(f"backend: expected one of {', '.join(_BACKENDS)}, found {value!r}")
        if name not in UNUSED:
            raise TypeError(f"SentenceTransformer() has no argument {name!r}")


def check_revision(revision: str | None) -> None:
    if revision not in (None, "main"):
        raise ValueError(
            f"revision: Akin takes the model that is on this machine, not its revision {revision!r}"
        )


def check_modules(modules: Iterable[Any] | None) -> None:
    if modules is not None:
        raise ValueError("modules: Akin takes a model by its name, its folder or its .gguf file")


def check_model_kwargs(options: Mapping[str, Any] | None) -> None:
    for key, value in (options or {}).items():
        is_float32 = key in ("dtype", "torch_dtype") and str(value) in _FLOAT32
        if not is_float32 and key not in _UNUSED_MODEL_KEYS:
            raise ValueError(
                f"model_kwargs: Akin cannot honour {key}={value!r}; "
                "its arithmetic is chosen by precision='q8_0' or 'f32'"
            )


def check_config_kwargs(options: Mapping[str, Any] | None) -> None:
    if options:
        raise ValueError(f"config_kwargs: Akin cannot honour {', '.join(map(repr, options))}")


def max_length(options: Mapping[str, Any] | None) -> int | None:
    """The length that a tokenizer's arguments give; none where they give none."""
    length = None
    for key, value in (options or {}).items():
        if key in ("model_max_length", "max_length"):
            length = int(value)
        elif (key, value) not in (("padding_side", "right"), ("truncation", True)) and key not in (
            "use_fast",
            "clean_up_tokenization_spaces",
        ):
            raise ValueError(f"processor_kwargs: Akin cannot honour {key}={value!r}")
    return length


def check_integer(name: str, value: Any) -> None:
    """Raises for what is no integer; None is none."""
    if value is not None and (isinstance(value, bool) or not hasattr(value, "__index__")):
        raise TypeError(f"{name}: expected an integer, found {value!r}")


def check_count(name: str, value: Any) -> None:
    """Raises for what is no integer of 1 or more; None is none."""
    check_integer(name, value)
    if value is not None and value < 1:
        raise ValueError(f"{name}: expected 1 or more, found {value}")


def check_device(device: Any) -> None:
    """Raises for a device, or a list of them, that is not the processor."""
    for one in device if isinstance(device, (list, tuple)) else [device]:
        if one is not None and str(one).split(":")[0] != "cpu":
            raise ValueError(f"device: Akin computes on the cpu, not on {str(one)!r}")
