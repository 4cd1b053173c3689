"""Texts as people hold them: strings, lists, and columns of numpy, pandas, polars and pyarrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# How a column gives its values, in the order in which it is asked: pyarrow's has all of these
# names, pandas' and polars' the latter two, numpy's the last one.
_CONVERSIONS = ("to_pylist", "to_list", "tolist")


def as_texts(texts: Any, name: str = "texts") -> list[str]:
    """The texts in a list; of a single string a list of one.

    Raises:
        TypeError: something is no text; says which row.
    """
    if isinstance(texts, str):
        return [texts]
    items = as_items(texts, name)
    for row, item in enumerate(items):
        check_text(item, name, row)
    return items


def as_items(values: Any, name: str) -> list[Any]:
    """The values of a list or a column, whatever they are."""
    if isinstance(values, (Mapping, bytes, bytearray, set, frozenset)):
        raise TypeError(f"{name}: expected a list of texts, found a {type(values).__name__}")
    if hasattr(values, "columns"):
        kind = type(values).__name__
        raise TypeError(f"{name}: expected a list of texts or a column, found a whole {kind}")
    for conversion in _CONVERSIONS:
        if hasattr(values, conversion):
            items = getattr(values, conversion)()
            # An array without dimensions holds a value, not a list.
            return items if isinstance(items, list) else [items]
    if not isinstance(values, Iterable):
        raise TypeError(f"{name}: expected a text or a list of texts, found {shown(values)}")
    return list(values)


def as_stream(texts: Any) -> Any:
    """What gives texts one after the other: a column as its values, anything else as it is.

    Raises:
        TypeError: for a single text, whose characters would be taken for texts, and for what is no
            list of texts.
    """
    if isinstance(texts, str):
        raise TypeError("texts: expected texts one after the other, found a single text")
    is_column = any(hasattr(texts, conversion) for conversion in _CONVERSIONS)
    if is_column or not (isinstance(texts, Iterator) or hasattr(texts, "__aiter__")):
        return as_items(texts, "texts")
    return texts


def check_text(item: Any, name: str, row: int) -> None:
    """Raises a TypeError that names the row of what is no text."""
    if isinstance(item, str):
        return
    if is_null(item):
        raise TypeError(f"{name}[{row}] is null ({item!r}): fill the gaps or leave these rows out")
    raise TypeError(f"{name}[{row}]: expected a text, found {shown(item)}")


def is_null(item: Any) -> bool:
    """Whether it is what columns have where there is no value: None, NaN, NA."""
    return (
        item is None
        or type(item).__name__ in ("NAType", "NaTType")
        or (isinstance(item, float) and item != item)
    )


def shown(value: Any) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 40 else text[:39] + '…'}"
