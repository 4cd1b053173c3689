"""The reference tokenizer and Akin's agree on random Unicode texts.

The texts are made from a seed, printed at the start; AKIN_FUZZ_SEED and AKIN_FUZZ_TEXTS choose others.
"""

from __future__ import annotations

import os
import random
import unittest

from akin_program import FIXTURES, Akin, default_model
from tokenizers import Tokenizer

SEED = int(os.environ.get("AKIN_FUZZ_SEED", "20231"))
COUNT = int(os.environ.get("AKIN_FUZZ_TEXTS", "5000"))

# Where the rules of BERT's normaliser and pre-tokeniser change: controls, white space, punctuation, marks, ideographs,
# scripts with composed letters, and what lies beyond the first plane.
RANGES = (
    (0x00, 0x7F), (0x20, 0x7E), (0x61, 0x7A), (0x80, 0xFF), (0x100, 0x24F), (0x2B0, 0x36F), (0x370, 0x52F),
    (0x590, 0x6FF), (0x900, 0xD7F), (0xE00, 0xEFF), (0x1100, 0x11FF), (0x1AB0, 0x1AFF), (0x1DC0, 0x1FFF),
    (0x2000, 0x20FF), (0x2100, 0x2BFF), (0x2E80, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xA640, 0xABFF),
    (0xAC00, 0xD7A3), (0xE000, 0xE0FF), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE00, 0xFEFF), (0xFF00, 0xFFFF),
    (0x10000, 0x10FFF), (0x1D100, 0x1D7FF), (0x1F300, 0x1FAFF), (0x20000, 0x2FA1F), (0xE0000, 0xE01EF),
    (0x10FF00, 0x10FFFF),
)  # fmt: skip
PIECES = ("[CLS]", "[SEP]", "[MASK]", "[UNK]", "[PAD]", "[mask]", "##", "'s", "...", "İ", "ß", "ﬁ", "e\u0301", "\u0301",
          "\u200d", "\u00ad", "\ufeff", "\u2028", "\r\n", "\t", " ", "unbelievable", "Straße", "北京", "x" * 101)  # fmt: skip


def random_text(generator: random.Random) -> str:
    """Up to forty parts, each from one range or a piece; long words too, so that the limit on them is met."""
    parts = []
    for _ in range(generator.randint(0, 40)):
        choice = generator.random()
        if choice < 0.2:
            parts.append(generator.choice(PIECES))
        elif choice < 0.35:
            parts.append(" ")
        else:
            low, high = generator.choice(RANGES)
            parts.extend(chr(generator.randint(low, high)) for _ in range(generator.choice((1, 1, 2, 3, 12))))
    return "".join(part for part in parts if not 0xD800 <= ord(part[0]) <= 0xDFFF)


def expected(encoding) -> dict:
    return dict(
        ids=encoding.ids,
        tokens=encoding.tokens,
        typeIds=encoding.type_ids,
        attentionMask=encoding.attention_mask,
        specialTokensMask=encoding.special_tokens_mask,
        offsets=[list(offset) for offset in encoding.offsets],
        wordIds=encoding.word_ids,
    )


class TokenizerTests(unittest.TestCase):
    def setUp(self):
        self.akin = Akin()
        self.addCleanup(self.akin.close)
        generator = random.Random(SEED)
        self.texts = [random_text(generator) for _ in range(COUNT)]
        print(f"{COUNT} texts from seed {SEED}")

    def compare(self, model, texts: list[str], *options: str, pair: str | None = None, length: int | None = None):
        reference = Tokenizer.from_file(str(model / "tokenizer.json"))
        reference.no_padding()
        reference.no_truncation()
        if length is not None:
            reference.enable_truncation(length, strategy="longest_first")
        for text, answer in zip(texts, self.akin.tokenize(model, texts, *options)):
            self.assertEqual(expected(reference.encode(text, pair)), answer, f"text {text!r} (seed {SEED})")

    def test_random_texts(self):
        self.compare(default_model(), self.texts)

    def test_random_texts_on_a_small_vocabulary(self):
        self.compare(FIXTURES / "models" / "sentence", self.texts)

    def test_pairs(self):
        second = "a second text, Ünï 東京 [SEP]"
        self.compare(default_model(), self.texts[:500], "--pair", second, pair=second)

    def test_truncated_pairs(self):
        second = "a second text, Ünï 東京 [SEP]"
        self.compare(default_model(), self.texts[:500], "--pair", second, "--max-length", "17", pair=second, length=17)

    def test_truncated_texts(self):
        self.compare(default_model(), self.texts[:500], "--max-length", "9", length=9)


if __name__ == "__main__":
    unittest.main()
