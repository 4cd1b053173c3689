"""llama.cpp loads the GGUF file that Akin writes and returns Akin's vectors."""

from __future__ import annotations

import unittest
from pathlib import Path

from akin_program import FIXTURES, Akin, cosine, default_model, golden
from llama import Llama

LEAST_COSINE = 0.999
SMALL_MODELS = ("bert-plain", "bert-pretraining", "minilm-l12", "sentence")


class LlamaCppTests(unittest.TestCase):
    def setUp(self):
        self.akin = Akin()
        self.addCleanup(self.akin.close)

    def compare(self, model: Path, texts: list[str], context: int, at_least: int) -> None:
        """Compares the vectors of the texts that both cut into the same tokens.

        llama.cpp's WordPiece knows no special tokens in a text, has no limit on the length of a word, and
        composes some scripts in another way; such texts say nothing about the weights.
        """
        file = self.akin.quantized(model)
        llama = Llama(file, context)
        self.addCleanup(llama.close)
        tokens = [line["ids"] for line in self.akin.tokenize(model, texts)]
        answers = self.akin.embed(model, texts)
        compared = []
        for text, ids, answer in zip(texts, tokens, answers):
            if not answer["truncated"] and llama.tokenize(text) == ids:
                compared.append((cosine(llama.embed(text), answer["embedding"]), text))
        self.assertGreaterEqual(len(compared), at_least, "too few texts have the same tokens in both")
        worst, text = min(compared)
        print(f"{file.name}: {len(compared)} texts, worst cosine {worst:.6f}, mean {mean(compared):.6f}")
        self.assertGreaterEqual(worst, LEAST_COSINE, f"{model.name}: {text!r}")

    def test_default_model(self):
        texts = [line["text"] for line in golden("embed.jsonl")]
        self.compare(default_model(), texts, context=512, at_least=100)

    def test_small_models(self):
        lines = golden("reference-embeddings.jsonl")
        for name in SMALL_MODELS:
            texts = list(dict.fromkeys(line["text"] for line in lines if line["model"] == name))
            with self.subTest(model=name):
                self.compare(FIXTURES / "models" / name, texts, context=64, at_least=5)


def mean(compared: list[tuple[float, str]]) -> float:
    return sum(value for value, _ in compared) / len(compared)


if __name__ == "__main__":
    unittest.main()
