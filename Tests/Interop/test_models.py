"""Real models of several families beside sentence-transformers in one run.

AKIN_MODELS names the folder that ../shared/models/assemble.py has filled; without it there is nothing to compare. Needs
sentence-transformers.
"""

from __future__ import annotations

import os
import unittest
from pathlib import Path

from akin_program import Akin, cosine, golden

MODELS = os.environ.get("AKIN_MODELS", "")
NAMES = ["all-mpnet-base-v2", "paraphrase-MiniLM-L3-v2", "multilingual-e5-small-q4", "wordllama-l2-supercat-256"]
# Every component of a float32 vector, and the mean and least cosine in q8_0.
WORST_DIFFERENCE, MEAN_COSINE, LEAST_COSINE = 1e-5, 0.9995, 0.998


class RealModelTests(unittest.TestCase):
    def test_vectors_are_those_of_sentence_transformers(self):
        if not MODELS:
            self.skipTest("AKIN_MODELS is not set")
        from sentence_transformers import SentenceTransformer

        akin = Akin()
        self.addCleanup(akin.close)
        texts = [line["text"] for line in golden("embed.jsonl") if line["text"].strip()]
        for name in NAMES:
            folder = Path(MODELS) / name
            if not folder.exists():
                continue
            expected = SentenceTransformer(str(folder), device="cpu").encode(texts, batch_size=16)
            for precision in ("f32", "q8_0"):
                with self.subTest(model=name, precision=precision):
                    answers = [a["embedding"] for a in akin.embed(folder, texts, "--precision", precision)]
                    worst = max(abs(x - y) for a, e in zip(answers, expected) for x, y in zip(a, e.tolist()))
                    cosines = [cosine(a, e.tolist()) for a, e in zip(answers, expected)]
                    mean = sum(cosines) / len(cosines)
                    print(f"{name} {precision}: worst difference {worst:.1e}, cosine {mean:.6f}, least {min(cosines):.6f}")
                    if precision == "f32":
                        self.assertLessEqual(worst, WORST_DIFFERENCE)
                    self.assertGreaterEqual(mean, MEAN_COSINE)
                    self.assertGreaterEqual(min(cosines), LEAST_COSINE)


if __name__ == "__main__":
    unittest.main()
