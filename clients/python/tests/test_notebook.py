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
