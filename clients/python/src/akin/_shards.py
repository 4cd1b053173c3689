"""Parquet files that are written in pieces, so that an interruption costs at most one of them."""

from __future__ import annotations

import contextlib
import glob
import json
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ._errors import AkinError

#: Rows of a row group: some 25 MB of vectors.
_GROUP_ROWS = 16_384
_BATCH_ROWS = 4_096
_OPEN_STREAM = re.compile(r"/dev/(stdin$|stdout$|stderr$|fd/)|/proc/[^/]+/fd/")
_JOB = b"akin.job"


class ParquetError(AkinError):
    """A file that cannot be read or written, or that belongs to other work; says what to do."""


class Input:
    """The rows of one Parquet file or more, one file after the other."""

    def __init__(self, path: str, columns: Sequence[str] | None, column: str) -> None:
        """
        Args:
            path: a file, a folder of `.parquet` files or a pattern.
            columns: those that are read; None reads all. `column` is among them in any case.
        """
        self.files = [_File(name, columns, column) for name in _files(path)]
        self.schema = self.files[0].schema
        for file in self.files[1:]:
            if not file.schema.equals(self.schema):
                raise ParquetError(
                    f"{file.path}: its columns are not those of {self.files[0].path}"
                )
        self.rows = sum(file.rows for file in self.files)

    @property
    def identity(self) -> list[dict[str, Any]]:
        """What says whether the files are those that were read before."""
        return [file.identity for file in self.files]

    def pieces(self, start: int, shard_rows: int) -> Iterator[tuple[Any, str, int]]:
        """Batches from a row on, with their file and the number of their first row in it. None goes
        over a multiple of `shard_rows`."""
        before = 0
        for file in self.files:
            for batch, first in file.batches(max(0, start - before)):
                while batch.num_rows:
                    taken = min(batch.num_rows, shard_rows - (before + first) % shard_rows)
                    yield batch.slice(0, taken), file.path, first
                    batch, first = batch.slice(taken), first + taken
            before += file.rows


class _File:
    def __init__(self, path: str, columns: Sequence[str] | None, column: str) -> None:
        self.path = path
        try:
            # Read as it is used: a row group may be larger than memory.
            self._file = pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False)
        except (OSError, pa.ArrowException) as error:
            raise ParquetError(f"{path}: {error}") from error
        schema = self._file.schema_arrow
        wanted = schema.names if columns is None else [*dict.fromkeys([*columns, column])]
        for name in wanted:
            if name not in schema.names:
                raise ParquetError(
                    f"{path}: there is no column {name!r}; there are {', '.join(schema.names)}"
                )
        self._columns = wanted
        self.schema = pa.schema([schema.field(name) for name in wanted], metadata=schema.metadata)
        self.rows = self._file.metadata.num_rows
        status = os.stat(path)
        self.identity = {
            "path": os.path.abspath(path),
            "bytes": status.st_size,
            "modified": status.st_mtime_ns,
            "rows": self.rows,
        }

    def batches(self, start: int) -> Iterator[tuple[Any, int]]:
        """Batches from a row of the file on, with the number of their first row."""
        first = 0
        for group in range(self._file.metadata.num_row_groups):
            rows = self._file.metadata.row_group(group).num_rows
            if first + rows <= start:
                first += rows
                continue
            for batch in self._file.iter_batches(
                _BATCH_ROWS, row_groups=[group], columns=self._columns
            ):
                skipped = min(batch.num_rows, max(0, start - first))
                if skipped < batch.num_rows:
                    part = batch.select(self._columns).slice(skipped)
                    yield part.replace_schema_metadata(self.schema.metadata), first + skipped
                first += batch.num_rows


def _files(path: str) -> list[str]:
    if os.path.isdir(path):
        found = glob.glob(os.path.join(glob.escape(path), "**", "*.parquet"), recursive=True)
    elif os.path.exists(path):
        found = [path]
    else:
        found = glob.glob(path, recursive=True)
    if not found:
        raise ParquetError(f"{path}: no such file, and no Parquet files of this pattern or folder")
    return sorted(found)


class Job:
    """The shards of one piece of work in a folder, and where it is to go on."""

    def __init__(self, folder: str, identity: dict[str, Any], shard_rows: int) -> None:
        """Goes on with what is in the folder, or begins.

        Raises:
            ParquetError: the folder holds the beginning of other work, or somebody works on it now.
        """
        self.folder = folder
        self.shard_rows = shard_rows
        self._state = os.path.join(folder, ".akin-job.json")
        self.identity = identity
        os.makedirs(folder, exist_ok=True)
        self._lock = _lock(os.path.join(folder, ".akin-lock"))
        try:
            self._begin()
        except BaseException:
            self.release()
            raise

    def _begin(self) -> None:
        known = self._known()
        if known is None and any(name.endswith(".parquet") for name in os.listdir(self.folder)):
            raise ParquetError(f"{self.folder}: holds Parquet files of something else")
        # What has written nothing may become other work.
        if known is None or not os.path.exists(self.shard(0)):
            known = {"identity": self.identity, "space": None, "shards": None}
            self._write_state(known)
        if known["identity"] != self.identity:
            differing = [
                name for name in self.identity if known["identity"].get(name) != self.identity[name]
            ]
            raise ParquetError(
                f"{self.folder}: was begun with other {', '.join(differing) or 'options'}. "
                "Give the same ones to go on, or --restart to begin anew"
            )
        #: What the vectors are, as `Space.to_json` writes it, once that is known.
        self.space: str | None = known["space"]
        #: How many shards there are in the end; None where it is not finished.
        self.shards: int | None = known["shards"]
        self.done = 0
        while self._is_whole(self.done):
            self.done += 1
        if self.shards is not None and self.done < self.shards:
            self.shards = None

    @property
    def start(self) -> int:
        """Rows that are written."""
        return sum(pq.read_metadata(self.shard(number)).num_rows for number in range(self.done))

    def shard(self, number: int) -> str:
        return os.path.join(self.folder, f"part-{number:05}.parquet")

    def set_space(self, space: str) -> None:
        self.space = space
        self._write_state({"identity": self.identity, "space": space, "shards": None})

    def finish(self) -> None:
        """All shards are there."""
        self.shards = self.done
        self._write_state({"identity": self.identity, "space": self.space, "shards": self.done})

    def release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _known(self) -> dict[str, Any] | None:
        try:
            with open(self._state, encoding="utf-8") as file:
                return json.load(file)  # type: ignore[no-any-return]
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise ParquetError(
                f"{self._state}: cannot be read: {error}. --restart begins anew"
            ) from error

    def _write_state(self, state: dict[str, Any]) -> None:
        with replaced(self._state) as path, open(path, "w", encoding="utf-8") as file:
            json.dump(state, file, indent=1)

    def _is_whole(self, number: int) -> bool:
        path = self.shard(number)
        if not os.path.exists(path):
            return False
        try:
            rows = pq.read_metadata(path).num_rows
        except (OSError, pa.ArrowException):
            return False
        return rows == self.shard_rows or self.shards == number + 1


class Writer:
    """Row groups into a file that has its name only when it is whole."""

    def __init__(self, path: str, schema: Any, vectors: str, is_int8: bool) -> None:
        self._path = destination(path)
        self._partial = f"{self._path}.partial"
        self._schema = schema
        self._batches: list[Any] = []
        self._rows = 0
        #: Rows that were given.
        self.count = 0
        others = [leaf for leaf in _leaves(schema) if leaf.split(".")[0] != vectors]
        own = [leaf for leaf in _leaves(schema) if leaf.split(".")[0] == vectors]
        self._writer = pq.ParquetWriter(
            self._partial,
            schema,
            # Numbers of vectors do not become smaller; Parquet has no bytes, but indices of 8 bits.
            compression={**dict.fromkeys(others, "zstd"), **dict.fromkeys(own, "none")},
            use_dictionary=others + (own if is_int8 else []),
            write_statistics=others or False,
        )

    def write(self, batch: Any) -> None:
        self._batches.append(batch)
        self._rows += batch.num_rows
        self.count += batch.num_rows
        if self._rows >= _GROUP_ROWS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()
        _make_durable(self._partial)
        os.replace(self._partial, self._path)
        _make_durable(os.path.dirname(os.path.abspath(self._path)))

    def abandon(self) -> None:
        self._writer.close()
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self._partial)

    def _flush(self) -> None:
        if self._batches:
            table = pa.Table.from_batches(self._batches, schema=self._schema)
            self._writer.write_table(table, row_group_size=_GROUP_ROWS)
        self._batches, self._rows = [], 0


def with_job(schema: Any, identity: dict[str, Any]) -> Any:
    """The schema of a file that says which work made it."""
    return schema.with_metadata({**(schema.metadata or {}), _JOB: json.dumps(identity).encode()})


def is_of_job(path: str, identity: dict[str, Any]) -> bool:
    """Whether a file is the whole result of this work."""
    try:
        found = (pq.read_schema(path).metadata or {}).get(_JOB)
    except (OSError, pa.ArrowException):
        return False
    return found is not None and json.loads(found) == identity


def joined(job: Job, writer: Writer) -> None:
    """Copies all shards, a row group at a time."""
    for number in range(job.done):
        file = pq.ParquetFile(job.shard(number))
        for group in range(file.metadata.num_row_groups):
            for batch in file.read_row_group(group).to_batches():
                writer.write(batch.replace_schema_metadata(writer._schema.metadata))


def remove(folder: str) -> None:
    """Removes what work has left in a folder, and the folder where nothing else is in it."""
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(folder):
            if name.startswith((".akin-", "part-")):
                os.unlink(os.path.join(folder, name))
        if not os.listdir(folder):
            shutil.rmtree(folder)


def destination(path: str) -> str:
    """The file that a path leads to, through links, which stay what they are.

    Raises:
        ParquetError: no file can be put there when it is whole: a folder, a device, a pipe or an
            open stream.
    """
    place = os.path.abspath(path)
    for _ in range(40):
        is_stream = _OPEN_STREAM.match(place) is not None
        if is_stream or not os.path.islink(place):
            break
        place = os.path.join(os.path.dirname(place), os.readlink(place))
    found = os.path.realpath(path)
    if is_stream or (os.path.exists(found) and not os.path.isfile(found)):
        raise ParquetError(f"{path}: is no file: a Parquet file has its name when it is whole")
    return found


@contextlib.contextmanager
def replaced(path: str) -> Iterator[str]:
    """A path to write to, which takes the other's place in one step."""
    path = destination(path)
    partial = f"{path}.partial"
    yield partial
    _make_durable(partial)
    os.replace(partial, path)


def _leaves(schema: Any) -> list[str]:
    """The columns as Parquet names them."""
    buffer = pa.BufferOutputStream()
    pq.ParquetWriter(buffer, schema).close()
    parquet = pq.ParquetFile(pa.BufferReader(buffer.getvalue())).schema
    return [parquet.column(number).path for number in range(len(parquet))]


def _make_durable(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lock(path: str) -> int | None:
    try:
        import fcntl
    except ImportError:  # Not on this system.
        return None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise ParquetError(f"{os.path.dirname(path)}: another process works on this now") from None
    return descriptor
