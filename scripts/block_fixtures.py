#!/usr/bin/env python3
"""Makes Tests/Fixtures/blocks.jsonl: blocks of GGML's types, and the float32 that the gguf package makes of them.

Usage: python3 scripts/block_fixtures.py (needs gguf and numpy)
"""

import base64
import json
import pathlib

import numpy as np
from gguf import GGMLQuantizationType as T
from gguf import quants

OUT = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/blocks.jsonl"
TYPES = {"q4_0": (T.Q4_0, 18, [0]), "q4_1": (T.Q4_1, 20, [0, 2]), "q5_0": (T.Q5_0, 22, [0]), "q5_1": (T.Q5_1, 24, [0, 2]),
         "q8_0": (T.Q8_0, 34, [0]), "q4_K": (T.Q4_K, 144, [0, 2]), "q5_K": (T.Q5_K, 176, [0, 2]), "q6_K": (T.Q6_K, 210, [208])}


def main():
    source = np.random.default_rng(17)
    with OUT.open("w") as out:
        for name, (kind, size, scales) in TYPES.items():
            # Any bytes are a block but for its scales, which are numbers.
            blocks = source.integers(0, 256, (6, size), dtype=np.uint8)
            for place in scales:
                values = np.array([0, 1e-7, 0.013, -0.7, 3.5, 5e-5], dtype="<f2")
                blocks[:, place:place + 2] = source.permutation(values).view(np.uint8).reshape(6, 2)
            values = quants.dequantize(blocks.reshape(1, -1), kind).reshape(-1).astype("<f4")
            out.write(json.dumps({"type": name, "blocks": base64.b64encode(blocks.tobytes()).decode(),
                                  "values": base64.b64encode(values.tobytes()).decode()}) + "\n")


if __name__ == "__main__":
    main()
