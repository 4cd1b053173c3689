"""Clients in other processes: each has a server of its own, started when it is first used."""

import concurrent.futures
import copy
import multiprocessing
import os
import pickle
import unittest

from akin import Akin, AsyncAkin, ModelError, ServerError

try:
    from akin import SentenceTransformer
except ImportError:
    SentenceTransformer = None
try:
    from akin.langchain import AkinEmbeddings
except ImportError:
    AkinEmbeddings = None
try:
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.schema import TextNode

    from akin.llama_index import AkinEmbedding
except ImportError:
    AkinEmbedding = None
try:
    import cloudpickle
except ImportError:
    cloudpickle = None


def first_component(akin):
    return float(akin.embed("a cat")[0]), akin.server_pid, os.getpid()


class PickleTests(unittest.TestCase):
    def test_options_go_along_and_nothing_is_started(self):
        akin = Akin("no-such-model", precision="f32", timeout=5, arguments=["--threads", "1"])
        again = pickle.loads(pickle.dumps(akin))
        self.assertIsNone(again.server_pid)
        self.assertEqual((again._options, again._timeout), (akin._options, akin._timeout))
        with again, self.assertRaisesRegex(ModelError, "no-such-model"):
            again.embed("x")

    def test_a_used_and_a_closed_client(self):
        with Akin() as akin:
            expected = list(akin.embed("a cat"))
            kinds = [akin, AsyncAkin.of(akin)]
        for client in kinds:
            again = pickle.loads(pickle.dumps(client))
            self.assertIs(type(again), type(client))
            self.assertIsNone(again.server_pid)
        with copy.deepcopy(akin) as other:
            self.assertEqual(list(other.embed("a cat")), expected)

    def test_errors(self):
        error = pickle.loads(pickle.dumps(ServerError(-32602, "wrong", {"kind": "invalidParams"})))
        self.assertEqual((error.code, error.kind, str(error)), (-32602, "invalidParams", "wrong"))

    @unittest.skipIf(cloudpickle is None, "cloudpickle is not installed")
    def test_functions_that_hold_a_client_as_spark_and_ray_send_them(self):
        akin = Akin()
        self.addCleanup(akin.close)
        call = pickle.loads(cloudpickle.dumps(lambda text: (akin.embed(text)[0], akin.server_pid)))
        self.assertNotEqual(call("a cat")[1], akin.server_pid)
        self.assertEqual(call("a cat")[0], akin.embed("a cat")[0])

    @unittest.skipIf(SentenceTransformer is None, "numpy is not installed")
    def test_the_face_keeps_its_settings(self):
        with SentenceTransformer(prompts={"query": "q: "}, truncate_dim=32) as model:
            model.max_seq_length = 16
            model.similarity_fn_name = "dot"
            again = pickle.loads(pickle.dumps(model))
            self.addCleanup(again.close)
            self.assertEqual((again.max_seq_length, again.similarity_fn_name), (16, "dot"))
            for method in ("encode", "encode_query"):
                self.assertEqual(
                    getattr(again, method)("word " * 50).tolist(),
                    getattr(model, method)("word " * 50).tolist(),
                )

    @unittest.skipIf(AkinEmbeddings is None, "langchain-core is not installed")
    def test_the_adapter_of_langchain(self):
        akin = Akin(precision="f32")
        self.addCleanup(akin.close)
        adapter = AkinEmbeddings(akin, options={"dimensions": 8})
        again = pickle.loads(pickle.dumps(adapter))
        self.assertEqual(again.embed_query("a cat"), adapter.embed_query("a cat"))

    @unittest.skipIf(AkinEmbedding is None, "llama-index-core is not installed")
    def test_the_adapter_of_llama_index_keeps_its_client(self):
        akin = Akin(precision="f32")
        self.addCleanup(akin.close)
        adapter = AkinEmbedding(akin, options={"dimensions": 8}, embed_batch_size=3)
        for again in (pickle.loads(pickle.dumps(adapter)), copy.deepcopy(adapter)):
            self.assertEqual(again.embed_batch_size, 3)
            self.assertEqual(
                again.get_query_embedding("a cat"), adapter.get_query_embedding("a cat")
            )


class WorkerTests(unittest.TestCase):
    def test_pools_of_every_kind(self):
        with Akin() as akin:
            here = first_component(akin)
            for method in multiprocessing.get_all_start_methods():
                if method == "fork":
                    continue  # With threads about, forking is a warning; test_faults does it.
                with self.subTest(method):
                    context = multiprocessing.get_context(method)
                    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as pool:
                        there = [*pool.map(first_component, [akin] * 4)]
                    self.assertEqual({one[0] for one in there}, {here[0]})
                    self.assertNotIn(here[1], {one[1] for one in there})

    @unittest.skipIf(AkinEmbedding is None, "llama-index-core is not installed")
    def test_the_workers_of_a_llama_index_pipeline(self):
        akin = Akin()
        self.addCleanup(akin.close)
        pipeline = IngestionPipeline(transformations=[AkinEmbedding(akin)], disable_cache=True)
        texts = [TextNode(text=f"Number {i}.") for i in range(6)]
        nodes = pipeline.run(nodes=texts, num_workers=2)
        vectors = {node.text: node.embedding for node in nodes}
        self.assertEqual(vectors["Number 3."], list(map(float, akin.embed("Number 3."))))
