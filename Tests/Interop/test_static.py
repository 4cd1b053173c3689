"""Tables of words' vectors as model2vec saves them, beside sentence-transformers' and model2vec's own reading of the same folder."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import numpy as np
from akin_program import FIXTURES, Akin, golden
from model2vec import StaticModel
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer


class StaticModelTests(unittest.TestCase):
    def setUp(self):
        self.akin = Akin()
        self.addCleanup(self.akin.close)
        folder = tempfile.TemporaryDirectory(prefix="akin-static-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "model"
        self.source = np.random.default_rng(21)
        self.tokenizer = Tokenizer.from_file(str(FIXTURES / "models" / "sentence" / "tokenizer.json"))
        self.size = self.tokenizer.get_vocab_size()
        texts = [line["text"] for line in golden("tokenize.jsonl")][:300]
        # Longer than the cut that a test sets.
        self.texts = texts + [" ".join(texts[index:index + 20]) for index in range(0, 100, 20)]

    def table(self, rows, kind=np.float32):
        return self.source.standard_normal((rows, 64)).astype(kind)

    def check(self, bound=1e-5, **parts):
        """Saves a model and compares its vectors; where every text has only known words, with model2vec's too."""
        model = StaticModel(tokenizer=self.tokenizer, **parts)
        model.save_pretrained(self.folder)
        answers = np.array([one["embedding"] for one in self.akin.embed(self.folder, self.texts, "--precision", "f32", "--no-normalize")])
        if parts["vectors"].dtype != np.int8:
            # sentence-transformers does not take whole numbers.
            reference = SentenceTransformer(str(self.folder), device="cpu").encode(self.texts)
            if parts.get("normalize"):
                norms = np.linalg.norm(answers, axis=1, keepdims=True)
                answers = answers / np.where(norms == 0, 1, norms)
            self.assertLessEqual(np.abs(answers - reference).max(), bound)
        # model2vec leaves words out that are not known, and cuts long texts before it knows their tokens.
        unknown, length = self.tokenizer.token_to_id("[UNK]"), parts.get("max_length", 512) * model.median_token_length
        known = [
            i for i, text in enumerate(self.texts)
            if len(text) <= length and unknown not in self.tokenizer.encode(text, add_special_tokens=False).ids]
        self.assertGreater(len(known), 30)
        own = model.encode([self.texts[i] for i in known], max_length=parts.get("max_length", 512))
        self.assertLessEqual(np.abs(answers[known] - own).max(), bound)

    def test_plain(self):
        self.check(vectors=self.table(self.size))

    def test_normalized_and_cut(self):
        self.check(vectors=self.table(self.size), normalize=True, max_length=9)

    def test_words_share_rows_and_have_weights(self):
        self.check(
            vectors=self.table(70), token_mapping=self.source.integers(0, 70, self.size), weights=self.source.random(self.size))

    def test_weights_alone(self):
        self.check(vectors=self.table(self.size), weights=self.source.random(self.size).astype(np.float32))

    def test_rows_alone(self):
        self.check(vectors=self.table(70), token_mapping=self.source.integers(0, 70, self.size).astype(np.int32))

    def test_other_numbers(self):
        self.check(vectors=self.table(self.size, np.float64))
        self.check(bound=2e-3, vectors=self.table(self.size, np.float16))
        whole = self.source.integers(-127, 128, (self.size, 64)).astype(np.int8)
        self.check(bound=1e-4, vectors=whole)


if __name__ == "__main__":
    unittest.main()
