"""What the server says of a parameter, in the words of the one who called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ._errors import ServerError

# Where a parameter is in a message, with an element of it: `params.documents[3].text`.
_PLACE = re.compile(r"params\.(?P<name>\w+)(?:\[(?P<row>\d+)\])?(?P<rest>.*)", re.DOTALL)
_QUOTED = re.compile(r'("[^"]*")')
_MEMBER = re.compile(r"\b[a-z]+(?:[A-Z][a-z]+)+\b")
# What the client says by itself.
_OWN = frozenset(
    ("encodingFormat", "output", "partialResultToken", "positionEncoding", "workDoneToken")
)
# What the client asks for by one method each.
_METHODS = {'"sentence"': "embed", '"tokens"': "embed_tokens", '"sparse"': "embed_sparse"}


@dataclass(frozen=True)
class Words:
    """What the parameters of a request are to the caller, whose names have underscores in them."""

    #: Arguments with another name than the parameter's.
    names: Mapping[str, str] = field(default_factory=dict)
    #: Where the caller has an element of a list, of which the request may hold a part only.
    rows: Mapping[str, Callable[[int], str]] = field(default_factory=dict)

    def told(self, error: ServerError) -> ServerError:
        """The error with the caller's names and rows."""
        path = str(error.data.get("path", ""))
        place = _PLACE.fullmatch(path)
        if place is None:
            return error
        named = self._place(place)
        if path == "params.output":
            # What the model is not made for, as another method or another model would be right.
            message = _QUOTED.sub(lambda value: _METHODS.get(value[0], value[0]), error.message)
            message = "model" + message[len(path) :]
            return type(error)(error.code, message, error.data, "model")
        if error.data.get("reason") == "unknownParameter" and not place["rest"]:
            known = [self._name(name) for name in error.data["known"] if name not in _OWN]
            message = f"{named}: there is no such option; there are {', '.join(known)}"
        else:
            message = error.message
            if message.startswith(path):
                message = named + message[len(path) :]
            message = self._text(message)
        return type(error)(error.code, message, error.data, named)

    def _name(self, parameter: str) -> str:
        return self.names.get(parameter) or snake_case(parameter)

    def _place(self, place: re.Match[str]) -> str:
        name, row = place["name"], place["row"]
        if row is None:
            return self._name(name) + place["rest"]
        of_row = self.rows.get(name) or row_of(self._name(name))
        return of_row(int(row)) + place["rest"]

    def _text(self, text: str) -> str:
        """Names of parameters that are outside of quotation marks, which values are in."""
        parts = _QUOTED.split(text)
        parts[::2] = [_MEMBER.sub(lambda name: self._name(name[0]), part) for part in parts[::2]]
        return "".join(parts)


def row_of(name: str, start: int = 0) -> Callable[[int], str]:
    """The elements of a list that is sent from `start` on."""
    return lambda row: f"{name}[{start + row}]"


def alone(name: str) -> Callable[[int], str]:
    """The one element of a list that stands for a single value."""
    return lambda row: name


def snake_case(name: str) -> str:
    """`topK` as `top_k`."""
    return re.sub(r"[A-Z]", lambda letter: "_" + letter[0].lower(), name)
