"""The face of sentence-transformers, without torch; tests/ecosystem has it beside the original."""

import subprocess
import sys
import unittest

try:
    import numpy as np

    from akin import SentenceTransformer
    from akin.sentence_transformers import SimilarityFunction, util
except ImportError:
    raise unittest.SkipTest("numpy is not installed") from None


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
        self.assertEqual(repr(self.model), "SentenceTransformer()")
        for texts in ([], np.array([], dtype=str)):
            for precision in ("float32", "int8", "binary", "ubinary"):
                for options in ({}, {"truncate_dim": 64}):
                    some = self.model.encode(["a cat"], precision=precision, **options)
                    none = self.model.encode(texts, precision=precision, **options)
                    self.assertEqual((none.shape, none.dtype), ((0, some.shape[1]), some.dtype))
        with self.model.truncate_embeddings(np.int64(64)):
            self.assertEqual(self.model.encode([]).shape, (0, 64))
            self.assertEqual(self.model.encode("a cat").shape, (64,))
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
        np.testing.assert_array_equal(self.model.encode("a cat", precision=None), vector)
        with self.assertRaisesRegex(ValueError, "quantize_embeddings"):
            self.model.encode("a cat", precision="uint8")

    def test_prompts(self):
        model = SentenceTransformer(prompts={"query": "query: "}, default_prompt_name="query")
        self.addCleanup(model.close)
        prompted = self.model.encode("a cat", prompt="query: ")
        plain = self.model.encode("a cat")
        for vector in (
            model.encode("a cat"),
            model.encode("a cat", prompt_name="query"),
            model.encode_query("a cat"),
            self.model.encode("query: a cat"),
        ):
            np.testing.assert_array_equal(vector, prompted)
        # The prompt named `document` is there and empty, so that the default one is not used.
        for vector in (
            model.encode_document("a cat"),
            model.encode("a cat", prompt=""),
            self.model.encode_document("a cat"),
            self.model.encode_query("a cat"),
        ):
            np.testing.assert_array_equal(vector, plain)
        self.assertEqual(model.prompts, {"query": "query: ", "document": ""})
        with self.assertRaisesRegex(ValueError, "prompt_name.*query.*document.*'passage'"):
            model.encode("a cat", prompt_name="passage")
        model.prompts = {"passage": "query: "}
        np.testing.assert_array_equal(model.encode_document("a cat"), prompted)

    def test_what_is_no_text_is_refused(self):
        for inputs in (None, 7, 1.5, {"a": "b"}, {"a"}, b"a"):
            with self.subTest(repr(inputs)), self.assertRaisesRegex(TypeError, "inputs"):
                self.model.encode(inputs)
        for item in (None, float("nan"), 7, {"a": "b"}, ["a", "b"], np.float32(1)):
            with self.subTest(repr(item)), self.assertRaisesRegex(TypeError, r"inputs\[1\]"):
                self.model.encode(["a cat", item])
        with self.assertRaisesRegex(TypeError, r"inputs\[0\].*1.5"):
            self.model.encode(np.array([1.5, 2.5]))

    def test_names_of_arguments(self):
        vector = self.model.encode("a cat")
        for same in (
            self.model.encode(inputs="a cat"),
            self.model.encode(sentences="a cat"),
            self.model.encode_query(inputs="a cat"),
            self.model.encode_document(sentences="a cat"),
            self.model.encode("a cat", None, None, 8, False, "sentence_embedding", None),
            self.model.encode("a cat", pool=None, chunk_size=5, device="cpu", task="query"),
            self.model.encode("a cat", device=["cpu", "cpu"]),
        ):
            np.testing.assert_array_equal(same, vector)
        with self.assertRaises(TypeError):
            self.model.encode("a cat", no_such_argument=1)
        for name in ("batch_size", "truncate_dim"):
            with self.subTest(name), self.assertRaisesRegex(TypeError, f"^{name}: .*'many'"):
                self.model.encode("a cat", **{name: "many"})
        with self.assertRaisesRegex(ValueError, "^truncate_dim: .* found 0"):
            SentenceTransformer(truncate_dim=0)
        for name, value in (
            ("batch_size", 0),
            ("chunk_size", 0),
            ("truncate_dim", 0),
            ("device", "cuda:1"),
        ):
            with self.subTest(name), self.assertRaisesRegex(ValueError, name):
                self.model.encode("a cat", **{name: value})

    def test_arguments_of_the_constructor(self):
        """What changes nothing is taken, what would change a vector is refused."""
        for arguments in (
            {"cache_folder": "/tmp", "token": "x", "local_files_only": True},
            {"trust_remote_code": True, "backend": "onnx", "model_card_data": None},
            {"model_kwargs": {"torch_dtype": "float32", "attn_implementation": "sdpa"}},
            {"revision": "main", "processor_kwargs": {}, "config_kwargs": None, "modules": None},
            {"device": "cpu"},
        ):
            SentenceTransformer(**arguments).close()
        for name, value in (
            ("device", "cuda"),
            ("revision", "0123abc"),
            ("modules", []),
            ("backend", "tensorrt"),
            ("model_kwargs", {"torch_dtype": "float16"}),
            ("config_kwargs", {"hidden_size": 1}),
            ("processor_kwargs", {"do_lower_case": False}),
            ("similarity_fn_name", "maxsim"),
        ):
            with self.subTest(name), self.assertRaisesRegex(ValueError, name):
                SentenceTransformer(**{name: value})
        with self.assertRaisesRegex(TypeError, "no_such_argument"):
            SentenceTransformer(no_such_argument=1)

    def test_a_shorter_max_seq_length_cuts_texts_as_a_tokenizer_does(self):
        self.addCleanup(setattr, self.model, "max_seq_length", None)
        text = "Unaffable naïve cafés electroencephalography 日本 and more, and more, and more."
        whole = self.model.encode(text)
        for length in range(3, 24):
            self.model.max_seq_length = length
            ids = self.model.akin.tokenize(text, max_length=length).ids
            tokens = self.model.encode(text, output_value="token_embeddings")
            self.assertEqual(len(tokens), len(ids))
            kept = self.model.akin.tokenize(self.model._cut([text], "")[0]).ids
            self.assertEqual(kept, ids)
            self.assertEqual(len(self.model.tokenize([text])["input_ids"][0]), len(ids))
        self.model.max_seq_length = 256
        np.testing.assert_array_equal(self.model.encode(text), whole)
        model = SentenceTransformer(processor_kwargs={"model_max_length": 6})
        self.addCleanup(model.close)
        self.model.max_seq_length = 6
        np.testing.assert_array_equal(
            model.encode(text, prompt="a b "), self.model.encode("a b " + text)
        )
        for length in (2, 257):
            with self.assertRaisesRegex(ValueError, "max_seq_length"):
                self.model.max_seq_length = length
        with self.assertRaisesRegex(TypeError, "max_seq_length: expected an integer, found '5'"):
            self.model.max_seq_length = "5"

    def test_the_tokenizer(self):
        tokenizer = self.model.tokenizer
        self.assertEqual(tokenizer("hello")["input_ids"], [101, 7592, 102])
        self.assertEqual(tokenizer(["hello", "a b"])["attention_mask"], [[1] * 3, [1] * 4])
        padded = tokenizer(["hello", "a b"], padding=True, return_tensors="np")
        self.assertEqual(padded["input_ids"].tolist()[0], [101, 7592, 102, 0])
        self.assertEqual(tokenizer("a b c", truncation=True, max_length=4)["input_ids"][-1], 102)
        self.assertEqual(tokenizer("hello", "a")["token_type_ids"], [0, 0, 0, 1, 1])
        self.assertEqual(tokenizer("hé", return_offsets_mapping=True)["offset_mapping"][1], (0, 2))
        self.assertEqual(tokenizer.tokenize("unaffable"), ["una", "##ffa", "##ble"])
        self.assertEqual(tokenizer.decode(tokenizer.encode("hello")), "[CLS] hello [SEP]")
        self.assertEqual((len(tokenizer), tokenizer.model_max_length), (30522, 256))
        with self.assertRaisesRegex(TypeError, "stride"):
            tokenizer("hello", stride=2)
        with self.assertRaisesRegex(ValueError, "padding"):
            tokenizer(["hello", "a b"], return_tensors="np")

    def test_a_pool_is_taken_and_changes_nothing(self):
        pool = self.model.start_multi_process_pool(["cpu"] * 4)
        texts = [f"number {i}" for i in range(40)]
        expected = self.model.encode(texts)
        np.testing.assert_array_equal(self.model.encode(texts, pool=pool, chunk_size=7), expected)
        np.testing.assert_array_equal(self.model.encode_multi_process(texts, pool), expected)
        self.model.stop_multi_process_pool(pool)
        with self.assertRaises(ValueError):
            self.model.start_multi_process_pool(["cuda:0"])

    def test_truncation_within_a_block(self):
        with self.model.truncate_embeddings(16):
            self.assertEqual(self.model.encode("a cat").shape, (16,))
            self.assertEqual(self.model.get_embedding_dimension(), 16)
        self.assertEqual(self.model.encode("a cat").shape, (384,))

    def test_everything_there_is(self):
        one = self.model.encode("a cat", output_value=None)
        self.assertEqual(one["input_ids"].tolist()[0], 101)
        self.assertEqual(one["token_embeddings"].shape, (4, 384))
        np.testing.assert_array_equal(one["sentence_embedding"], self.model.encode("a cat"))

    def test_in_place_of_a_library_that_is_not_installed(self):
        script = (
            "import sys\n"
            "from akin.sentence_transformers import install\n"
            "install()\n"
            "from sentence_transformers import SentenceTransformer, util\n"
            "from sentence_transformers.util import cos_sim\n"
            "model = SentenceTransformer('all-MiniLM-L6-v2')\n"
            "print(float(cos_sim(*model.encode(['a cat', 'a cat']))[0, 0]) > 0.99)\n"
        )
        run = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True)
        self.assertEqual(run.stdout.decode().strip(), "True")

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


class UtilTests(unittest.TestCase):
    def setUp(self):
        chance = np.random.default_rng(17)
        self.left, self.right = (chance.normal(size=(n, 6)).astype(np.float32) for n in (5, 7))

    def test_pairs_are_the_diagonals_of_matrices(self):
        for function in SimilarityFunction:
            matrix = SimilarityFunction.to_similarity_fn(function)(self.left, self.right)
            pairs = SimilarityFunction.to_similarity_pairwise_fn(function.value)
            np.testing.assert_allclose(
                pairs(self.left, self.right[:5]), np.diag(matrix[:, :5]), atol=1e-5
            )

    def test_values(self):
        one, other = [3.0, 4.0], [[0.0, 5.0]]
        self.assertAlmostEqual(float(util.cos_sim(one, other)[0, 0]), 0.8, places=6)
        self.assertAlmostEqual(float(util.pytorch_cos_sim(one, one)[0, 0]), 1, places=6)
        self.assertAlmostEqual(float(util.dot_score(one, other)[0, 0]), 20, places=6)
        self.assertAlmostEqual(float(util.euclidean_sim(one, other)[0, 0]), -(10**0.5), places=6)
        self.assertAlmostEqual(float(util.manhattan_sim(one, other)[0, 0]), -4, places=6)
        self.assertEqual(util.cos_sim([[0.0, 0.0]], other).tolist(), [[0.0]])
        self.assertEqual(util.cos_sim(one, other).dtype, np.float32)
        self.assertEqual(util.cos_sim(np.float64(one), np.float64(other)).dtype, np.float64)
        # Whole numbers do not overflow, as those of int8 vectors would.
        self.assertEqual(util.dot_score(np.int8([100, 100]), np.int8([100, 100])).item(), 20_000)

    def test_a_cosine_is_never_beyond_one(self):
        rows = np.random.default_rng(17).normal(size=(300, 384)).astype(np.float32)
        unit = util.normalize_embeddings(rows)
        self.assertGreater((unit @ unit.T).max(), 1)
        self.assertLessEqual(util.cos_sim(rows, rows).max(), 1)
        self.assertGreaterEqual(util.cos_sim(rows, -rows).min(), -1)
        self.assertLessEqual(util.pairwise_cos_sim(rows, rows).max(), 1)
        self.assertLessEqual(max(util.pairwise_cos_sim(row, row) for row in rows), 1)

    def test_counts_below_nothing_are_refused(self):
        search, mining = util.semantic_search, util.paraphrase_mining_embeddings
        self.assertEqual(search(self.left[:1], self.right, top_k=0), [[]])
        for name in ("top_k", "query_chunk_size", "corpus_chunk_size"):
            with self.assertRaisesRegex(ValueError, f"{name}: .* found -1"):
                search(self.left, self.right, **{name: -1})
            with self.assertRaisesRegex(ValueError, f"{name}: .* found -1"):
                mining(self.left, **{name: -1})
        with self.assertRaisesRegex(ValueError, "max_pairs"):
            mining(self.left, max_pairs=-1)
        with self.assertRaisesRegex(ValueError, "batch_size"):
            util.community_detection(self.left, batch_size=0)

    def test_search_in_pieces_is_the_search_in_one(self):
        whole = util.semantic_search(self.left, self.right, top_k=4)
        pieces = util.semantic_search(
            self.left, self.right, top_k=4, query_chunk_size=2, corpus_chunk_size=3
        )
        scores = util.cos_sim(self.left, self.right)
        for hits, again, row in zip(whole, pieces, scores):
            self.assertEqual([h["corpus_id"] for h in hits], np.argsort(-row)[:4].tolist())
            self.assertEqual([h["corpus_id"] for h in hits], [h["corpus_id"] for h in again])
        self.assertEqual(len(util.semantic_search(self.left[0], self.right, top_k=99)[0]), 7)

    def test_pairs_that_mean_the_same(self):
        for options in ({}, {"query_chunk_size": 2, "corpus_chunk_size": 3}):
            pairs = util.paraphrase_mining_embeddings(self.right, **options)
            scores = util.cos_sim(self.right, self.right)
            expected = sorted(
                ((float(scores[i, j]), i, j) for i in range(7) for j in range(i + 1, 7)),
                reverse=True,
            )
            self.assertEqual([(i, j) for _, i, j in pairs], [(i, j) for _, i, j in expected])
        best = util.paraphrase_mining_embeddings(self.right, max_pairs=2, top_k=1)
        self.assertEqual([pair[1:] for pair in best], [list(pair[1:]) for pair in expected[:2]])

    def test_communities(self):
        rows = np.float32([[1, 0], [0.99, 0.05], [0, 1], [0.98, 0.1], [0.02, 1], [-1, -1]])
        found = util.community_detection(rows, threshold=0.9, min_community_size=2, batch_size=4)
        self.assertEqual([set(group) for group in found], [{0, 1, 3}, {2, 4}])
        self.assertEqual(util.community_detection(rows[:0]), [])

    def test_quantised(self):
        rows = np.float32([[0.5, -1.0], [1.5, 0.0], [1.0, 1.0]])
        for precision, dtype, least in (("uint8", np.uint8, 0), ("int8", np.int8, -128)):
            found = util.quantize_embeddings(rows, precision)
            self.assertEqual((found.dtype, found.min(0).tolist()), (dtype, [least] * 2))
            self.assertEqual(found.max(0).tolist(), [least + 255] * 2)
        self.assertEqual(util.quantize_embeddings(rows, "ubinary").tolist(), [[128], [128], [192]])
        self.assertEqual(util.quantize_embeddings(rows, "binary").tolist(), [[0], [0], [64]])
        with self.assertRaises(ValueError):
            util.quantize_embeddings(rows, "int4")
