"""Sentence-transformers' own evaluators, utilities and documentation, with Akin's class."""

import unittest

import numpy as np
import sentence_transformers
import torch
from sentence_transformers import evaluation
from sentence_transformers import util as theirs
from sklearn.cluster import AgglomerativeClustering, KMeans

from akin.sentence_transformers import SentenceTransformer, util

CORPUS = [
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "The girl is carrying a baby.",
    "A man is riding a horse.",
    "A woman is playing violin.",
    "Two men pushed carts through the woods.",
    "A man is riding a white horse on an enclosed ground.",
    "A monkey is playing drums.",
    "A cheetah is running behind its prey.",
]
QUERIES = ["A man is eating pasta.", "Someone in a gorilla costume is playing a set of drums."]


class Shared(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = SentenceTransformer("all-MiniLM-L6-v2", precision="f32")
        cls.addClassCleanup(cls.model.close)


class TypeTests(Shared):
    def test_it_is_one_of_theirs(self):
        self.assertIsInstance(self.model, sentence_transformers.SentenceTransformer)
        self.assertIsInstance(self.model, SentenceTransformer)

    def test_tensors(self):
        vectors = self.model.encode(CORPUS, convert_to_tensor=True)
        self.assertEqual((type(vectors), vectors.shape), (torch.Tensor, (9, 384)))
        query = self.model.encode(QUERIES[0])
        _, places = torch.topk(self.model.similarity(query, vectors)[0], k=3)
        self.assertEqual(places.tolist()[:2], [0, 1])
        self.assertEqual(
            self.model.similarity(vectors, vectors).max(dim=1).indices.tolist(), [*range(9)]
        )
        listed = self.model.encode(CORPUS, convert_to_numpy=False)
        self.assertEqual({type(one) for one in listed}, {torch.Tensor})
        tokens = self.model.encode(CORPUS, output_value="token_embeddings")
        self.assertEqual({type(one) for one in tokens}, {torch.Tensor})
        self.assertEqual(self.model.tokenize(CORPUS)["input_ids"].dtype, torch.int64)
        self.assertEqual(self.model.device, torch.device("cpu"))


class UtilTests(unittest.TestCase):
    def setUp(self):
        chance = np.random.default_rng(18)
        self.left, self.right = (chance.normal(size=(n, 8)).astype(np.float32) for n in (40, 60))

    def same(self, ours, other):
        self.assertIs(type(ours), type(other))
        torch.testing.assert_close(ours, other, atol=2e-5, rtol=1e-4)

    def test_scores(self):
        for name in ("cos_sim", "pytorch_cos_sim", "dot_score", "euclidean_sim", "manhattan_sim"):
            with self.subTest(name):
                self.same(
                    getattr(util, name)(self.left, self.right),
                    getattr(theirs, name)(self.left, self.right),
                )
        for name in ("cos_sim", "dot_score", "euclidean_sim", "manhattan_sim", "angle_sim"):
            with self.subTest(name):
                pair = torch.tensor(self.left), torch.tensor(self.right[:40])
                self.same(
                    getattr(util, f"pairwise_{name}")(*pair),
                    getattr(theirs, f"pairwise_{name}")(*pair),
                )
        self.same(
            util.pairwise_angle_sim(self.left[:, :7], self.right[:40, :7]),
            theirs.pairwise_angle_sim(self.left[:, :7], self.right[:40, :7]),
        )
        self.same(
            util.normalize_embeddings(torch.tensor(self.left)),
            theirs.normalize_embeddings(torch.tensor(self.left)),
        )

    def test_search_mining_and_clusters(self):
        for options in (
            {},
            {"top_k": 3},
            {"query_chunk_size": 7, "corpus_chunk_size": 9},
            {"score_function": theirs.dot_score},
        ):
            ours = util.semantic_search(self.left, self.right, **options)
            other = theirs.semantic_search(self.left, self.right, **options)
            self.assertEqual(
                [[h["corpus_id"] for h in hits] for hits in ours],
                [[h["corpus_id"] for h in hits] for hits in other],
            )
        for options in (
            {},
            {"top_k": 3, "max_pairs": 20},
            {"query_chunk_size": 7, "corpus_chunk_size": 9, "top_k": 4},
        ):
            ours = util.paraphrase_mining_embeddings(torch.tensor(self.right), **options)
            other = theirs.paraphrase_mining_embeddings(torch.tensor(self.right), **options)
            self.assertEqual([pair[1:] for pair in ours], [pair[1:] for pair in other])
        centers = np.random.default_rng(1).normal(size=(6, 8))
        rows = np.concatenate(
            [centers + np.random.default_rng(i).normal(size=(6, 8)) / 9 for i in range(5 + 2)]
        ).astype(np.float32)
        for threshold, least in ((0.9, 3), (0.98, 2), (0.5, 5)):
            ours = util.community_detection(rows, threshold, least)
            other = theirs.community_detection(rows, threshold, least)
            self.assertEqual([set(group) for group in ours], [set(group) for group in other])
            self.assertEqual([group[0] for group in ours], [group[0] for group in other])

    def test_quantised(self):
        for precision in ("int8", "uint8", "binary", "ubinary"):
            ours = util.quantize_embeddings(self.left, precision, calibration_embeddings=self.right)
            other = theirs.quantize_embeddings(
                self.left, precision, calibration_embeddings=self.right
            )
            self.assertEqual(ours.dtype, other.dtype)
            self.assertLessEqual(int(np.abs(ours.astype(int) - other.astype(int)).max()), 1)


class EvaluatorTests(Shared):
    """Each evaluator runs unchanged."""

    def score(self, evaluator):
        found = self.model.evaluate(evaluator)
        return found if isinstance(found, dict) else {"score": found}

    def test_similarity(self):
        evaluator = evaluation.EmbeddingSimilarityEvaluator(
            ["A man is eating food."] * 3,
            ["A man eats.", "A man rides.", "Stars are far."],
            [1.0, 0.4, 0.0],
        )
        self.assertAlmostEqual(self.score(evaluator)["spearman_cosine"], 1, places=5)

    def test_retrieval(self):
        evaluator = evaluation.InformationRetrievalEvaluator(
            {"q": QUERIES[0], "r": QUERIES[1]},
            {f"{i}": text for i, text in enumerate(CORPUS)},
            {"q": {"0", "1"}, "r": {"7"}},
        )
        found = self.score(evaluator)
        self.assertEqual(found["cosine_accuracy@1"], 1)
        self.assertEqual(found["cosine_mrr@10"], 1)

    def test_pairs_triplets_and_more(self):
        binary = evaluation.BinaryClassificationEvaluator(
            CORPUS[:4], [CORPUS[1], CORPUS[0], CORPUS[7], CORPUS[6]], [1, 1, 0, 1]
        )
        self.assertEqual(self.score(binary)["cosine_accuracy"], 1)
        triplet = evaluation.TripletEvaluator([CORPUS[0]], [CORPUS[1]], [CORPUS[8]])
        self.assertEqual(self.score(triplet)["cosine_accuracy"], 1)
        mining = evaluation.ParaphraseMiningEvaluator(
            {f"{i}": text for i, text in enumerate(CORPUS)}, [("0", "1"), ("3", "6")]
        )
        self.assertGreater(self.score(mining)["average_precision"], 0.9)
        reranking = evaluation.RerankingEvaluator(
            [{"query": QUERIES[0], "positive": CORPUS[:2], "negative": CORPUS[3:]}]
        )
        self.assertEqual(self.score(reranking)["map"], 1)
        translation = evaluation.TranslationEvaluator(CORPUS, CORPUS)
        self.assertEqual(self.score(translation)["mean_accuracy"], 1)
        everything = evaluation.SequentialEvaluator([triplet, binary])
        self.assertEqual(self.score(everything)["sequential_score"], 1)
        of_itself = evaluation.MSEEvaluator(CORPUS, CORPUS, teacher_model=self.model)
        self.assertAlmostEqual(self.score(of_itself)["negative_mse"], 0, places=5)


class DocumentationTests(Shared):
    """What its documentation shows of search and of clustering."""

    def test_semantic_search(self):
        corpus = self.model.encode_document(CORPUS, convert_to_tensor=True)
        query = self.model.encode_query(QUERIES[1], convert_to_tensor=True)
        _, indices = torch.topk(self.model.similarity(query, corpus)[0], k=5)
        self.assertEqual(indices[0].item(), 7)
        hits = theirs.semantic_search(query, corpus, top_k=5)[0]
        self.assertEqual([hit["corpus_id"] for hit in hits], indices.tolist())

    def test_clusters(self):
        vectors = self.model.encode(CORPUS)
        groups = KMeans(n_clusters=4, n_init=10, random_state=1).fit(vectors).labels_
        self.assertEqual((groups[0] == groups[1], groups[3] == groups[6]), (True, True))
        tree = AgglomerativeClustering(n_clusters=None, distance_threshold=1.5).fit(vectors).labels_
        self.assertEqual(tree[3], tree[6])
        large = [f"{text} {word}" for text in CORPUS for word in ("Yes.", "Indeed.", "Really.")]
        embeddings = self.model.encode(large, batch_size=64, convert_to_tensor=True)
        clusters = theirs.community_detection(embeddings, min_community_size=3, threshold=0.75)
        self.assertTrue(clusters)

    def test_paraphrases(self):
        best = theirs.paraphrase_mining(self.model, CORPUS)[0]
        self.assertIn(best[1:], [[0, 1], [3, 6]])
        self.assertEqual(util.paraphrase_mining(self.model, CORPUS)[0][1:], best[1:])
