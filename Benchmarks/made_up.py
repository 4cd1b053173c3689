"""Collections that are made up: texts of words by Zipf's law, and vectors around some themes."""

import itertools
import json
import random
import statistics

WORDS = 20_000
THEMES = 2_000
#: Components are whole numbers around this one, so that they are added many at once.
MIDDLE = 1 << 12

_normal = statistics.NormalDist()


def _deviates(scale):
    """What a byte of chance becomes: 256 steps of the normal distribution."""
    return [round(scale * _normal.inv_cdf((number + 0.5) / 256)) for number in range(256)]


class Vectors:
    """Each near one of the themes, `dimensions` whole numbers."""

    def __init__(self, dimensions, seed):
        self._random = random.Random(seed)
        self._dimensions = dimensions
        # The themes are the same whatever comes behind them.
        themes = random.Random(7)
        # Two bytes a component, so that no sum of two goes over into the next.
        far = [MIDDLE + value for value in _deviates(100)]
        self._themes = [self._number([far[byte] for byte in themes.randbytes(dimensions)]) for _ in range(THEMES)]
        near = bytes(128 + value for value in _deviates(40))
        self._near = near
        self._texts = [str(value - MIDDLE - 128) for value in range(2 * MIDDLE)]

    @staticmethod
    def _number(values):
        return int.from_bytes(b"".join(value.to_bytes(2, "little") for value in values), "little")

    def next(self):
        """Digits with commas between."""
        near = bytearray(2 * self._dimensions)
        near[::2] = self._random.randbytes(self._dimensions).translate(self._near)
        total = self._random.choice(self._themes) + int.from_bytes(near, "little")
        values = memoryview(total.to_bytes(2 * self._dimensions, "little")).cast("H")
        return ",".join([self._texts[value] for value in values])


class Texts:
    """Of so many words each."""

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._words = [f"w{number:x}" for number in range(WORDS)]
        self._weights = list(itertools.accumulate(1 / (rank + 10) for rank in range(WORDS)))

    def next(self, count):
        return " ".join(self._random.choices(self._words, cum_weights=self._weights, k=count))


def write_export(chunks, header, file, seed=11):
    """What `akin collections import` reads, a document a chunk.

    header: the first line of an export of a collection with the same model.
    """
    vectors, texts = Vectors(header["dimensions"], seed), Texts(seed)
    file.write(json.dumps(header) + "\n")
    for number in range(chunks):
        text = texts.next(40)
        end = len(text)
        file.write(
            f'{{"id":"d{number}","metadata":{{"part":{number % 10}}},"chunks":[{{'
            f'"span":[0,{end},0,{end},0,0,0,0,0,{end},{end},{end}],"text":"{text}","vector":[{vectors.next()}]}}]}}\n')
