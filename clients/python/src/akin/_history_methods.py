"""The history of a git repository, by what its commits mean."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Union

from ._progress import ProgressOption
from ._text_methods import OneOrMore
from ._texts import check_text
from ._values import Commit, History, read
from ._work import Work, one, params

if TYPE_CHECKING:
    from ._stored_methods import Mode

#: Seconds since 1970, or a date and a time; without a time zone it is the local one.
Moment = Union[float, date, datetime]


def log(
    query: str,
    folder: str | os.PathLike[str] = ".",
    *,
    top_k: int | None = None,
    path: OneOrMore | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    author: str | None = None,
    mode: Mode | None = None,
    progress: ProgressOption = None,
    timeout: float | None = None,
) -> Work[History]:
    """The commits of a git repository that answer a question, by what they say and change.

    The history is indexed first, and later only what is new.

    Args:
        folder: one in the repository's checkout, or a bare repository.
        top_k: commits at most; 10 unless given.
        path: patterns of paths: only changes of such files; those with `!` exclude.
        since, until: only commits of that time, by their authors. A date is its whole day.
        author: what the author's name or address has in it, in whatever case.
        mode: `hybrid` unless given.
    """
    check_text(query, "query", 0)
    asked = params(
        query=query,
        folder=os.path.abspath(folder),
        top_k=top_k,
        path=path,
        since=None if since is None else _seconds(since, "since", time.min),
        until=None if until is None else _seconds(until, "until", time.max),
        author=author,
        mode=mode,
    )
    return one("log", asked, _read, timeout, progress)


def _seconds(moment: Moment, name: str, of_day: time) -> int:
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime.combine(moment, of_day)
    if isinstance(moment, datetime):
        return int(moment.timestamp())
    if isinstance(moment, bool) or not hasattr(moment, "__int__"):
        kind = type(moment).__name__
        raise TypeError(f"{name}: expected seconds since 1970, a date or a datetime, found {kind}")
    return int(moment)


def _read(answer: Mapping[str, Any]) -> History:
    return read(History, {**answer, "hits": [read(Commit, hit) for hit in answer["hits"]]})
