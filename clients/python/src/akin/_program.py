"""Where the program `akin` is."""

from __future__ import annotations

import os
import shutil
import sysconfig
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
    Without it the environment variable AKIN names the program, else it is looked for beside this
    Python, where a wheel puts it, and on the PATH.
    """
    if command is not None and not isinstance(command, (str, os.PathLike)):
        return list(command)
    words = [program(command), "serve"]
    if model is not None:
        words += ["--model", model]
    if precision is not None:
        words += ["--precision", precision]
    return words + list(arguments)


def program(path: str | os.PathLike[str] | None = None) -> str:
    """Where the program is."""
    asked = os.fspath(path) if path is not None else os.environ.get("AKIN", "")
    found = shutil.which(asked) if asked else _installed() or shutil.which("akin")
    if found is not None:
        return found
    if path is not None:
        raise AkinNotFoundError(f"{asked!r} is not a program. {_ADVICE}")
    if asked:
        raise AkinNotFoundError(f"AKIN is set to {asked!r}, which is not a program. {_ADVICE}")
    raise AkinNotFoundError(f"there is no program 'akin' on the PATH. {_ADVICE}")


def _installed() -> str | None:
    """The program of the wheel that this file is from: in the folder of scripts of the virtual
    environment, activated or not, of the user's packages, or of `pip install --target`."""
    package = os.path.dirname(os.path.abspath(__file__))
    user = "posix_user" if os.name == "posix" else "nt_user"
    for libraries, scripts in (
        (sysconfig.get_path("purelib"), sysconfig.get_path("scripts")),
        (sysconfig.get_path("purelib", user), sysconfig.get_path("scripts", user)),
        (os.path.dirname(package), os.path.join(os.path.dirname(package), "bin")),
    ):
        if os.path.realpath(libraries) == os.path.realpath(os.path.dirname(package)):
            found = shutil.which("akin", path=scripts)
            if found is not None:
                return found
    return None
