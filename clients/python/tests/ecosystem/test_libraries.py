"""Libraries that stand on sentence-transformers, unchanged, with Akin's class in its place."""

import os
import tempfile
import unittest
from unittest import mock

from akin.sentence_transformers import SentenceTransformer, install

install()

# ruff: noqa: E402 - the libraries come after it
import bertopic
import chromadb
import haystack
import keybert
import mteb
import numpy as np
import ray
import txtai
from chromadb.utils.embedding_functions import SentenceTransformerEmbeddingFunction
from datasets import Dataset, DatasetDict
from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from mteb.models import SentenceTransformerEncoderWrapper
from scipy.stats import spearmanr
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA

NAME = "sentence-transformers/all-MiniLM-L6-v2"
TEXTS = [
    "Plants make food from sunlight.",
    "The pyramids stand in Egypt.",
    "A man eats pasta.",
]
QUESTION = "How do plants survive?"


class LibraryTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = SentenceTransformer(NAME)
        cls.addClassCleanup(cls.model.close)

    def test_keybert(self):
        found = keybert.KeyBERT(self.model).extract_keywords(
            "Photosynthesis is how green plants make food from sunlight.", top_n=3
        )
        self.assertIn("photosynthesis", [word for word, _ in found])

    def test_bertopic(self):
        texts = [f"{text} {i}" for text in TEXTS for i in range(20)]
        topics = bertopic.BERTopic(
            embedding_model=self.model,
            umap_model=PCA(n_components=3),
            hdbscan_model=KMeans(n_clusters=3, n_init=5, random_state=1),
        )
        labels, _ = topics.fit_transform(texts)
        self.assertEqual([len({*labels[i : i + 20]}) for i in (0, 20, 40)], [1, 1, 1])
        self.assertEqual(topics.find_topics("ancient buildings", top_n=1)[0], [labels[20]])

    def test_chromadb(self):
        function = SentenceTransformerEmbeddingFunction(NAME)
        self.assertIs(type(function._model), SentenceTransformer)
        collection = chromadb.EphemeralClient().create_collection(
            "notes", embedding_function=function
        )
        collection.add(ids=["0", "1", "2"], documents=TEXTS)
        self.assertEqual(collection.query(query_texts=[QUESTION], n_results=1)["ids"], [["0"]])

    def test_haystack(self):
        store = InMemoryDocumentStore()
        documents = SentenceTransformersDocumentEmbedder(model=NAME, progress_bar=False)
        documents.warm_up()
        store.write_documents(
            documents.run([haystack.Document(content=text) for text in TEXTS])["documents"]
        )
        pipeline = haystack.Pipeline()
        pipeline.add_component(
            "embedder", SentenceTransformersTextEmbedder(model=NAME, progress_bar=False)
        )
        pipeline.add_component("retriever", InMemoryEmbeddingRetriever(store, top_k=1))
        pipeline.connect("embedder.embedding", "retriever.query_embedding")
        found = pipeline.run({"embedder": {"text": QUESTION}})["retriever"]["documents"]
        self.assertEqual([document.content for document in found], TEXTS[:1])

    def test_txtai(self):
        embeddings = txtai.Embeddings(
            {"path": NAME, "method": "sentence-transformers", "content": True, "gpu": False}
        )
        embeddings.index(TEXTS)
        self.assertEqual(embeddings.search(QUESTION, 1)[0]["text"], TEXTS[0])

    def test_an_mteb_task(self):
        sentences = {
            "sentence1": [TEXTS[0], TEXTS[1], TEXTS[2], TEXTS[0]],
            "sentence2": [QUESTION, "Ancient tombs in Africa.", "A person has a meal.", TEXTS[1]],
            "score": [3.0, 3.5, 4.5, 0.5],
        }
        left, right = (self.model.encode(sentences[f"sentence{i}"]) for i in (1, 2))
        cosines = self.model.similarity_pairwise(left, right)
        expected = spearmanr(cosines, sentences["score"]).statistic
        task = mteb.get_task("STS12")
        task.dataset = DatasetDict({"test": Dataset.from_dict(sentences)})
        task.data_loaded = True
        for model in (self.model, SentenceTransformerEncoderWrapper(NAME)):
            with tempfile.TemporaryDirectory() as folder, mock.patch.object(task, "load_data"):
                cache = mteb.ResultCache(folder)
                result = mteb.evaluate(model, task, cache=cache, overwrite_strategy="always")
            score = result.task_results[0].scores["test"][0]["cosine_spearman"]
            self.assertAlmostEqual(score, expected)

    def test_ray(self):
        os.environ.setdefault("RAY_AUTH_MODE", "disabled")
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
        self.addCleanup(ray.shutdown)
        akin = self.model.akin

        @ray.remote
        def embed(text):
            return akin.embed(text).tolist(), akin.server_pid

        found = ray.get([embed.remote(text) for text in TEXTS])
        self.assertEqual([vector for vector, _ in found], akin.embed(TEXTS).tolist())
        self.assertNotIn(akin.server_pid, [pid for _, pid in found])

    def test_vectors_are_akins(self):
        from sentence_transformers import SentenceTransformer as Imported

        with Imported(NAME) as model:
            np.testing.assert_array_equal(model.encode(TEXTS), self.model.akin.embed(TEXTS))
