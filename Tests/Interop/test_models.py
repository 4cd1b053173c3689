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
SPARSE = "splade-tiny"
# Every component of a float32 vector, and the mean and least cosine in q8_0.
WORST_DIFFERENCE, MEAN_COSINE, LEAST_COSINE = 1e-5, 0.9995, 0.998
# Texts whose white space, marks and controls the classes of tokenizers treat each in a way of its own.
AWKWARD = ["a ", "  a  b ", "a\n b\t", "<mask> x", "a<mask>  b", "</s>", "", " ", "\u3000full\u3000width ", "ﬁne № ½", "caf\u0065\u0301 ", "x" * 300]


class RealModelTests(unittest.TestCase):
    def setUp(self):
        if not MODELS:
            self.skipTest("AKIN_MODELS is not set")
        self.akin = Akin()
        self.addCleanup(self.akin.close)
        self.texts = [line["text"] for line in golden("embed.jsonl") if line["text"].strip()]

    def folders(self, names):
        found = [Path(MODELS) / name for name in names if (Path(MODELS) / name).exists()]
        self.assertTrue(found, f"none of {names} is in {MODELS}")
        return found

    def compare(self, name, precision, answers, expected):
        worst = max(abs(x - y) for a, e in zip(answers, expected) for x, y in zip(a, e))
        cosines = [cosine(a, e) for a, e in zip(answers, expected) if any(e)]
        mean = sum(cosines) / len(cosines)
        print(f"{name} {precision}: worst difference {worst:.1e}, cosine {mean:.6f}, least {min(cosines):.6f}")
        if precision == "f32":
            self.assertLessEqual(worst, WORST_DIFFERENCE)
        self.assertGreaterEqual(mean, MEAN_COSINE)
        self.assertGreaterEqual(min(cosines), LEAST_COSINE)

    def test_vectors_are_those_of_sentence_transformers(self):
        from sentence_transformers import SentenceTransformer

        for folder in self.folders(NAMES):
            # Whatever the files hold, the numbers are float32 on both sides.
            expected = SentenceTransformer(str(folder), device="cpu").float().encode(self.texts, batch_size=16).tolist()
            for precision in ("f32", "q8_0"):
                with self.subTest(model=folder.name, precision=precision):
                    answers = [a["embedding"] for a in self.akin.embed(folder, self.texts, "--precision", precision)]
                    self.compare(folder.name, precision, answers, expected)

    def test_sparse_vectors_are_those_of_sentence_transformers(self):
        from sentence_transformers import SparseEncoder

        (folder,) = self.folders([SPARSE])
        expected = SparseEncoder(str(folder), device="cpu").float().encode(self.texts, convert_to_sparse_tensor=False).tolist()
        for precision in ("f32", "q8_0"):
            with self.subTest(precision=precision):
                answers = []
                for answer in self.akin.embed(folder, self.texts, "--sparse", "--precision", precision):
                    vector = [0.0] * len(expected[0])
                    for index, value in zip(answer["embedding"]["indices"], answer["embedding"]["values"]):
                        vector[index] = value
                    answers.append(vector)
                self.compare(SPARSE, precision, answers, expected)

    def test_tokens_are_those_of_sentence_transformers(self):
        from sentence_transformers import SentenceTransformer

        texts = self.texts + AWKWARD
        for folder in self.folders(NAMES + [SPARSE]):
            with self.subTest(model=folder.name):
                tokenizer = SentenceTransformer(str(folder), device="cpu").tokenizer
                if hasattr(tokenizer, "encode_batch"):
                    expected = [one.ids for one in tokenizer.encode_batch(texts, add_special_tokens=False)]
                else:
                    expected = [tokenizer(text)["input_ids"] for text in texts]
                found = [one["ids"] for one in self.akin.tokenize(folder, texts)]
                wrong = [text for text, a, b in zip(texts, found, expected) if a != b]
                self.assertEqual(wrong, [], f"{folder.name}: {len(wrong)} of {len(texts)}")


if __name__ == "__main__":
    unittest.main()
