"""A collection as Parquet: a row a chunk, with its document and its vectors.

    akin collections export NAME | python -m akin parquet --output notes.parquet
    python -m akin parquet notes.parquet | akin collections import -

What comes back is the same collection, to the last bit. Needs pyarrow and numpy.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ._errors import AkinError
from ._shards import ParquetError, Writer

_HEADER = b"akin.collection"
_FORMATS = ("akin-collection-3", "akin-collection-2")
#: Rows of one batch.
_ROWS = 1024

_DOCUMENT = ("id", "uri", "path", "language")
_FILE = ("size", "hash", "modified")
_CHUNK = ("heading", "symbol", "symbolKind", "location", "lead", "text")


def schema(header: dict[str, Any]) -> Any:
    """The columns of a collection, with its first line in their metadata."""
    dimensions = int(header["dimensions"])
    codes = pa.list_(pa.int8(), dimensions)
    place = pa.struct({"hash": pa.string(), "scale": pa.float32(), "codes": codes})
    return pa.schema(
        {
            "document": pa.int64(),
            **{name: pa.string() for name in _DOCUMENT},
            "metadata": pa.string(),
            "file": pa.struct({"size": pa.int64(), "hash": pa.string(), "modified": pa.int64()}),
            "span": pa.list_(pa.int64(), 12),
            **{name: pa.int64() if name == "symbolKind" else pa.string() for name in _CHUNK},
            "places": pa.list_(place),
            "embedding": pa.list_(pa.float32(), dimensions),
        },
        metadata={_HEADER: json.dumps(header, ensure_ascii=False)},
    )


def write(lines: Iterable[str], output: str, name: str = "standard input") -> int:
    """Writes what `akin collections export` wrote as Parquet; the file is there when it is whole.

    Returns:
        the documents.

    Raises:
        ParquetError: it is no export, or is cut, or the file cannot be written.
    """
    source = iter(lines)
    header = _header(next(source, ""), name)
    columns = schema(header)
    try:
        writer = Writer(output, columns, "embedding", False)
    except OSError as error:
        raise ParquetError(f"{output}: cannot be written: {error}") from error
    count = 0
    try:
        rows: list[dict[str, Any]] = []
        for number, line in enumerate(source, 2):
            try:
                rows += _rows(json.loads(line), count)
            except (ValueError, KeyError, TypeError) as error:
                raise ParquetError(
                    f"{name}:{number}: no document of a collection: {error}"
                ) from error
            count += 1
            if len(rows) >= _ROWS:
                writer.write(pa.RecordBatch.from_pylist(rows, schema=columns))
                rows = []
        if rows:
            writer.write(pa.RecordBatch.from_pylist(rows, schema=columns))
        if count < header.get("documents", 0):
            raise ParquetError(f"{name} is cut: {count} of {header['documents']} documents")
    except pa.ArrowException as error:
        writer.abandon()
        raise ParquetError(f"{name}: {error}") from error
    except BaseException:
        writer.abandon()
        raise
    writer.close()
    return count


def _header(line: str, name: str) -> dict[str, Any]:
    try:
        header = json.loads(line)
        if header["format"] in _FORMATS:
            int(header["dimensions"])
            return dict(header)
    except (ValueError, KeyError, TypeError):
        pass
    raise ParquetError(f"{name}: is no export of a collection: akin collections export NAME")


def _rows(document: dict[str, Any], number: int) -> Iterator[dict[str, Any]]:
    """The rows of a document; one without chunks has a row without a text."""
    common = {"document": number, **{key: document.get(key) for key in _DOCUMENT}}
    common["metadata"] = _text(document["metadata"]) if "metadata" in document else None
    if "file" in document:
        common["file"] = {key: document["file"].get(key) for key in _FILE}
    places = document.get("places")
    for chunk in document["chunks"] or [{}]:
        yield {
            **common,
            **{key: chunk.get(key) for key in _CHUNK},
            "span": chunk.get("span"),
            "places": places,
            # A text that waits for its vector has none.
            "embedding": chunk.get("vector") or None,
        }
        places = None


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def lines(path: str) -> Iterator[str]:
    """What `akin collections import` reads, of a file that `write` has written.

    Raises:
        ParquetError: the file is another one, or cannot be read.
    """
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowException) as error:
        raise ParquetError(f"{path}: cannot be read: {error}") from error
    with file:
        header = (file.schema_arrow.metadata or {}).get(_HEADER)
        if header is None:
            raise ParquetError(f"{path}: holds no collection: python -m akin parquet writes one")
        yield header.decode()
        document: dict[str, Any] | None = None
        number = -1
        for batch in file.iter_batches(_ROWS):
            for row in batch.to_pylist():
                if row["document"] != number:
                    if document is not None:
                        yield _text(document)
                    number, document = row["document"], _document(row)
                if document is not None and row["text"] is not None:
                    document["chunks"].append(_chunk(row))
        if document is not None:
            yield _text(document)


def _document(row: dict[str, Any]) -> dict[str, Any]:
    document = {key: row[key] for key in _DOCUMENT if row[key] is not None}
    if row["metadata"] is not None:
        document["metadata"] = json.loads(row["metadata"])
    if row["file"] is not None:
        document["file"] = {key: row["file"][key] for key in _FILE if row["file"][key] is not None}
    document["chunks"] = []
    if row["places"] is not None:
        document["places"] = row["places"]
    return document


def _chunk(row: dict[str, Any]) -> dict[str, Any]:
    chunk = {key: row[key] for key in _CHUNK if row[key] is not None}
    chunk["span"] = row["span"]
    # A float32 as the float64 that it is: the same number.
    chunk["vector"] = row["embedding"] or []
    return chunk


def main(words: Sequence[str] | None = None) -> int:
    """The command; its exit status: 0, or 1 for an error."""
    parser = argparse.ArgumentParser(
        prog="python -m akin parquet",
        description="A collection as Parquet, and back: with --output what 'akin collections "
        "export' wrote becomes a file, without it a file becomes what 'akin collections import' "
        "reads.",
    )
    parser.add_argument("input", nargs="?", default="-", metavar="FILE", help="(standard input)")
    parser.add_argument("-o", "--output", metavar="FILE", help="the Parquet file to write")
    arguments = parser.parse_args(words)
    try:
        if arguments.output is None:
            if arguments.input == "-":
                parser.error("--output names the file to write, or FILE the one to read")
            for line in lines(arguments.input):
                sys.stdout.write(line + "\n")
            sys.stdout.flush()
        elif arguments.input == "-":
            sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
            write(sys.stdin, arguments.output)
        else:
            with open(arguments.input, encoding="utf-8") as source:
                write(source, arguments.output, arguments.input)
    except BrokenPipeError:
        return 1
    except (AkinError, OSError, ValueError) as error:
        print(f"akin: {error}", file=sys.stderr)
        return 1
    return 0
