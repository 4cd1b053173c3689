"""Vectors of a column of Parquet files, however large, in memory that does not grow with them.

    python -m akin embed --input texts.parquet --column text --output vectors.parquet
    python -m akin embed --input texts/ --column text --output vectors/ --shard-rows 1000000

What is written in one go are shards. The same command goes on after the last whole one. Needs
pyarrow and numpy.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ._bulk import BulkOptions, NameRow, Settings, Worker, close
from ._errors import AkinError
from ._progress import Listener, ProgressOption, shown
from ._shards import (
    Input,
    Job,
    ParquetError,
    Writer,
    destination,
    is_of_job,
    joined,
    remove,
    with_job,
)
from ._space import Space
from ._values import Progress
from .arrow import Operator, name_row

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = ["ParquetError", "Written", "embed"]

#: Rows between two of the points where work can go on.
_SHARD_ROWS = 65_536


@dataclass(frozen=True)
class Written:
    """What `embed` did."""

    #: Rows of all files.
    rows: int
    #: Those that were there from a run before.
    resumed: int
    #: The files, in the order of the rows.
    files: list[str]
    #: Rows that could not be embedded, with `errors="column"`.
    failed: int


def embed(
    source: str,
    column: str,
    output: str,
    model: str | None = None,
    *,
    name: str = "embedding",
    columns: Sequence[str] | None = None,
    shard_rows: int | None = None,
    restart: bool = False,
    progress: ProgressOption = None,
    **options: Unpack[BulkOptions],
) -> Written:
    """Writes the rows of Parquet files with the vectors of one of their columns.

    Args:
        source: a file, a folder of `.parquet` files, or a pattern; in the order of their names.
        output: a file; or, with `shard_rows`, a folder of `part-00000.parquet` and so on.
        name: the new column, see `akin.arrow.embed`.
        columns: those that are written too; None writes all.
        shard_rows: rows of a shard. Without it the rows are put together in one file at the end,
            which takes twice the space for a while.
        restart: begins anew what was begun.
        progress: True for a bar on standard error, or a function that takes a `Progress` of rows.
        options: see `akin.arrow.BulkOptions`.

    Raises:
        ParquetError: a file cannot be read or written, or belongs to other work.
        TypeError, ValueError: the column holds no texts, or a null; an option there is not.
        AkinError: what the server refuses. All whole shards stay.
    """
    if shard_rows is not None and shard_rows < 1:
        raise ValueError(f"shard_rows: expected 1 or more, found {shard_rows}")
    settings = Settings.of(model, options)
    operator = Operator(settings, column, name)
    rows = Input(source, columns, column)
    operator.check(rows.schema)
    identity = {
        "inputs": rows.identity,
        "column": column,
        "columns": rows.schema.names,
        "output": operator.outputs,
        "model": model,
        "precision": settings.precision,
        "dtype": settings.dtype,
        "nulls": settings.nulls,
        "errors": settings.errors,
        "options": [[*pair] for pair in settings.options],
        "shard_rows": shard_rows,
    }
    folder = output if shard_rows is not None else f"{output}.parts"
    if shard_rows is None:
        found = destination(output)
        if any(found == os.path.realpath(file["path"]) for file in rows.identity):
            raise ParquetError(f"{output}: is read too: give another output")
        if os.path.exists(output) and not restart:
            if is_of_job(output, identity):
                remove(folder)
                return Written(rows.rows, rows.rows, [output], 0)
            raise ParquetError(f"{output}: is there already: remove it, or give --restart")
    if restart:
        remove(folder)
    job = Job(folder, identity, shard_rows or _SHARD_ROWS)
    try:
        resumed = job.start
        failed = 0
        if job.shards is None:
            with shown(progress) as listener:
                failed = _Run(job, operator, rows, listener).finish()
        files = [job.shard(number) for number in range(job.done)]
        if shard_rows is None:
            _join(job, operator, rows, output, identity)
            files = [output]
    except BaseException:
        # What has nothing to go on with is not left behind.
        if job.done == 0:
            remove(folder)
        raise
    finally:
        job.release()
    if shard_rows is None:
        remove(folder)
    return Written(rows.rows, resumed, files, failed)


class _Run:
    """What is left to do of a job."""

    def __init__(
        self, job: Job, operator: Operator, rows: Input, listener: Listener | None
    ) -> None:
        self._job = job
        self._rows = rows
        self._listener = listener
        self._operator = operator
        if job.space is not None:
            # What is added has to be comparable with what is there.
            operator.settings = operator.settings.with_expected(Space.from_json(job.space))
        self._worker = Worker(operator.settings)
        space = self._worker.space
        if job.space is None:
            job.set_space(space.to_json())
        self._schema = operator.schema(rows.schema, space)
        self._start = job.start
        self._began = time.monotonic()

    def finish(self) -> int:
        """Writes the missing shards; the rows that could not be embedded."""
        failed = 0
        done = self._start
        writer: Writer | None = None
        try:
            for batch in self._operator.batches(self._worker, self._parts()):
                writer = writer or self._writer()
                writer.write(batch)
                done += batch.num_rows
                if self._operator.settings.errors == "column":
                    failed += batch.num_rows - batch.column(batch.num_columns - 1).null_count
                if writer.count == self._job.shard_rows:
                    writer.close()
                    writer = None
                    self._job.done += 1
                self._tell(done)
            # What is empty has a file too, with its columns.
            if writer is None and self._job.done == 0:
                writer = self._writer()
            if writer is not None:
                writer.close()
                writer = None
                self._job.done += 1
        except BaseException:
            if writer is not None:
                writer.abandon()
            raise
        self._job.finish()
        return failed

    def _parts(self) -> Iterator[tuple[Any, NameRow]]:
        for batch, path, first in self._rows.pieces(self._start, self._job.shard_rows):
            yield batch, name_row(self._operator.column, first, f"{path}: ")

    def _writer(self) -> Writer:
        path = self._job.shard(self._job.done)
        return Writer(path, self._schema, self._operator.output, _is_int8(self._operator))

    def _tell(self, done: int) -> None:
        if self._listener is None:
            return
        seconds = max(time.monotonic() - self._began, 1e-3)
        rate = (done - self._start) / seconds
        left = (self._rows.rows - done) / max(rate, 1e-3)
        self._listener(Progress(done, self._rows.rows, f"{rate:,.0f} rows/s, {_time(left)} left"))


def _join(job: Job, operator: Operator, rows: Input, output: str, identity: dict[str, Any]) -> None:
    """Makes one file of the shards of a job that is finished."""
    assert job.space is not None
    schema = with_job(operator.schema(rows.schema, Space.from_json(job.space)), identity)
    writer = Writer(output, schema, operator.output, _is_int8(operator))
    try:
        joined(job, writer)
    except BaseException:
        writer.abandon()
        raise
    writer.close()


def _is_int8(operator: Operator) -> bool:
    return operator.settings.dtype == "int8"


def _time(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{hours} h {minutes} min"
        if hours
        else f"{minutes} min {seconds} s"
        if minutes
        else f"{seconds} s"
    )


def main(words: Sequence[str] | None = None) -> int:
    """The command; its exit status: 0, 1 for an error, 130 where it was interrupted."""
    arguments = _parser().parse_args(words)
    options: BulkOptions = {}
    for name in BulkOptions.__annotations__:
        value = getattr(arguments, name, None)
        if value is not None:
            options[name] = value  # type: ignore[literal-required]
    try:
        written = embed(
            arguments.input,
            arguments.column,
            arguments.output,
            arguments.model,
            name=arguments.name,
            columns=arguments.columns.split(",") if arguments.columns else None,
            shard_rows=arguments.shard_rows,
            restart=arguments.restart,
            progress=not arguments.quiet and sys.stderr.isatty(),
            **options,
        )
    except KeyboardInterrupt:
        print(
            "akin: interrupted; what was written stays, the same command goes on", file=sys.stderr
        )
        return 130
    except (AkinError, OSError, TypeError, ValueError) as error:
        print(f"akin: {error}", file=sys.stderr)
        return 1
    finally:
        close()
    if not arguments.quiet:
        count = len(written.files)
        files = written.files[0] if count == 1 else f"{count} files in {arguments.output}"
        before = f", {written.resumed} of them from before" if written.resumed else ""
        failed = (
            f", {written.failed} without a vector (see {arguments.name}_error)"
            if written.failed
            else ""
        )
        print(f"{written.rows} rows{before}{failed}: {files}", file=sys.stderr)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m akin embed",
        description="Write the rows of Parquet files with the vectors of one of their columns. "
        "Stopped and started again, it goes on where it was.",
    )
    add = parser.add_argument
    add(
        "--input",
        required=True,
        metavar="PATH",
        help="a Parquet file, a folder of them or a pattern",
    )
    add("--column", required=True, metavar="NAME", help="the column of texts")
    add("--output", required=True, metavar="PATH", help="a file; with --shard-rows a folder")
    add("--shard-rows", type=int, metavar="N", help="write files of N rows")
    add("--columns", metavar="NAMES", help="columns to keep, with commas between (all)")
    add("--name", default="embedding", help="the new column (embedding)")
    add("--restart", action="store_true", help="begin anew what was begun")
    add("-m", "--model", metavar="NAME", help="a model's name, a model folder, or a .gguf file")
    add("--precision", choices=("q8_0", "f32"), help="arithmetic of the linear layers (q8_0)")
    add("--dtype", choices=("float32", "int8"), help="components of the vectors (float32)")
    add("-j", "--threads", type=int, metavar="N", help="CPU threads (all)")
    add("--batch-size", type=int, metavar="N", help="texts of a request (256)")
    add("--dimensions", type=int, metavar="N", help="keep the first components only")
    add(
        "--overflow",
        choices=("truncate", "error", "window"),
        help="a text longer than the model takes",
    )
    add("--pooling", help="how token vectors become one vector (the model's)")
    add("--prompt", metavar="TEXT", help="put before each text")
    add("--prompt-name", metavar="NAME", help="one of the model's own prompts")
    add("--nulls", choices=("error", "null"), help="what a null becomes (error)")
    add(
        "--errors",
        choices=("raise", "column"),
        help="what is wrong with a row in a column of its own",
    )
    add("-q", "--quiet", action="store_true", help="say nothing but errors")
    return parser


if __name__ == "__main__":
    sys.exit(main())
