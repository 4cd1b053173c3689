"""The notebook that Akin began with, its one import changed, and its values beside Akin's."""

import re
import subprocess
import sys
import unittest

from support import FOLDER, notebook

try:
    import numpy as np

    from akin import ModelError, SentenceTransformer, util
except ImportError:
    raise unittest.SkipTest("numpy is not installed") from None

VALUES = notebook()


def mean_pooled(model, texts):
    """The notebook's own pooling: the mean of a text's token vectors."""
    return np.stack([m.mean(0) for m in model.encode(texts, output_value="token_embeddings")])


class NotebookTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = SentenceTransformer("all-MiniLM-L6-v2", precision="f32")

    @classmethod
    def tearDownClass(cls):
        cls.model.close()

    def beside(self, name, ours, theirs, tolerance):
        ours, theirs = np.asarray(ours, dtype=float), np.asarray(theirs)
        print(
            f"\n{name}\n  notebook {theirs.round(4).tolist()}\n  akin     {ours.round(4).tolist()}"
        )
        np.testing.assert_allclose(ours, theirs, atol=tolerance)

    def test_token_ids(self):
        inputs = self.model.tokenize(VALUES["threeDocuments"])
        ids = VALUES["notebook"]["bertBaseUncasedInputIds"]
        self.assertEqual(inputs["input_ids"][0].tolist()[: len(ids)], ids)
        self.assertEqual(inputs["attention_mask"].sum(1).tolist()[0], len(ids))

    def test_three_documents_mean_pooled(self):
        vectors = mean_pooled(self.model, VALUES["threeDocuments"])
        expected = VALUES["threeDocumentsMeanPooledCosine"]
        self.beside("three documents", util.cos_sim(vectors, vectors), expected, 1e-5)

    def test_questions_find_their_documents(self):
        documents = self.model.encode(VALUES["documents"], show_progress_bar=False)
        queries = self.model.encode(VALUES["queries"], convert_to_numpy=True)
        scores = self.model.similarity(queries, documents)
        self.beside("questions", scores, VALUES["cosine"], 1e-5)
        self.assertEqual(scores.argmax(1).tolist(), VALUES["best"])
        found = util.semantic_search(queries, documents, top_k=1)
        self.assertEqual([hits[0]["corpus_id"] for hits in found], VALUES["best"])

    def test_in_int8(self):
        model = SentenceTransformer()
        scores = model.similarity(
            model.encode(VALUES["queries"]), model.encode(VALUES["documents"])
        )
        np.testing.assert_allclose(scores, VALUES["cosine"], atol=0.02)
        self.assertEqual(scores.argmax(1).tolist(), VALUES["best"])

    def test_as_printed_with_bert_base_uncased(self):
        model = self.named("bert-base-uncased")
        vectors = mean_pooled(model, VALUES["threeDocuments"])
        expected = VALUES["notebook"]["bertBaseUncasedMeanPooledCosine"]
        self.beside("bert-base-uncased", util.cos_sim(vectors, vectors), expected, 1e-4)

    def test_as_printed_with_all_minilm_l12_v2(self):
        model = self.named("all-MiniLM-L12-v2")
        documents, queries = model.encode(VALUES["documents"]), model.encode(VALUES["queries"])
        scores = model.similarity(queries, documents)
        expected = VALUES["notebook"]["allMiniLML12v2QueryWhatIsAI"]
        self.beside("all-MiniLM-L12-v2", scores[0], expected, 1e-4)
        self.assertEqual(scores.argmax(1).tolist(), VALUES["notebook"]["best"])

    def test_the_page_shows_what_its_script_prints(self):
        for name in ("bert-base-uncased", "all-MiniLM-L12-v2"):
            if self.has(name):
                self.skipTest(f"the page was made without {name}, which is here")
        examples = FOLDER.parent / "examples"
        run = subprocess.run(
            [sys.executable, examples / "notebook.py"], stdout=subprocess.PIPE, check=True
        )
        shown, printed = (examples / "notebook.md").read_text("utf-8"), run.stdout.decode()
        number = r"-?\d+\.\d+"
        self.assertEqual(re.sub(number, "N", printed), re.sub(number, "N", shown))
        numbers = [[*map(float, re.findall(number, text))] for text in (printed, shown)]
        np.testing.assert_allclose(*numbers, atol=0.0011)  # one step of the last digit

    def has(self, name):
        model = SentenceTransformer(name)
        try:
            return model.max_seq_length > 0
        except ModelError:
            return False
        finally:
            model.close()

    def named(self, name):
        model = SentenceTransformer(name, precision="f32")
        self.addCleanup(model.close)
        try:
            self.assertGreater(model.max_seq_length, 0)
        except ModelError:
            self.skipTest(f"{name} is not on this machine")
        return model


class FaceTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = SentenceTransformer()

    @classmethod
    def tearDownClass(cls):
        cls.model.close()

    def test_shapes_and_types(self):
        one = self.model.encode("a cat")
        self.assertEqual((one.shape, one.dtype), ((384,), np.float32))
        self.assertEqual(self.model.encode(np.array(["a cat", "a dog"])).shape, (2, 384))
        self.assertEqual(self.model.encode([]).shape, (0, 384))
        listed = self.model.encode(["a cat", "a dog"], convert_to_numpy=False)
        self.assertEqual((type(listed), listed[0].shape), (list, (384,)))
        self.assertEqual(self.model.encode("a cat", truncate_dim=64).shape, (64,))
        self.assertEqual(
            self.model.encode("a cat", output_value="token_embeddings").shape, (4, 384)
        )

    def test_batches_change_nothing(self):
        texts = [f"number {i}" for i in range(50)]
        small = self.model.encode(texts, batch_size=7)
        np.testing.assert_array_equal(small, self.model.encode(texts))

    def test_normalized_after_the_cut(self):
        cut = self.model.encode("a cat", truncate_dim=64, normalize_embeddings=True)
        self.assertAlmostEqual(float(np.linalg.norm(cut)), 1, places=5)
        self.assertLess(float(np.linalg.norm(self.model.encode("a cat", truncate_dim=64))), 0.9)

    def test_precisions(self):
        vector = self.model.encode("a cat")
        bits = np.packbits(vector > 0)
        np.testing.assert_array_equal(self.model.encode("a cat", precision="ubinary"), bits)
        signed = (bits.astype(np.int16) - 128).astype(np.int8)
        np.testing.assert_array_equal(self.model.encode("a cat", precision="binary"), signed)
        self.assertEqual(self.model.encode("a cat", precision="int8").dtype, np.int8)
        with self.assertRaises(ValueError):
            self.model.encode("a cat", precision="uint8")

    def test_prompts(self):
        model = SentenceTransformer(prompts={"query": "query: "}, default_prompt_name="query")
        self.addCleanup(model.close)
        prompted = self.model.encode("a cat", prompt="query: ")
        for vector in (
            model.encode("a cat"),
            model.encode("a cat", prompt_name="query"),
            model.encode_query("a cat"),
            self.model.encode("query: a cat"),
        ):
            np.testing.assert_array_equal(vector, prompted)
        plain = self.model.encode("a cat")
        np.testing.assert_array_equal(self.model.encode_document("a cat"), plain)
        np.testing.assert_array_equal(model.encode("a cat", prompt=""), plain)

    def test_similarity_functions(self):
        left = self.model.encode(["a cat", "a dog"])
        right = self.model.encode(["a kitten", "a puppy", "a train"])
        for name in ("cosine", "dot", "euclidean", "manhattan"):
            model = SentenceTransformer(similarity_fn_name=name)
            here = model.similarity(left, right)
            there = self.model.akin.similarity(left, right, function=name)
            np.testing.assert_allclose(here, there, atol=2e-3 if name == "euclidean" else 1e-4)
            pairs = model.similarity_pairwise(left, right[:2])
            np.testing.assert_allclose(pairs, np.diag(here[:, :2]), atol=1e-4)
            model.close()

    def test_what_it_knows_of_its_model(self):
        self.assertEqual(self.model.get_sentence_embedding_dimension(), 384)
        self.assertEqual(self.model.get_max_seq_length(), 256)
        self.assertEqual((self.model.similarity_fn_name, self.model.device), ("cosine", "cpu"))
        with self.assertRaises(ValueError):
            SentenceTransformer(device="cuda")
