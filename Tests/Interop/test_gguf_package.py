"""Akin loads the GGUF files that the `gguf` Python package writes with llama.cpp's names."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from akin_program import Akin, cosine, default_model, golden
from gguf_folder import write_gguf

# Type of the weights, arithmetic, and the least cosine to the golden float32 vector of any text and in the mean. The
# figures for int8 are those that Akin's own quantised file is held to.
CASES = (
    ("f32", "f32", 0.999999, 0.999999),
    ("f16", "f32", 0.99999, 0.99999),
    ("q8_0", "f32", 0.998, 0.9995),
    ("q8_0", "q8_0", 0.998, 0.999),
    ("f16", "q8_0", 0.998, 0.999),
)


class GGUFPackageTests(unittest.TestCase):
    def test_default_model_in_every_type(self):
        akin = Akin()
        self.addCleanup(akin.close)
        folder = tempfile.TemporaryDirectory(prefix="akin-interop-")
        self.addCleanup(folder.cleanup)
        # The file does not say where sentence-transformers cuts a text (256): only texts that no one cuts count.
        uncut = {line["text"] for line in golden("tokenize.jsonl") if len(line["ids"]) <= 256}
        lines = [line for line in golden("embed.jsonl") if line["text"] in uncut]
        self.assertGreaterEqual(len(lines), 100)
        for kind, precision, worst_allowed, mean_allowed in CASES:
            with self.subTest(weights=kind, precision=precision):
                file = Path(folder.name) / f"all-MiniLM-L6-v2-{kind}.gguf"
                if not file.exists():
                    write_gguf(default_model(), file, kind)
                answers = akin.embed(file, [line["text"] for line in lines], "--precision", precision)
                cosines = [
                    cosine(answer["embedding"], line["embedding"]) for answer, line in zip(answers, lines)
                ]
                mean = sum(cosines) / len(cosines)
                print(f"{kind} at {precision}: {len(lines)} texts, worst {min(cosines):.6f}, mean {mean:.6f}")
                self.assertGreaterEqual(min(cosines), worst_allowed, lines[cosines.index(min(cosines))]["text"])
                self.assertGreaterEqual(mean, mean_allowed)


if __name__ == "__main__":
    unittest.main()
