"""Messages as transcripts and servers have them, and what is wrong with one."""

import json


class Difference(Exception):
    """What the server did is not what the transcript says."""


class Skip(Exception):
    """The transcript cannot be run here."""


def shorten(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + " …"


def same_id(left, right):
    return type(left) is type(right) and left == right


def ids_of(body):
    """The ids that answers to a message may come under, as far as it can be read."""
    try:
        message = json.loads(body)
    except ValueError:
        return []
    parts = message if isinstance(message, list) else [message]
    return [part["id"] for part in parts if isinstance(part, dict) and part.get("id") is not None]
