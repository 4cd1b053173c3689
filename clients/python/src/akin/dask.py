"""Vectors of a column in Dask.

    import akin.dask

    akin.dask.embed(dask.dataframe.read_parquet("texts"), "text").to_parquet("vectors")

Each worker process has one server for all its threads, which starts with the first partition. The
program, this package and the model have to be on all machines; nothing is downloaded. Needs dask,
pyarrow, pandas and numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from ._bulk import BulkOptions, Settings, Worker
from .arrow import Operator, fixed_size_lists

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["embed"]


def embed(
    frame: Any,
    column: str,
    output: str = "embedding",
    model: str | None = None,
    **options: Unpack[BulkOptions],
) -> Any:
    """The frame with the vectors of a column of texts, by `map_partitions`.

    A server on this machine says what the vectors are, unless `expected` does; a worker with
    another model fails.

    Args:
        frame: a `dask.dataframe.DataFrame`.
        output: the new column, of Arrow's type `fixed_size_list<float>[n]` or of `int8`, beside
            `{output}_scale`. With `errors="column"` there is `{output}_error` too.
        options: see `akin.arrow.BulkOptions`.

    Raises:
        TypeError, ValueError: the frame has no such column.
        AkinError: there is no model here; and what the server refuses, when it is computed.
    """
    settings = Settings.of(model, options)
    operator = Operator(settings, column, output)
    operator.check(pa.schema([pa.field(str(name), pa.string()) for name in frame.columns]))
    if settings.expected is None:
        operator.settings = settings.with_expected(Worker(settings).space)
    space = operator.settings.expected
    assert space is not None
    meta = frame._meta.assign(
        **{
            field.name: pd.Series([], dtype=pd.ArrowDtype(field.type))
            for field in operator.fields(space)
        }
    )
    # Its settings, not the operator, so that the same call has the same name in Dask's graph.
    return frame.map_partitions(_partition, operator.settings, column, output, meta=meta)


def _partition(frame: pd.DataFrame, settings: Settings, column: str, output: str) -> pd.DataFrame:
    operator = Operator(settings, column, output)
    worker = Worker(settings, _granted())
    values = frame[column]
    rows = worker.embed(
        values.tolist(), lambda row: f"the column {column!r}, row {row} (index {frame.index[row]})"
    )
    arrays = operator.arrays(rows, fixed_size_lists(rows, worker.space))
    columns = {
        name: pd.Series(pd.arrays.ArrowExtensionArray(array), index=frame.index)
        for name, array in zip(operator.outputs, arrays)
    }
    return frame.assign(**columns)


def _granted() -> int | None:
    """The threads of this worker, whose tasks share a server; None outside of one."""
    try:
        from distributed import get_worker

        return int(get_worker().state.nthreads)
    except (ImportError, ValueError):
        return None
