"""Groups of texts, and their pictures."""

import asyncio
import unittest

from support import FOLDER  # noqa: F401  makes the client's source importable

from akin import Akin, AsyncAkin, InvalidParametersError

try:
    import matplotlib

    matplotlib.use("Agg")
except ImportError:
    matplotlib = None

CATS = ["The cat sleeps on the sofa.", "A kitten sleeps on the cushion.", "Cats sleep a lot."]
TRAINS = ["Trains to Berlin run late.", "The train to Hamburg is late.", "The late train waits."]


class ClustersTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()

    @classmethod
    def tearDownClass(cls):
        cls.akin.close()

    def test_documents_are_grouped(self):
        documents = [*CATS, *({"text": text, "id": text[:5]} for text in TRAINS), TRAINS[0]]
        found = self.akin.clusters(documents, count=2, words=2, layout=True)
        self.assertEqual([cluster.size for cluster in found.clusters], [4, 3])
        trains = found.clusters[0]
        self.assertEqual({member.hit.text for member in trains.members}, set(TRAINS))
        self.assertIn("train", trains.label)
        self.assertEqual(len(trains.words), 2)
        copied = [member for member in trains.members if member.copies]
        self.assertEqual([copy.index for copy in copied[0].copies], [6])
        self.assertEqual(copied[0].hit.id, "Train")
        self.assertEqual(len(found.points), 7)
        self.assertEqual([point.cluster for point in found.points], [1, 1, 1, 0, 0, 0, 0])
        self.assertTrue(
            all(abs(point.x) <= 0.51 and abs(point.y) <= 0.51 for point in found.points)
        )
        self.assertEqual([point.origin.index for point in found.points], list(range(7)))
        self.assertEqual((found.outliers, found.pending), (0, 0))
        self.assertEqual(self.akin.clusters(documents, count=2, words=2, layout=True), found)

    def test_awaited(self):
        async def ask():
            async with AsyncAkin() as akin:
                return await akin.clusters(CATS + TRAINS, count=1, members=1)

        found = asyncio.run(ask())
        self.assertEqual([len(cluster.members) for cluster in found.clusters], [1])
        self.assertEqual(found.points, [])

    def test_errors_name_the_parameter(self):
        with self.assertRaisesRegex(InvalidParametersError, "count"):
            self.akin.clusters(CATS, count=0)
        with self.assertRaisesRegex(InvalidParametersError, "glob"):
            self.akin.clusters(CATS, glob="*.md")

    @unittest.skipUnless(matplotlib, "matplotlib is not installed")
    def test_pictures(self):
        from akin.plot import plot_map, plot_similarity

        found = self.akin.clusters(CATS + TRAINS, count=2, layout=True)
        axes = plot_map(found, labels=1)
        self.assertEqual(sum(len(group.get_offsets()) for group in axes.collections), 6)
        self.assertEqual(len(axes.texts), 1)
        axes.figure.canvas.draw()
        with self.assertRaisesRegex(ValueError, "layout"):
            plot_map(self.akin.clusters(CATS))
        texts = ["costs $5 and $6", "a\nlong " + "text " * 30]
        scores = self.akin.similarity(texts, CATS)
        axes = plot_similarity(scores, texts, CATS)
        axes.figure.canvas.draw()
        self.assertEqual(axes.get_yticklabels()[0].get_text(), r"costs \$5 and \$6")
        self.assertEqual(len(axes.texts), 6)
        self.assertIs(plot_similarity(scores, texts, CATS, ax=axes), axes)
        with self.assertRaisesRegex(ValueError, "rows"):
            plot_similarity(scores, texts)

    @unittest.skipUnless(matplotlib, "matplotlib is not installed")
    def test_nothing_is_cut_off(self):
        from akin.plot import plot_similarity

        def drawn(rows, columns, score=0.5):
            axes = plot_similarity([[score] * len(columns)] * len(rows), rows, columns)
            axes.figure.canvas.draw()
            box = axes.figure.bbox
            labels = [*axes.get_yticklabels(), *axes.get_xticklabels()]
            # Ticks beyond the matrix have labels that are not drawn.
            for label in labels if len(rows) < 60 else []:
                extent = label.get_window_extent()
                inside = extent.x0 >= 0 and extent.x1 <= box.width and extent.y0 >= 0
                self.assertTrue(inside, (label.get_text(), extent, box))
            self.assertLessEqual(max(axes.figure.get_size_inches()), 20)
            return axes

        long = ["Ж" * 90, "a text that goes on " * 9, "שלום עולם " * 9, "b"]
        drawn(long, long)
        drawn(["one text alone"], ["one text alone"])
        drawn(["query"], [f"text {n}" for n in range(20)])
        many = [f"text number {n}" for n in range(200)]
        # So many labels would lie on one another.
        self.assertNotIn("text", "".join(t.get_text() for t in drawn(many, many).get_yticklabels()))
        self.assertEqual(len(drawn(["a"], ["b"], float("nan")).texts), 0)
        with self.assertRaisesRegex(ValueError, "no texts"):
            plot_similarity([], [])


if __name__ == "__main__":
    unittest.main()
