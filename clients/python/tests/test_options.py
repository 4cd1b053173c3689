"""Options as people hold them, and what would be taken for something else."""

import pathlib
import unittest

from akin import Akin, AsyncAkin

try:
    import numpy as np
except ImportError:
    raise unittest.SkipTest("numpy is not installed") from None


class OptionTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()
        cls.addClassCleanup(cls.akin.close)

    def test_numbers_of_numpy(self):
        self.assertEqual(self.akin.embed("a cat", dimensions=np.int64(64)).shape, (64,))
        self.assertEqual(self.akin.embed("a cat", normalize=np.bool_(True)).shape, (384,))
        texts = ["a cat", "a train"]
        found = self.akin.search("kitten", texts, top_k=np.int32(1), min_score=np.float32(0.1))
        self.assertEqual([hit.text for hit in found], ["a cat"])
        years = [{"text": text, "metadata": {"year": np.int64(1990)}} for text in texts]
        found = self.akin.search("kitten", years, filter={"year": {"gte": np.float64(1980)}})
        self.assertEqual([hit.metadata for hit in found], [{"year": 1990}] * 2)

    def test_a_path(self):
        # Refused by the server for what it is, and not by the client for its type.
        with self.assertRaisesRegex(ValueError, "folder"):
            self.akin.call("index/add", {"folder": pathlib.PurePosixPath("/no/such/folder")})

    def test_what_json_does_not_have(self):
        with self.assertRaisesRegex(TypeError, "found type .*float32"):
            self.akin.embed("a cat", dtype=np.float32)

    def test_words_of_a_command(self):
        with self.assertRaisesRegex(TypeError, "arguments: expected a list"):
            Akin(arguments="--shared")

    def test_what_a_client_is(self):
        self.assertRegex(repr(self.akin), r"^<Akin\(\), (server \d+|no server runs)>$")
        other = repr(AsyncAkin("a-model", timeout=5))
        self.assertEqual(other, "<AsyncAkin(model='a-model', timeout=5), no server runs>")


class VectorTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()
        cls.addClassCleanup(cls.akin.close)
        cls.vectors = cls.akin.embed(["a cat", "a dog"])

    def test_bits_are_no_numbers(self):
        bits = self.akin.embed(["a cat", "a dog"], dtype="ubinary")
        for side in (bits, bits[0], list(bits)):
            with self.assertRaisesRegex(
                TypeError, r"left.*: expected numbers, found bytes of bits"
            ):
                self.akin.similarity(side, side)
        with self.assertRaisesRegex(TypeError, "query"):
            self.akin.search(bits, ["a cat"])
        bytes_ = self.akin.embed(["a cat", "a dog"], dtype="int8")
        self.assertGreater(self.akin.similarity(bytes_, self.vectors)[1, 1], 0.99)

    def test_more_dimensions_than_rows_and_columns(self):
        for shape in ((2, 2, 192), (1, 2, 384)):
            with self.assertRaisesRegex(TypeError, "found 3 dimensions"):
                self.akin.similarity(self.vectors.reshape(shape), self.vectors)

    def test_a_text_is_as_near_to_itself_as_can_be(self):
        texts = [f"the number {i}" for i in range(40)]
        vectors = self.akin.embed(texts)
        for scores in (self.akin.similarity(texts), self.akin.similarity(vectors, texts)):
            self.assertLessEqual(scores.max(), 1)
            self.assertGreater(scores.diagonal().min(), 0.999999)
        for text in texts:
            self.assertLessEqual(self.akin.search(text, [text])[0].score, 1)
