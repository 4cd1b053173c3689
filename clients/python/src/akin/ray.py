"""Vectors of a column in Ray Data: a class for `map_batches`, whose actors have a server each.

    from akin.ray import Embedder

    data = ray.data.read_parquet("texts").map_batches(
        Embedder, fn_constructor_kwargs={"column": "text"},
        compute=ray.data.ActorPoolStrategy(size=4), num_cpus=2, batch_format="pyarrow",
    )

A server starts with the first batch and has as many threads as `num_cpus` grants. The program,
this package and the model have to be on all machines; nothing is downloaded. Needs ray, pyarrow
and numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import ray

from ._bulk import BulkOptions, Settings, Worker
from .arrow import Operator, fixed_size_lists, name_row, texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["Embedder"]


class Embedder:
    """Called with a batch, it gives the batch with the vectors of one of its columns.

    Batches are of format `pyarrow` (the one to choose), `pandas` or `numpy`, and stay so. It may
    also be an actor of its own: `ray.remote(num_cpus=1)(Embedder).remote().embed.remote(...)`.
    """

    def __init__(
        self,
        column: str = "text",
        output: str = "embedding",
        model: str | None = None,
        **options: Unpack[BulkOptions],
    ) -> None:
        """
        Args:
            column: the texts.
            output: the new column, `fixed_size_list<float>[n]` or of `int8`, beside
                `{output}_scale`. With `errors="column"` there is `{output}_error` too.
            options: see `akin.arrow.BulkOptions`.
        """
        self._operator = Operator(Settings.of(model, options), column, output)
        self._worker: Worker | None = None

    def __call__(self, batch: Any) -> Any:
        """
        Raises:
            TypeError: the column holds no texts, or a null.
            ValueError: there is no such column, or one with the name of the new one; a batch of
                numpy arrays has no place for a null.
            AkinError: what the server refuses.
        """
        if isinstance(batch, pa.Table):
            return self._table(batch)
        operator = self._operator
        is_numpy = isinstance(batch, dict)
        names = [*batch] if is_numpy else [*batch.columns]
        # The column alone: the others may be of types that Arrow does not have.
        column = {operator.column: batch[operator.column]} if operator.column in names else {}
        operator.check(pa.schema([pa.field(name, pa.string()) for name in names]))
        values = column[operator.column]
        rows = self.worker.embed(values.tolist(), name_row(operator.column))
        if is_numpy:
            if rows.missing is not None or operator.settings.errors == "column":
                raise ValueError("a batch of numpy arrays has no nulls: use batch_format='pyarrow'")
            new: dict[str, Any] = {operator.output: rows.vectors}
            if rows.scales is not None:
                new[f"{operator.output}_scale"] = rows.scales
            return {**batch, **new}
        import pandas as pd

        arrays = operator.arrays(rows, fixed_size_lists(rows, self.worker.space))
        columns = {
            name: pd.Series(pd.arrays.ArrowExtensionArray(array), index=batch.index)
            for name, array in zip(operator.outputs, arrays)
        }
        return batch.assign(**columns)

    def embed(self, items: Any) -> Any:
        """The vectors of texts, one a row, as a numpy array."""
        return self.worker.embed([*items]).vectors

    @property
    def worker(self) -> Worker:
        """Made when first needed, in the process of the actor."""
        if self._worker is None:
            self._worker = Worker(self._operator.settings, _granted())
        return self._worker

    def _table(self, table: Any) -> Any:
        self._operator.check(table.schema)
        rows = self.worker.embed(
            texts(table.column(self._operator.column)), name_row(self._operator.column)
        )
        return self._operator.joined(table, rows, self.worker.space)

    def __reduce__(self) -> Any:
        return _made, (self._operator,)


def _made(operator: Operator) -> Embedder:
    embedder = Embedder.__new__(Embedder)
    embedder._operator = operator
    embedder._worker = None
    return embedder


def _granted() -> int | None:
    """The CPUs that Ray has assigned to this actor or task; None outside of one."""
    if not ray.is_initialized():
        return None
    try:
        cpus = ray.get_runtime_context().get_assigned_resources().get("CPU")
    except AssertionError:  # The driver, to which nothing is assigned.
        return None
    return None if cpus is None else max(1, int(cpus))
