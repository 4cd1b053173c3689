"""The adapters, within the frameworks they are for."""

import asyncio
import unittest

from akin import Akin

try:
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore

    from akin.langchain import AkinEmbeddings
except ImportError:
    AkinEmbeddings = None

try:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores import SimpleVectorStore, VectorStoreQuery

    from akin.llama_index import AkinEmbedding
except ImportError:
    AkinEmbedding = None

TEXTS = ["Plants make food from sunlight.", "The pyramids stand in Egypt.", "A man eats pasta."]
QUESTION = "How do plants survive?"


class Shared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()
        cls.vectors = [list(map(float, vector)) for vector in cls.akin.embed([*TEXTS, QUESTION])]

    @classmethod
    def tearDownClass(cls):
        cls.akin.close()


@unittest.skipIf(AkinEmbeddings is None, "langchain-core is not installed")
class LangChainTests(Shared):
    def test_vectors_are_akins(self):
        embeddings = AkinEmbeddings(self.akin)
        self.assertEqual(embeddings.embed_documents(TEXTS), self.vectors[:3])
        self.assertEqual(embeddings.embed_query(QUESTION), self.vectors[3])
        self.assertEqual(embeddings.embed_documents([]), [])

    def test_asynchronously(self):
        embeddings = AkinEmbeddings(self.akin)

        async def both():
            return await asyncio.gather(
                embeddings.aembed_documents(TEXTS), embeddings.aembed_query(QUESTION)
            )

        self.assertEqual(asyncio.run(both()), [self.vectors[:3], self.vectors[3]])

    def test_in_a_vector_store(self):
        store = InMemoryVectorStore(AkinEmbeddings(self.akin))
        store.add_documents([Document(text, id=str(i)) for i, text in enumerate(TEXTS)])
        self.assertEqual([d.id for d in store.similarity_search(QUESTION, k=1)], ["0"])
        found = asyncio.run(store.asimilarity_search("ancient buildings", k=1))
        self.assertEqual([document.id for document in found], ["1"])

    def test_options(self):
        short = AkinEmbeddings(self.akin, options={"dimensions": 16, "prompt": "x "})
        expected = self.akin.embed(QUESTION, dimensions=16, prompt="x ")
        self.assertEqual(short.embed_query(QUESTION), list(map(float, expected)))


@unittest.skipIf(AkinEmbedding is None, "llama-index-core is not installed")
class LlamaIndexTests(Shared):
    def test_vectors_are_akins(self):
        embedding = AkinEmbedding(self.akin, embed_batch_size=2)
        self.assertIsInstance(embedding, BaseEmbedding)
        self.assertEqual(embedding.get_text_embedding_batch(TEXTS), self.vectors[:3])
        self.assertEqual(embedding.get_text_embedding(TEXTS[0]), self.vectors[0])
        self.assertEqual(embedding.get_query_embedding(QUESTION), self.vectors[3])

    def test_asynchronously(self):
        embedding = AkinEmbedding(self.akin)

        async def both():
            return await asyncio.gather(
                embedding.aget_text_embedding_batch(TEXTS), embedding.aget_query_embedding(QUESTION)
            )

        self.assertEqual(asyncio.run(both()), [self.vectors[:3], self.vectors[3]])

    def test_in_a_vector_store(self):
        embedding = AkinEmbedding(self.akin)
        store = SimpleVectorStore()
        nodes = embedding([TextNode(text=text, id_=str(i)) for i, text in enumerate(TEXTS)])
        store.add(nodes)
        query = VectorStoreQuery(embedding.get_query_embedding(QUESTION), similarity_top_k=1)
        self.assertEqual(store.query(query).ids, ["0"])
