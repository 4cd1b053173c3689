"""Where the program `akin` is."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from typing import Union

from ._errors import AkinNotFoundError

Command = Union[str, "os.PathLike[str]", Sequence[str]]

_ADVICE = (
    "Build and install it with `make install` in Akin's repository, "
    "set AKIN to the program's path, or give it as `command`."
)


def server_command(
    command: Command | None = None,
    *,
    model: str | None = None,
    precision: str | None = None,
    arguments: Sequence[str] = (),
) -> list[str]:
    """The words that start a server.

    `command` is the program's path, or the words of a whole command to which nothing is added.
    Without it the environment variable AKIN names the program, else it is looked for on the PATH.
    """
    if command is not None and not isinstance(command, (str, os.PathLike)):
        return list(command)
    words = [_program(command), "serve"]
    if model is not None:
        words += ["--model", model]
    if precision is not None:
        words += ["--precision", precision]
    return words + list(arguments)


def _program(path: str | os.PathLike[str] | None) -> str:
    asked = os.fspath(path) if path is not None else os.environ.get("AKIN", "")
    found = shutil.which(asked or "akin")
    if found is not None:
        return found
    if path is not None:
        raise AkinNotFoundError(f"{asked!r} is not a program. {_ADVICE}")
    if asked:
        raise AkinNotFoundError(f"AKIN is set to {asked!r}, which is not a program. {_ADVICE}")
    raise AkinNotFoundError(f"there is no program 'akin' on the PATH. {_ADVICE}")
