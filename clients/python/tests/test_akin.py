"""The client that waits, against the real server."""

import array
import inspect
import random
import subprocess
import sys
import threading
import unittest
from concurrent.futures import ThreadPoolExecutor

from support import FOLDER

from akin import (
    Akin,
    AsyncAkin,
    InvalidParametersError,
    ModelError,
    Progress,
    ServerError,
    TextTooLongError,
)

try:
    import numpy as np
except ImportError:
    np = None

AWKWARD = [
    "naïve café",
    "日本語のテキスト",
    "\U0001f469\u200d\U0001f467 family",
    "line\nbreak\u2028 and\r\0",
    "lone \ud800",
    "  ",
]


class Shared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()

    @classmethod
    def tearDownClass(cls):
        cls.akin.close()


class NamesTests(unittest.TestCase):
    def test_everything_is_imported_from_the_package(self):
        names = {}
        exec("from akin import *", names)
        self.assertIs(names["Akin"], Akin)
        self.assertEqual(f"{ModelError.__module__}.{ModelError.__qualname__}", "akin.ModelError")

    def test_methods_say_what_they_take_and_give(self):
        for client in (Akin, AsyncAkin):
            method = client.search
            signature = inspect.signature(method)
            self.assertEqual([*signature.parameters][:3], ["self", "query", "documents"])
            self.assertEqual(signature.return_annotation, "list[Hit] | list[list[Hit]]")
            self.assertIn("the best first", method.__doc__)
            self.assertEqual(method.__qualname__, f"{client.__name__}.search")
        self.assertTrue(inspect.iscoroutinefunction(AsyncAkin.search))
        with self.assertRaisesRegex(TypeError, "texts"):
            Akin().embed()


class VectorTests(Shared):
    def test_shapes(self):
        one = self.akin.embed("a cat")
        two = self.akin.embed(["a cat", "a dog"])
        self.assertEqual((len(one), len(two), len(two[0])), (384, 2, 384))
        self.assertEqual(list(one), list(two[0]))

    def test_components_are_those_of_the_number_form(self):
        texts = ["a cat", *AWKWARD]
        plain = self.akin.call("embed", {"input": texts})["embeddings"]
        for row, numbers in zip(self.akin.embed(texts), plain):
            self.assertEqual(list(row), list(array.array("f", numbers)))

    def test_options_reach_the_server(self):
        options = {"prompt": "query: ", "pooling": "max", "dimensions": 8, "normalize": True}
        row = self.akin.embed("a cat", **options)
        plain = self.akin.call("embed", {"input": "a cat", **options})["embeddings"][0]
        self.assertEqual(list(row), list(array.array("f", plain)))

    def test_int8_times_scale_restores_the_vector(self):
        exact = self.akin.embed(["a cat", "a dog"])
        found = self.akin.embed_detailed(["a cat", "a dog"], dtype="int8")
        for row, values, scale in zip(exact, found.vectors, found.scales):
            for component, value in zip(row, values):
                self.assertAlmostEqual(component, int(value) * scale, delta=scale * 0.51)

    def test_ubinary_is_the_sign_of_the_vector(self):
        exact = self.akin.embed("a cat")
        packed = self.akin.embed("a cat", dtype="ubinary")
        bits = "".join(f"{int(byte):08b}" for byte in packed)
        self.assertEqual(bits, "".join("1" if component > 0 else "0" for component in exact))

    def test_details(self):
        found = self.akin.embed_detailed(["short", "word " * 400])
        self.assertEqual((found.token_counts, found.truncated), ([3, 402], [False, True]))
        self.assertEqual((found.model, found.dimensions), (self.akin.model_info()["name"], 384))
        self.assertIsNone(found.scales)

    def test_token_vectors_belong_to_the_tokens(self):
        found = self.akin.embed_tokens("naïve café")
        self.assertEqual(len(found.vectors), len(found.encoding.tokens))
        self.assertEqual(found.encoding.tokens[0], "[CLS]")
        many = self.akin.embed_tokens(["naïve café", "x"], dtype="int8")
        self.assertEqual([len(one.scales) for one in many], [len(found.vectors), 3])

    def test_large_answers(self):
        texts = ["word " * 200] * 48
        found = self.akin.embed_tokens(texts)
        self.assertEqual({len(one.vectors) for one in found}, {202})

    def test_many_texts_go_in_several_requests_and_come_in_order(self):
        texts = [f"number {i}" for i in range(700)]
        steps = []
        all_at_once = self.akin.embed(texts, progress=steps.append)
        self.assertEqual(steps, [Progress(n, 700) for n in (256, 512, 700)])
        for i in (0, 255, 256, 699):
            self.assertEqual(list(all_at_once[i]), list(self.akin.embed(texts[i])))

    def test_a_stream_reads_no_further_ahead_than_it_says(self):
        pulled = 0

        def texts():
            nonlocal pulled
            for i in range(2000):
                pulled += 1
                yield f"number {i % 7}"

        seven = self.akin.embed([f"number {i}" for i in range(7)])
        count = 0
        for vector in self.akin.embed_stream(texts(), batch_size=50, in_flight=3):
            self.assertEqual(list(vector[:3]), list(seven[count % 7][:3]))
            count += 1
            self.assertLessEqual(pulled, count + 150)
        self.assertEqual(count, 2000)

    @unittest.skipIf(np is None, "numpy is not installed")
    def test_numpy_arrays_can_be_written_to(self):
        vectors = self.akin.embed(["a", "b"])
        self.assertEqual((vectors.shape, vectors.dtype), ((2, 384), np.float32))
        vectors[0, 0] = 7
        self.assertEqual(self.akin.embed("a", dtype="int8").dtype, np.int8)
        self.assertEqual(self.akin.embed("a", dtype="ubinary").shape, (48,))

    def test_without_numpy(self):
        script = (
            "import sys; sys.modules['numpy'] = None\n"
            "from akin import Akin\n"
            "with Akin() as akin:\n"
            "    one, two = akin.embed(['a cat', 'a dog'])\n"
            "    scores = akin.similarity(['a cat', two], one)\n"
            "    print(type(one).__name__, len(one), round(scores[0][0], 3), len(scores))\n"
        )
        run = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True)
        self.assertEqual(run.stdout.decode().strip(), "array 384 1.0 2")


class MethodTests(Shared):
    def test_tokens(self):
        one = self.akin.tokenize("hé 😀 x")
        self.assertEqual(one.offsets, [(0, 0), (0, 2), (3, 4), (5, 6), (0, 0)])
        self.assertEqual(one.word_ids[:2], [None, 0])
        many = self.akin.tokenize(["one", "two"], ["three", "four"], max_length=4)
        self.assertEqual([e.type_ids for e in many], [[0, 0, 1, 1]] * 2)
        self.assertEqual([e.truncated for e in many], [True, True])
        bare = self.akin.tokenize("hello", add_special_tokens=False)
        self.assertEqual(bare.tokens, ["hello"])

    def test_text_from_ids(self):
        self.assertEqual(self.akin.detokenize([101, 7592, 102]), "hello")
        self.assertEqual(self.akin.detokenize([[7592], [101]]), ["hello", ""])
        self.assertEqual(self.akin.detokenize([]), "")
        kept = self.akin.detokenize([101, 7592], skip_special_tokens=False)
        self.assertEqual(kept, "[CLS] hello")

    def test_similarity_of_texts_and_vectors(self):
        cat, dog = self.akin.embed(["a cat", "a dog"])
        texts = self.akin.similarity(["a cat", "a dog"])
        mixed = self.akin.similarity([cat, "a dog"], ["a cat", list(map(float, dog))])
        for one, other in zip(texts, mixed):
            for score, same in zip(one, other):
                self.assertAlmostEqual(score, same, places=5)
        distance = self.akin.similarity("a cat", "a cat", function="euclidean")
        self.assertAlmostEqual(distance[0][0], 0, places=3)

    def test_search(self):
        documents = [
            "a train",
            {"text": "a cat", "id": "c", "metadata": {"year": 1999}},
            {"text": "a dog", "id": "d", "metadata": {"year": 1980}},
        ]
        hits = self.akin.search("a kitten", documents, top_k=2)
        self.assertEqual([(hit.index, hit.id) for hit in hits], [(1, "c"), (2, "d")])
        self.assertGreater(hits[0].score, hits[1].score)
        self.assertEqual(hits[0].metadata, {"year": 1999})
        old = self.akin.search("a kitten", documents, filter={"year": {"lt": 1990}})
        self.assertEqual([hit.text for hit in old], ["a dog"])
        both = self.akin.search(["cats", "rails"], ["a train", "a cat"], top_k=1, mode="semantic")
        self.assertEqual([[hit.text for hit in hits] for hits in both], [["a cat"], ["a train"]])
        words = self.akin.search("train", ["a train", "a cat"], mode="keyword", min_score=0.01)
        self.assertEqual([hit.index for hit in words], [0])

    def test_the_server_tells_about_itself(self):
        self.assertEqual(self.akin.model_info()["dimensions"], 384)
        self.assertTrue(self.akin.model_list()["models"])
        self.akin.embed("x")
        self.assertIn("embed", self.akin.server_status()["methods"])

    def test_errors_say_what_is_wrong(self):
        with self.assertRaises(InvalidParametersError) as caught:
            self.akin.embed("x", dimensions=9999)
        self.assertEqual(caught.exception.code, -32602)
        self.assertEqual(caught.exception.data["path"], "params.dimensions")
        with self.assertRaises(TextTooLongError):
            self.akin.embed("word " * 400, overflow="error")
        with self.assertRaises(InvalidParametersError):
            self.akin.embed([])
        with self.assertRaises(ServerError) as caught:
            self.akin.call("no/such")
        self.assertEqual(caught.exception.kind, "methodNotFound")
        with self.assertRaises(TypeError):
            self.akin.embed(["text", 7])
        with self.assertRaises(ValueError):
            self.akin.embed(["text"], batch_size=0)

    def test_a_missing_model_is_named(self):
        with Akin("no-such-model") as akin, self.assertRaisesRegex(ModelError, "no-such-model"):
            akin.embed("x")


class ConcurrencyTests(Shared):
    def mixed(self, seed):
        """One call of some kind, checked."""
        chance = random.Random(seed)
        number = chance.randrange(10_000)
        kind = chance.randrange(5)
        if kind == 0:
            texts = [f"{number} é{i}" for i in range(chance.randrange(1, 20))]
            self.assertEqual(len(self.akin.embed(texts)), len(texts))
        elif kind == 1:
            encoding = self.akin.tokenize(f"number {number}")
            self.assertEqual(self.akin.detokenize(encoding.ids).replace(" ", ""), f"number{number}")
        elif kind == 2:
            scores = self.akin.similarity([f"{number}"], [f"{number}", "a cat"])
            self.assertAlmostEqual(scores[0][0], 1, places=4)
        elif kind == 3:
            hits = self.akin.search(f"{number}", [f"{number}", "a cat"], top_k=1)
            self.assertEqual(hits[0].index, 0)
        else:
            with self.assertRaises(InvalidParametersError):
                self.akin.embed("x", dimensions=number + 1000)

    def test_300_mixed_calls_from_16_threads(self):
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(self.mixed, range(300)))

    def test_one_server_for_all_threads(self):
        pids = set()

        def work():
            self.akin.embed("x")
            pids.add(self.akin.server_pid)

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(pids), 1)


class ScoringTests(unittest.TestCase):
    """Models of the repository that give a text no vector each."""

    def client(self, name):
        akin = Akin(model=str(FOLDER.parents[2] / "Tests/Fixtures/heads" / name))
        self.addCleanup(akin.close)
        return akin

    def test_rerank(self):
        akin = self.client("tokens-plain")
        documents = ["The embeddings of sentences", "hello", "world " * 9, "hello"]
        found = akin.rerank("hello world", documents)
        self.assertEqual(sorted(one.index for one in found), [0, 1, 2, 3])
        self.assertEqual([one.document for one in found], [documents[one.index] for one in found])
        self.assertEqual(found, sorted(found, key=lambda one: (-one.logit, one.index)))
        self.assertEqual(akin.rerank("hello world", documents, top_k=2), found[:2])
        # More than one request takes.
        many = akin.rerank("hello world", documents[:2] * 700, top_k=3)
        self.assertEqual(
            [one.index for one in many], [found_index(found, documents) + i for i in (0, 2, 4)]
        )
        with self.assertRaisesRegex(InvalidParametersError, "model"):
            akin.rerank("a", ["b"], model="another/model")
        with self.assertRaisesRegex(ValueError, "top_k"):
            akin.rerank("a", ["b"], top_k=0)

    def test_sparse(self):
        akin = self.client("sparse-bert")
        one, same, other = akin.embed_sparse(["hello world", "hello world", "search"])
        self.assertEqual(one, same)
        self.assertEqual((one.dimensions, len(one.indices)), (490, len(one.values)))
        self.assertGreater(one.dot(one), one.dot(other))
        with self.assertRaisesRegex(InvalidParametersError, "sparse"):
            akin.embed("hello")


def found_index(found, documents):
    """Which of the first two documents is the better one."""
    return next(one.index for one in found if documents[one.index] in documents[:2])
