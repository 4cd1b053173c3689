"""The model's tokenizer, with the names that those of transformers have."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from .._client import Akin
from .._texts import as_texts

if TYPE_CHECKING:
    from .._values import Encoding


class Tokenizer:
    """Calls go to the server, which has the vocabulary. Padding is by zeros, on the right."""

    padding_side = "right"
    truncation_side = "right"
    pad_token_id = 0

    def __init__(self, akin: Akin, max_length: int) -> None:
        self._akin = akin
        self.model_max_length = max_length

    def __call__(
        self,
        text: Any,
        text_pair: Any = None,
        *,
        add_special_tokens: bool = True,
        padding: bool | str = False,
        truncation: bool | str = False,
        max_length: int | None = None,
        return_tensors: str | None = None,
        return_offsets_mapping: bool = False,
        **options: Any,
    ) -> dict[str, Any]:
        """`input_ids`, `token_type_ids`, `attention_mask`, and `offset_mapping` where it is asked
        for; lists, `np` arrays or `pt` tensors."""
        if options:
            raise TypeError(f"the tokenizer has no argument {next(iter(options))!r}")
        length = (max_length or self.model_max_length) if truncation else None
        single = isinstance(text, str)
        encodings = self._akin.tokenize(
            as_texts(text),
            None if text_pair is None else as_texts(text_pair, "text_pair"),
            add_special_tokens=add_special_tokens,
            max_length=length,
        )
        width = 0
        if padding:
            longest = max((len(encoding.ids) for encoding in encodings), default=0)
            width = (max_length or self.model_max_length) if padding == "max_length" else longest
        features = _features(encodings, width, return_offsets_mapping)
        if return_tensors is not None:
            return {name: _array(rows, return_tensors) for name, rows in features.items()}
        return {name: rows[0] for name, rows in features.items()} if single else features

    def tokenize(self, text: str, *, add_special_tokens: bool = False) -> list[str]:
        """The tokens of a text."""
        return self._akin.tokenize(text, add_special_tokens=add_special_tokens).tokens

    def encode(self, text: str, **options: Any) -> list[int]:
        """The ids of a text, special tokens included."""
        ids: list[int] = self(text, **options)["input_ids"]
        return ids

    def decode(self, token_ids: Any, skip_special_tokens: bool = False) -> str:
        """The text of ids."""
        ids = np.asarray(token_ids).tolist()
        return self._akin.detokenize(
            [ids] if isinstance(ids, int) else ids, skip_special_tokens=skip_special_tokens
        )

    def batch_decode(self, sequences: Any, skip_special_tokens: bool = False) -> list[str]:
        """The texts of lists of ids."""
        return [self.decode(ids, skip_special_tokens) for ids in sequences]

    def __len__(self) -> int:
        return self.vocab_size

    @property
    def vocab_size(self) -> int:
        return int(self._akin.model_info()["vocabularySize"])


def _features(encodings: list[Encoding], width: int, has_offsets: bool) -> dict[str, list[Any]]:
    def padded(row: list[Any], filler: Any = 0) -> list[Any]:
        return row + [filler] * (width - len(row))

    features: dict[str, list[Any]] = {
        "input_ids": [padded(encoding.ids) for encoding in encodings],
        "token_type_ids": [padded(encoding.type_ids) for encoding in encodings],
        "attention_mask": [padded(encoding.attention_mask) for encoding in encodings],
    }
    if has_offsets:
        features["offset_mapping"] = [padded(encoding.offsets, (0, 0)) for encoding in encodings]
    return features


def _array(rows: list[Any], kind: str) -> Any:
    if kind not in ("np", "pt"):
        raise ValueError(f"return_tensors: expected 'np' or 'pt', found {kind!r}")
    try:
        array = np.array(rows, dtype=np.int64)
    except ValueError:
        raise ValueError("texts of different length need padding=True to be one array") from None
    return array if kind == "np" else tensor(array)


def tensor(array: Any) -> Any:
    """Torch's view of an array; imports torch."""
    import torch  # type: ignore[import-not-found, unused-ignore]

    return torch.from_numpy(array)


def tensor_where_loaded(array: Any) -> Any:
    """Torch's view of an array where torch is loaded, else the array."""
    return tensor(array) if "torch" in sys.modules else array
