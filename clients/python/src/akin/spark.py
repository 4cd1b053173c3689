"""Vectors of a column in Spark: of very many texts, on all executors.

    from akin.spark import embed, embed_udf

    embed(frame, "text").write.parquet("vectors")  # by mapInArrow
    frame.select(embed_udf()("text"))  # by predict_batch_udf, for expressions and SQL

Each Python worker has one server, which starts with the first text and has the threads of the task
(`spark.task.cpus`). The program, this package and the model have to be on all machines; nothing is
downloaded. Needs pyspark, pyarrow, pandas and numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyspark import SparkFiles, TaskContext
from pyspark.sql.types import (
    ArrayType,
    ByteType,
    DataType,
    FloatType,
    StringType,
    StructField,
    StructType,
)

from ._bulk import BulkOptions, NameRow, Settings, Worker
from ._space import Space
from .arrow import Operator, lists, name_row

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyspark.sql import DataFrame
    from typing_extensions import Unpack

__all__ = ["embed", "embed_udf", "space"]


def embed(
    frame: DataFrame,
    column: str,
    output: str = "embedding",
    model: str | None = None,
    *,
    model_file: str | None = None,
    **options: Unpack[BulkOptions],
) -> DataFrame:
    """The frame with the vectors of a column of texts, by `mapInArrow`.

    A server on the driver says what the vectors are, unless `expected` does: that is the metadata
    of the new column, and a worker with another model fails.

    Args:
        output: the new column, an array of floats or, with dtype `int8`, of bytes, beside
            `{output}_scale`. With `errors="column"` there is `{output}_error` too.
        model_file: the name of a .gguf file that `SparkContext.addFile` brings to the workers.
        options: see `akin.arrow.BulkOptions`.

    Raises:
        TypeError, ValueError: the frame has no such column of texts.
        AkinError: the driver has no model; and what the server refuses, within Spark's exception.
    """
    settings = Settings.of(model, options)
    operator = Operator(settings, column, output)
    _check(frame.schema, operator)
    if settings.expected is None:
        operator.settings = settings.with_expected(_worker(settings, model_file).space)
    schema = StructType([*frame.schema.fields, *_fields(operator)])
    return frame.mapInArrow(partial(_batches, operator, model_file), schema)


def embed_udf(
    model: str | None = None,
    *,
    model_file: str | None = None,
    rows: int = 4096,
    **options: Unpack[BulkOptions],
) -> Any:
    """A function of a column of texts that gives their vectors, by `predict_batch_udf`.

    That has no nulls: with `nulls="null"` it is a `pandas_udf` of iterators instead. The scales of
    dtype `int8` are left out, which a cosine does not need; `embed` has them.

    Args:
        rows: texts that are embedded at once.
        model_file, options: as for `embed`.

    Raises:
        ValueError: `errors="column"`, which only `embed` has.
    """
    settings = Settings.of(model, options)
    if settings.errors == "column":
        raise ValueError("errors='column' needs a second column: use akin.spark.embed")
    kind = ArrayType(_component(settings))
    # Every Python worker reads this file: pandas and pyspark.ml are most of the time for that.
    if settings.nulls == "error":
        from pyspark.ml.functions import predict_batch_udf

        make = partial(_predictor, settings, model_file)
        return predict_batch_udf(make, return_type=kind, batch_size=rows)

    import pandas as pd
    from pyspark.sql.functions import pandas_udf

    def call(parts: Any) -> Any:
        worker = _worker(settings, model_file)
        named = ((part.tolist(), _named("the column")) for part in parts)
        for found in worker.stream(named):
            vectors: list[Any] = [*found.vectors]
            if found.missing is not None:
                for row in np.flatnonzero(found.missing):
                    vectors[row] = None
            yield pd.Series(vectors)

    # Annotations of this file are text, in which Spark finds no types.
    call.__annotations__ = {"parts": Iterator[pd.Series], "return": Iterator[pd.Series]}
    return pandas_udf(call, kind)  # type: ignore[call-overload, unused-ignore]


def space(frame: DataFrame, column: str = "embedding") -> Space:
    """What the vectors of a column are that `embed` made, also where it was written and read again.

    Raises:
        ValueError: the column does not say.
    """
    members = frame.schema[column].metadata.get("akin")
    if members is None:
        raise ValueError(f"the column {column!r} does not say which model made it")
    return Space.from_json(members)


def _check(schema: StructType, operator: Operator) -> None:
    names = schema.fieldNames()
    if operator.column not in names:
        raise ValueError(f"there is no column {operator.column!r}; there are {', '.join(names)}")
    kind = schema[operator.column].dataType
    if not isinstance(kind, StringType):
        raise TypeError(
            f"the column {operator.column!r}: expected texts, found the type {kind.simpleString()}"
        )
    for name in operator.outputs:
        if name in names:
            raise ValueError(f"there is a column {name!r} already: give another `output`")


def _fields(operator: Operator) -> list[StructField]:
    settings = operator.settings
    assert settings.expected is not None
    metadata = {"akin": settings.expected.to_json()}
    kinds: list[DataType] = [ArrayType(_component(settings)), FloatType(), StringType()]
    if settings.dtype != "int8":
        del kinds[1]
    fields = [StructField(name, kind) for name, kind in zip(operator.outputs, kinds)]
    fields[0].metadata = metadata
    return fields


def _component(settings: Settings) -> DataType:
    return ByteType() if settings.dtype == "int8" else FloatType()


def _worker(settings: Settings, model_file: str | None) -> Worker:
    """Of this process: a task's, or the driver's."""
    if model_file is not None:
        settings = Settings(**{**vars(settings), "model": SparkFiles.get(model_file)})
    task = TaskContext.get()
    return Worker(settings, None if task is None else task.cpus())


def _named(column: str, first: int = 0) -> NameRow:
    task = TaskContext.get()
    before = "" if task is None else f"partition {task.partitionId()}, "
    return name_row(column, first, before)


def _predictor(settings: Settings, model_file: str | None) -> Any:
    """Made once in a Python worker."""
    worker = _worker(settings, model_file)

    def predict(texts: NDArray[Any]) -> NDArray[Any]:
        return worker.embed(texts.tolist(), _named("the column")).vectors

    return predict


def _batches(operator: Operator, model_file: str | None, batches: Iterator[Any]) -> Iterator[Any]:
    """What a task does."""
    worker = _worker(operator.settings, model_file)

    def named() -> Iterator[tuple[Any, NameRow]]:
        first = 0
        for batch in batches:
            yield batch, _named(operator.column, first)
            first += batch.num_rows

    for batch, rows in operator.embedded(worker, named()):
        # Spark knows no lists of a fixed size.
        arrays = [*batch.columns, *operator.arrays(rows, lists(rows))]
        names = [*batch.schema.names, *operator.outputs]
        yield pa.RecordBatch.from_arrays(arrays, names=names)
