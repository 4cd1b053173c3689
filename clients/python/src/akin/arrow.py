"""Columns of texts to columns of vectors, in Arrow: what the operators of clusters are made of.

    table = akin.arrow.embed(table, "text")  # the column `embedding`: fixed_size_list<float>[384]
    akin.arrow.space(table.schema, "embedding").fingerprint

Vectors go from the server's bytes to Arrow's without a Python object for each number. Needs pyarrow
and numpy.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ._bulk import BulkOptions, NameRow, Rows, Settings, Worker, close
from ._space import Space, SpaceError
from ._stored_methods import joined_changes

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._client import Akin
    from ._values import IndexChange

__all__ = ["BulkOptions", "Space", "SpaceError", "add", "close", "embed", "space"]

#: Documents of one request.
_ADDED_ROWS = 512

_KEY = b"akin"


def embed(
    table: Any,
    column: str,
    output: str = "embedding",
    model: str | None = None,
    **options: Unpack[BulkOptions],
) -> Any:
    """The table or record batch with the vectors of a column of texts.

    Args:
        table: a `pyarrow.Table` or `pyarrow.RecordBatch`.
        column: a column of type string, large_string or string_view, plain or of a dictionary.
        output: the new column, `fixed_size_list<float>[n]` or of `int8`. The field's metadata and
            the schema's have its `Space`. With `int8` there is `{output}_scale` beside it, with
            `errors="column"` also `{output}_error`.
        options: see `BulkOptions`.

    Raises:
        TypeError: the column holds no texts, or a null.
        ValueError: there is no such column, or one with the name of the new one.
        AkinError: what the server refuses.
    """
    operator = Operator(Settings.of(model, options), column, output)
    operator.check(table.schema)
    worker = Worker(operator.settings)
    array = table.column(column)
    rows = worker.embed(texts(array), name_row(column))
    return operator.joined(table, rows, worker.space)


def space(schema: Any, column: str = "embedding") -> Space:
    """What the vectors of a column are.

    Raises:
        ValueError: there is no such column, or it does not say.
    """
    if column not in schema.names:
        raise ValueError(_no_column(column, schema))
    own = (schema.field(column).metadata or {}).get(_KEY)
    # Some programs keep the metadata of the schema alone.
    members = (
        json.loads((schema.metadata or {}).get(_KEY, b"{}")).get(column) if own is None else own
    )
    if members is None:
        raise ValueError(f"the column {column!r} does not say which model made it")
    return Space.from_json(members)


def add(
    akin: Akin,
    collection: str,
    table: Any,
    column: str = "text",
    *,
    id: str = "id",
    vectors: str = "embedding",
    metadata: Sequence[str] = (),
) -> IndexChange:
    """Fills a collection with what was embedded elsewhere, a cluster's Parquet files for one.

    Each row is a document that is stored whole, with its vector. Rows without a vector are left to
    the server to embed.

    Args:
        akin: a client whose server has the model that made the vectors.
        table: a `pyarrow.Table` or `RecordBatch`; of large files batch by batch.
        id: the column that documents are stored under; its values as texts.
        vectors: the column of vectors, with the metadata that `embed` gives it.
        metadata: columns that are stored as a document's metadata.

    Raises:
        ValueError: a column is missing, or does not say which model made it.
        SpaceError: the vectors are cut, or were asked for with other options than a collection's.
        InvalidParametersError: the server's model is another one.
    """
    found = space(table.schema, vectors)
    for name in (column, id, *metadata):
        if name not in table.schema.names:
            raise ValueError(_no_column(name, table.schema))
    asked = json.loads(found.options)
    unfit = sorted(set(asked) - {"prompt", "prompt_name", "overflow"})
    if unfit or found.fingerprint is None:
        reason = f"were made with {', '.join(unfit)}" if unfit else "have no fingerprint"
        raise SpaceError(
            f"the vectors of the column {vectors!r} {reason}: no collection holds such"
        )
    scales = f"{vectors}_scale" if found.dtype == "int8" else None
    names = [*dict.fromkeys([column, id, vectors, *metadata, *([scales] if scales else [])])]
    source = pa.Table.from_batches([table]) if isinstance(table, pa.RecordBatch) else table
    changes = []
    for batch in source.select(names).to_batches(max_chunksize=_ADDED_ROWS):
        rows = _documents(batch, column, id, vectors, scales, metadata)
        changes.append(akin.index_add(rows, collection=collection, fingerprint=found.fingerprint))
    if not changes:
        return akin.index_add([], collection=collection)
    return joined_changes(changes)


def _documents(
    batch: Any, column: str, id: str, vectors: str, scales: str | None, metadata: Sequence[str]
) -> list[dict[str, Any]]:
    lists = batch.column(vectors)
    documents = []
    of_scales = None if scales is None else batch.column(scales).to_pylist()
    of_metadata = {name: batch.column(name).to_pylist() for name in metadata}
    valid = lists.is_valid().to_pylist()
    dtype = "float32" if scales is None else "int8"
    values = lists.values.to_numpy(zero_copy_only=False).astype(np.dtype(dtype).newbyteorder("<"))
    count = batch.num_rows
    if pa.types.is_fixed_size_list(lists.type):
        # The values are those of the whole array that this is a part of.
        first, width = lists.offset, lists.type.list_size
        offsets = [*range(first * width, (first + count + 1) * width, width)]
    else:
        offsets = lists.offsets.to_pylist()
    texts_and_ids = zip(batch.column(column).to_pylist(), batch.column(id).to_pylist())
    for row, (text, key) in enumerate(texts_and_ids):
        document: dict[str, Any] = {"id": str(key), "text": text}
        fields = {name: of_metadata[name][row] for name in metadata}
        document["metadata"] = {name: value for name, value in fields.items() if value is not None}
        if valid[row]:
            bytes_ = values[offsets[row] : offsets[row + 1]].tobytes()
            vector: dict[str, Any] = {"base64": base64.b64encode(bytes_).decode(), "dtype": dtype}
            if of_scales is not None:
                vector["scale"] = of_scales[row]
            document["vector"] = vector
        documents.append(document)
    return documents


class Operator:
    """Puts vectors beside the columns of a batch. Goes to workers by pickle."""

    def __init__(self, settings: Settings, column: str, output: str) -> None:
        self.settings = settings
        self.column = column
        self.output = output

    def check(self, schema: Any) -> None:
        """
        Raises:
            TypeError, ValueError: batches of the schema cannot be embedded.
        """
        if self.column not in schema.names:
            raise ValueError(_no_column(self.column, schema))
        check_type(schema.field(self.column).type, self.column)
        for name in self.outputs:
            if name in schema.names:
                raise ValueError(f"there is a column {name!r} already: give another `output`")

    @property
    def outputs(self) -> list[str]:
        """The names of the new columns."""
        names = [self.output]
        if self.settings.dtype == "int8":
            names.append(f"{self.output}_scale")
        if self.settings.errors == "column":
            names.append(f"{self.output}_error")
        return names

    @property
    def may_be_null(self) -> bool:
        return self.settings.nulls == "null" or self.settings.errors == "column"

    def fields(self, space: Space) -> list[Any]:
        """The new columns as Arrow's fields."""
        kinds = [vector_type(space), pa.float32(), pa.string()]
        if self.settings.dtype != "int8":
            del kinds[1]
        fields = [pa.field(name, kind) for name, kind in zip(self.outputs, kinds)]
        fields[0] = fields[0].with_metadata({_KEY: space.to_json()})
        return fields

    def schema(self, schema: Any, space: Space) -> Any:
        """The schema of the batches that are made of those of `schema`."""
        metadata = dict(schema.metadata or {})
        columns = {
            **json.loads(metadata.get(_KEY, b"{}")),
            self.output: json.loads(space.to_json()),
        }
        metadata[_KEY] = json.dumps(columns, sort_keys=True).encode()
        return pa.schema([*schema, *self.fields(space)], metadata=metadata)

    def arrays(self, rows: Rows, vectors: Any) -> list[Any]:
        """The new columns; `vectors` is that of the vectors."""
        arrays = [vectors]
        if rows.scales is not None:
            arrays.append(pa.array(rows.scales, mask=rows.missing))
        if self.settings.errors == "column":
            count = len(rows.vectors)
            if rows.errors:
                reasons = [rows.errors.get(row) for row in range(count)]
                arrays.append(pa.array(reasons, pa.string()))
            else:
                arrays.append(pa.nulls(count, pa.string()))
        return arrays

    def joined(self, batch: Any, rows: Rows, space: Space) -> Any:
        """The batch with the new columns."""
        schema = self.schema(batch.schema, space)
        arrays = [*batch.columns, *self.arrays(rows, fixed_size_lists(rows, space))]
        return type(batch).from_arrays(arrays, schema=schema)

    def batches(self, worker: Worker, batches: Iterable[tuple[Any, NameRow]]) -> Iterator[Any]:
        """The batches with the new columns, in memory that does not grow with their number."""
        for batch, rows in self.embedded(worker, batches):
            yield self.joined(batch, rows, worker.space)

    def embedded(
        self, worker: Worker, batches: Iterable[tuple[Any, NameRow]]
    ) -> Iterator[tuple[Any, Rows]]:
        """Each batch with the vectors of its texts."""
        waiting: list[Any] = []

        def parts() -> Iterator[tuple[list[Any], NameRow]]:
            for batch, name in batches:
                waiting.append(batch)
                yield texts(batch.column(self.column)), name

        for rows in worker.stream(parts()):
            yield waiting.pop(0), rows


def texts(array: Any) -> list[Any]:
    """The texts of an array or a chunked one; null is None."""
    return array.to_pylist()  # type: ignore[no-any-return]


def check_type(kind: Any, column: str) -> None:
    """Raises a TypeError where values of a type are no texts."""
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    tests = ("is_string", "is_large_string", "is_string_view", "is_null")
    # A column of nulls alone may be one of texts.
    if not any(getattr(pa.types, test, lambda _: False)(inner) for test in tests):
        raise TypeError(f"the column {column!r}: expected texts, found the type {kind}")


def name_row(column: str, first: int = 0, before: str = "") -> NameRow:
    """Names a row by its number from `first` on."""
    return lambda row: f"{before}the column {column!r}, row {first + row}"


def vector_type(space: Space) -> Any:
    """`fixed_size_list` of the space's dimensions."""
    return pa.list_(pa.int8() if space.dtype == "int8" else pa.float32(), space.dimensions)


def fixed_size_lists(rows: Rows, space: Space) -> Any:
    """The vectors as Arrow has them, without a copy."""
    values = pa.array(np.ascontiguousarray(rows.vectors).reshape(-1))
    mask = None if rows.missing is None else pa.array(rows.missing)
    return pa.FixedSizeListArray.from_arrays(values, type=vector_type(space), mask=mask)


def lists(rows: Rows) -> Any:
    """The vectors as lists of any length, for who knows no others."""
    count, width = rows.vectors.shape
    values = pa.array(np.ascontiguousarray(rows.vectors).reshape(-1))
    offsets = pa.array(np.arange(0, (count + 1) * width, width, dtype=np.int32))
    mask = None if rows.missing is None else pa.array(rows.missing)
    return pa.ListArray.from_arrays(offsets, values, mask=mask)


def _no_column(column: str, schema: Any) -> str:
    return f"there is no column {column!r}; there are {', '.join(schema.names)}"
