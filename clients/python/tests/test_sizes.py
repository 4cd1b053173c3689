"""More than one request takes: methods send several and join the results."""

import os
import tempfile
import unittest
from unittest import mock

from support import fake

from akin import Akin, InvalidParametersError, LimitExceededError, Progress, _chunks
from akin import _similarity_methods as comparison
from akin import _stored_methods as stored
from akin import _text_methods as text
from akin._chunks import chunks

try:
    import numpy as np
except ImportError:
    np = None


def small(module, **limits):
    return mock.patch.multiple(module, **{f"_MAX_{name}": value for name, value in limits.items()})


class SizeTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()
        cls.addClassCleanup(cls.akin.close)

    def requests(self, call):
        """The parameters that a call sends, to a server that answers nothing useful."""
        with Akin(command=fake("echo")) as akin:
            with self.assertRaises((KeyError, TypeError)):
                call(akin)
            seen = akin.call("seen")
        return [message["params"] for message in seen if "id" in message]

    def test_a_batch_of_more_than_a_request_takes(self):
        sizes = [len(chunk) for chunk in chunks(["a"] * 20_000, 1_000_000)]
        self.assertEqual(sizes, [16_384, 3_616])
        with small(_chunks, TEXTS=3):
            self.assertEqual(len(self.akin.embed(["a cat"] * 8, batch_size=8)), 8)

    def test_more_texts_than_a_request_takes(self):
        count = 17_000
        self.assertEqual(len(self.akin.tokenize(["a"] * count)), count)
        self.assertEqual(len(self.akin.detokenize([[7592, 2088]] * count)), count)

    def test_more_tokens_than_an_answer_has(self):
        texts = ["word " * 250] * 300
        self.assertEqual({len(one.ids) for one in self.akin.tokenize(texts)}, {252})
        self.assertEqual(self.akin.tokenize(["한 " * 20_000] * 2)[1].total, 60_002)

    def test_token_vectors_of_many_texts(self):
        with small(text, TOKENS=1000):
            found = self.akin.embed_tokens([f"{i} " + "word " * 100 for i in range(30)])
        self.assertEqual([one.encoding.tokens[1] for one in found], [f"{i}" for i in range(30)])

    def test_a_matrix_in_blocks_is_that_of_one_request(self):
        texts = [f"number {i}" for i in range(9)]
        vector = self.akin.embed("a cat", dimensions=64)
        whole = self.akin.similarity([*texts, vector], texts, dimensions=64)
        square = self.akin.similarity(texts)
        line = self.akin.similarity("number 3", texts, function="euclidean")
        with small(comparison, BLOCK=4):
            blocks = self.akin.similarity([*texts, vector], texts, dimensions=64)
            again = self.akin.similarity(texts)
            short = self.akin.similarity("number 3", texts, function="euclidean")
        for one, other in ((whole, blocks), (square, again), (line, short)):
            self.assertEqual((len(one), len(one[0])), (len(other), len(other[0])))
            for row, same in zip(one, other):
                for score, expected in zip(row, same):
                    self.assertAlmostEqual(score, expected, places=5)

    def test_a_matrix_larger_than_any_request(self):
        vectors = [[float(i % 7), 1.0, float(i % 3)] for i in range(17_000)]
        scores = self.akin.similarity(vectors, vectors[:2])
        self.assertEqual((len(scores), len(scores[0])), (17_000, 2))
        self.assertAlmostEqual(float(scores[16_800][0]), 1, places=5)

    def test_documents_of_a_search_in_parts(self):
        documents = [f"number {i}" for i in range(25)] + ["a cat", "a kitten"]
        for options in ({}, {"top_k": 3}, {"top_k": 4, "offset": 2}, {"min_score": 0.4}):
            whole = self.akin.search(["kitten", "number 7"], documents, **options)
            with small(stored, DOCUMENTS=8):
                parts = self.akin.search(["kitten", "number 7"], documents, **options)
                alone = self.akin.search("kitten", documents, **options)
            self.assertEqual(
                [[hit.index for hit in hits] for hits in parts],
                [[hit.index for hit in hits] for hits in whole],
            )
            self.assertEqual(alone, parts[0])

    def test_more_documents_and_queries_than_a_request_takes(self):
        documents = ["a"] * 17_000 + ["a cat"]
        self.assertEqual(self.akin.search("kitten", documents, top_k=1)[0].index, 17_000)
        self.assertEqual(len(self.akin.search(["a"] * 17_000, ["a cat"], top_k=1)), 17_000)

    def test_words_are_weighed_over_all_documents_or_not_at_all(self):
        with self.assertRaises(LimitExceededError):
            self.akin.search("a", ["a"] * 17_000, mode="keyword")

    def test_documents_are_stored_in_parts_with_one_progress(self):
        documents = [{"id": f"{i}", "text": f"number {i % 5}"} for i in range(10)]
        with tempfile.TemporaryDirectory() as data, mock.patch.dict(os.environ, AKIN_DATA=data):
            with Akin() as akin, small(stored, DOCUMENTS=4):
                steps = []
                change = akin.index_add(documents, collection="x", progress=steps.append)
                self.assertEqual((change.added, change.chunks), (10, 10))
                self.assertEqual(steps[-1], Progress(100, 100, steps[-1].message))
                self.assertEqual([s.done for s in steps], sorted(s.done for s in steps))
                again = akin.index_add(documents, collection="x")
                self.assertEqual((again.added, again.unchanged), (0, 10))
                self.assertEqual(akin.index_remove("x", [f"{i}" for i in range(9)]), 9)
                self.assertEqual(akin.index_status("x").documents, 1)

    def test_long_texts_make_small_requests(self):
        long = "x" * 900_000
        for call in (
            lambda akin: akin.search("q", [long] * 10),
            lambda akin: akin.index_add([{"id": "a", "text": long}] * 10, collection="c"),
        ):
            sizes = [len(params["documents"]) for params in self.requests(call)]
            self.assertEqual((sum(sizes), max(sizes)), (10, 4))

    def test_what_is_empty_is_refused_as_ever(self):
        for call in (
            lambda: self.akin.embed([]),
            lambda: self.akin.tokenize([]),
            lambda: self.akin.embed_tokens([]),
            lambda: self.akin.similarity([]),
            lambda: self.akin.index_remove("x", []),
        ):
            with self.subTest(call.__code__.co_names), self.assertRaises(InvalidParametersError):
                call()
