"""Vectors on the wire and in memory: numpy arrays where numpy is installed, else `array.array`."""

from __future__ import annotations

import array
import base64
import numbers as numbers_abc
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union, cast

from ._texts import as_items, check_text, is_null

try:
    import numpy as np
except ImportError:
    _has_numpy = False
else:
    _has_numpy = True

if TYPE_CHECKING:
    from numpy.typing import NDArray

Vector = Union["NDArray[Any]", "array.array[float]", Sequence[float]]
TextOrVector = Union[str, Vector]
TextsOrVectors = Union[TextOrVector, Sequence[TextOrVector]]

# dtype of the protocol: numpy's name, array's code
_TYPES = {"float32": ("<f4", "f"), "int8": ("i1", "b"), "ubinary": ("u1", "B")}


def matrix(rows: Sequence[Mapping[str, str]], dtype: str) -> NDArray[Any]:
    """Vectors in base64, one a row; without numpy a list of `array.array`."""
    numpy_type, code = _TYPES[dtype]
    if not _has_numpy:
        return cast("NDArray[Any]", [_array(code, base64.b64decode(row["base64"])) for row in rows])
    # Not `frombuffer` of bytes, which cannot be written to.
    data = bytearray().join(base64.b64decode(row["base64"]) for row in rows)
    values = np.frombuffer(data, dtype=numpy_type).reshape(len(rows), -1)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


def join(parts: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The rows of all `parts` in one matrix."""
    if not _has_numpy:
        return cast("NDArray[Any]", [row for part in parts for row in part])
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def tiled(blocks: Sequence[NDArray[Any]], across: int) -> NDArray[Any]:
    """A matrix of its blocks, `across` of them beside each other, row by row."""
    rows = [blocks[start : start + across] for start in range(0, len(blocks), across)]
    if _has_numpy:
        return np.block([[*row] for row in rows])
    joined = [[score for part in parts for score in part] for row in rows for parts in zip(*row)]
    return cast("NDArray[Any]", joined)


def numbers(values: Sequence[Any]) -> NDArray[Any]:
    """Scores or scales as float32, as they stand in an answer; without numpy they stay lists."""
    return np.asarray(values, dtype=np.float32) if _has_numpy else cast("NDArray[Any]", values)


def to_json(items: TextsOrVectors, name: str) -> Any:
    """Texts and vectors as parameters of a request, vectors in base64.

    A single one is not put in a list, a list or a column of them is one.
    """
    if isinstance(items, str):
        return items
    if hasattr(items, "detach"):  # torch's tensors
        items = items.detach().cpu().numpy()
    if _has_numpy and isinstance(items, np.ndarray) and items.dtype.kind in "fiu":
        if items.ndim not in (1, 2):
            raise TypeError(
                f"{name}: expected a vector or rows of them, found {items.ndim} dimensions"
            )
        _check_numbers(items.dtype == np.uint8, name)
        return _base64(items) if items.ndim == 1 else [_base64(row) for row in items]
    if isinstance(items, array.array):
        _check_numbers(items.typecode == "B", name)
        return _base64(items)
    values = as_items(items, name)
    if values and isinstance(values[0], numbers_abc.Real) and not is_null(values[0]):
        return _base64(values)
    return [_item(value, name, row) for row, value in enumerate(values)]


def _check_numbers(is_bits: bool, name: str) -> None:
    """Eight components in a byte would be compared as one number, which says nothing of them."""
    if is_bits:
        raise TypeError(
            f"{name}: expected numbers, found bytes of bits (ubinary), whose distance is Hamming's:"
            " unpack them (numpy.unpackbits), or give the texts"
        )


def _item(value: Any, name: str, row: int) -> Any:
    if isinstance(value, str) or is_null(value) or not hasattr(value, "__len__"):
        check_text(value, name, row)
        return value
    found = to_json(value, f"{name}[{row}]")
    if isinstance(found, list):
        raise TypeError(f"{name}[{row}]: expected a text or a vector, found a list")
    return found


def _base64(vector: Iterable[Any]) -> dict[str, str]:
    if _has_numpy:
        data = np.asarray(vector, dtype="<f4").tobytes()
    else:
        values = array.array("f", vector)
        if sys.byteorder == "big":
            values.byteswap()
        data = values.tobytes()
    return {"base64": base64.b64encode(data).decode("ascii"), "dtype": "float32"}


def _array(code: str, data: bytes) -> array.array[Any]:
    values = array.array(code, data)
    if sys.byteorder == "big":
        values.byteswap()
    return values
