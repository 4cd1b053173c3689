"""What the tests share."""

import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
EXAMPLES = FOLDER.parent / "examples"


def notebook():
    """The values of the notebook, see Tests/Fixtures/README.md."""
    with open(EXAMPLES / "notebook.json", encoding="utf-8") as file:
        return json.load(file)


def fake(kind, *arguments):
    """The command of a server that misbehaves, see fake_server.py."""
    return [sys.executable, str(FOLDER / "fake_server.py"), kind, *map(str, arguments)]
