"""Whether a message is what a transcript says: numbers within bounds, and patterns for what differs from run to run."""

import base64
import json
import math
import re
import struct

from messages import Difference, shorten

TYPES = {
    "null": type(None),
    "boolean": bool,
    "number": (int, float),
    "string": str,
    "array": list,
    "object": dict,
    "any": object,
}


class Matcher:
    """Compares values; `precision` is called only where a tolerance depends on it."""

    def __init__(self, tolerance, precision):
        self.tolerance = tolerance
        self.precision = precision

    def bound(self, value):
        return value[self.precision()] if isinstance(value, dict) else value

    def check(self, expected, actual, path="message"):
        if isinstance(expected, dict) and any(key.startswith("$") for key in expected):
            self.check_pattern(expected, actual, path)
        elif isinstance(expected, dict):
            if not isinstance(actual, dict) or expected.keys() != actual.keys():
                raise Difference(f"{path}: expected members {sorted(expected)}, found {shorten(actual)}")
            for key in expected:
                self.check(expected[key], actual[key], f"{path}.{key}")
        elif isinstance(expected, list):
            if not isinstance(actual, list) or len(expected) != len(actual):
                raise Difference(f"{path}: expected an array of {len(expected)}, found {shorten(actual)}")
            for index, pair in enumerate(zip(expected, actual)):
                self.check(*pair, f"{path}[{index}]")
        elif is_number(expected) and is_number(actual):
            if abs(expected - actual) > self.bound(self.tolerance):
                raise Difference(
                    f"{path}: expected {expected} within {self.bound(self.tolerance)}, found {actual}"
                )
        elif type(expected) is not type(actual) or expected != actual:
            raise Difference(f"{path}: expected {shorten(expected)}, found {shorten(actual)}")

    def check_pattern(self, pattern, actual, path):
        kind, value = next(iter(pattern.items()))
        if kind == "$any":
            is_match = isinstance(actual, TYPES[value]) and (value != "number" or is_number(actual))
        elif kind == "$pattern":
            is_match = isinstance(actual, str) and re.search(value, actual) is not None
        elif kind == "$atLeast":
            if not isinstance(actual, dict) or not value.keys() <= actual.keys():
                raise Difference(f"{path}: expected at least {sorted(value)}, found {shorten(actual)}")
            for key in value:
                self.check(value[key], actual[key], f"{path}.{key}")
            is_match = True
        elif kind == "$length":
            is_match = isinstance(actual, (list, str)) and len(actual) == value
        elif kind == "$float32s":
            self.check(float32s(value), actual, path)
            is_match = True
        elif kind == "$cosine":
            cosine = cosine_of(float32s(value), actual)
            if cosine < self.bound(pattern["atLeast"]):
                raise Difference(f"{path}: expected a cosine of {self.bound(pattern['atLeast'])}, found {cosine}")
            is_match = True
        elif kind == "$greatest":
            is_match = isinstance(actual, list) and actual.index(max(actual)) == value
        else:
            raise ValueError(f"no pattern is called {kind}")
        if not is_match:
            raise Difference(f"{path}: expected {shorten(pattern)}, found {shorten(actual)}")


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def float32s(text):
    data = base64.b64decode(text)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def cosine_of(left, right):
    if not isinstance(right, list) or len(left) != len(right):
        raise Difference(f"expected an array of {len(left)} numbers, found {shorten(right)}")
    norm = math.sqrt(sum(x * x for x in left) * sum(x * x for x in right))
    return sum(x * y for x, y in zip(left, right)) / norm if norm else 0.0
