"""Vectors in DuckDB: a function of SQL that turns texts into vectors.

    import akin.duckdb

    akin.duckdb.register(connection)
    connection.sql("SELECT id, embed(text) AS embedding FROM 'texts.parquet'")

The server starts when the function is registered, since its type needs the model's dimensions, and
is used by all threads of the query. Needs duckdb, pyarrow and numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._bulk import BulkOptions, Settings, Worker
from ._space import Space
from .arrow import fixed_size_lists, name_row, texts

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["register"]


def register(
    connection: Any,
    name: str = "embed",
    model: str | None = None,
    **options: Unpack[BulkOptions],
) -> Space:
    """Makes `name(text)` known to a connection: `FLOAT[n]`, or `TINYINT[n]` with dtype `int8`.

    Args:
        connection: a `duckdb.DuckDBPyConnection`.
        options: see `akin.arrow.BulkOptions`; a null becomes a null unless they say otherwise.

    Returns:
        What the vectors are.

    Raises:
        ValueError: `errors="column"`, which a function cannot have.
        AkinError: there is no model.
    """
    options.setdefault("nulls", "null")
    settings = Settings.of(model, options)
    if settings.errors == "column":
        raise ValueError("errors='column' needs a second column: use akin.arrow.embed")
    # All rows, since a result that is left open blocks the connection.
    ((granted,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    worker = Worker(settings, int(granted))
    space = worker.space

    def embed(column: Any) -> Any:
        rows = worker.embed(texts(column), name_row("text"))
        return fixed_size_lists(rows, space)

    kind = "TINYINT" if settings.dtype == "int8" else "FLOAT"
    connection.create_function(
        name,
        embed,
        ["VARCHAR"],
        f"{kind}[{space.dimensions}]",
        type="arrow",
        null_handling="special",
    )
    return space
