"""Stored collections, in a folder of their own."""

import os
import pathlib
import tempfile
import unittest
from unittest import mock

from akin import Akin, AsyncAkin, CollectionError, Document
from akin._values import read_status

NOTES = {
    "plants.md": "# Plants\n\nPhotosynthesis is how green plants make food from sunlight.\n",
    "egypt.md": "# Egypt\n\nThe pyramids have stood for thousands of years.\n",
    "code/cat.py": 'def feed(cat):\n    """Gives the cat its dinner."""\n    return cat.eat()\n',
}


class CollectionTests(unittest.TestCase):
    def setUp(self):
        work = tempfile.TemporaryDirectory()
        self.addCleanup(work.cleanup)
        self.folder = pathlib.Path(os.path.realpath(work.name), "notes")
        for name, text in NOTES.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        data = mock.patch.dict(os.environ, {"AKIN_DATA": str(self.folder.parent / "data")})
        data.start()
        self.addCleanup(data.stop)
        self.akin = Akin()
        self.addCleanup(self.akin.close)

    def test_a_folder(self):
        steps = []
        change = self.akin.index_add(folder=self.folder, progress=steps.append)
        self.assertEqual(
            (change.added, change.removed, change.collection), (3, 0, str(self.folder))
        )
        self.assertEqual((steps[-1].done, steps[-1].total), (100, 100))

        hit = self.akin.search("How do plants survive?", collection=change.collection, top_k=1)[0]
        self.assertEqual(hit.uri, (self.folder / "plants.md").as_uri())
        self.assertIn("Photosynthesis", hit.text)
        self.assertGreaterEqual(hit.range.end.line, hit.range.start.line)
        self.assertEqual(hit.collection, change.collection)
        code = self.akin.search("feeding pets", collection=change.collection, glob="*.py")
        self.assertEqual({hit.uri for hit in code}, {(self.folder / "code/cat.py").as_uri()})

        (self.folder / "egypt.md").unlink()
        again = self.akin.index_add(folder=self.folder)
        self.assertEqual((again.added, again.unchanged, again.removed), (0, 2, 1))
        status = self.akin.index_status(folder=self.folder)
        self.assertEqual((status.name, status.documents), (str(self.folder), 2))
        self.assertEqual((status.dimensions, status.indexing), (384, False))

    def test_documents(self):
        documents = [
            {"id": "cat", "text": "A cat sleeps on the sofa.", "metadata": {"year": 1999}},
            Document("A train leaves the station.", id="train", metadata={"year": 1980}),
        ]
        change = self.akin.index_add(documents, collection="things")
        self.assertEqual((change.added, change.collection), (2, "things"))
        hits = self.akin.search("kitten", collection="things")
        self.assertEqual([hit.id for hit in hits], ["cat", "train"])
        self.assertEqual(hits[0].metadata, {"year": 1999})
        old = self.akin.search("kitten", collection=["things"], filter={"year": {"lt": 1990}})
        self.assertEqual([hit.id for hit in old], ["train"])
        alike = self.akin.search(similar_to={"id": "cat"}, collection="things")
        self.assertEqual([hit.id for hit in alike], ["train"])

        self.assertEqual([info.name for info in self.akin.index_list()], ["things"])
        page = self.akin.index_documents("things", count=1)
        self.assertEqual((len(page.documents), page.total), (1, 2))
        # Not the documents that are named by its letters.
        self.akin.index_add(
            [{"id": letter, "text": letter} for letter in "cat"], collection="things"
        )
        self.assertEqual(self.akin.index_remove("things", uris="cat"), 0)
        self.assertEqual(self.akin.index_remove("things", "c"), 1)
        self.assertEqual(self.akin.index_remove("things", iter(["a", "t"])), 2)
        with self.assertRaisesRegex(TypeError, r"documents\[1\]: expected .*`id`"):
            self.akin.index_add([documents[0], "a text alone"], collection="things")
        self.assertEqual(self.akin.index_remove("things", ["cat", "no such id"]), 1)
        self.assertEqual(self.akin.index_status("things").documents, 1)
        self.akin.index_drop("things")
        with self.assertRaisesRegex(CollectionError, "things"):
            self.akin.search("kitten", collection="things")

    def test_what_one_client_stores_another_finds(self):
        self.akin.index_add([{"id": "cat", "text": "a cat"}], collection="things")
        self.akin.close()
        with Akin() as other:
            self.assertEqual(other.search("kitten", collection="things")[0].text, "a cat")


class StatusTests(unittest.TestCase):
    def test_the_graph_of_a_large_collection(self):
        graph = {"used": True, "vectors": 9, "linked": 9, "recall": 0.99}
        common = {"name": "n", "model": "m", "documents": 1, "chunks": 9, "bytes": 1}
        members = {**common, "updatedAt": "2026-01-01T00:00:00Z", "graph": graph}
        status = read_status(members)
        self.assertEqual((status.graph.used, status.graph.recall), (True, 0.99))
        self.assertIsNone(read_status({**members, "graph": None}).graph)


class AsyncCollectionTests(unittest.IsolatedAsyncioTestCase):
    async def test_every_method(self):
        with tempfile.TemporaryDirectory() as data, mock.patch.dict(os.environ, AKIN_DATA=data):
            async with AsyncAkin() as akin:
                await akin.index_add([{"id": "cat", "text": "a cat"}], collection="things")
                hits = await akin.search("kitten", collection="things")
                self.assertEqual([hit.id for hit in hits], ["cat"])
                self.assertEqual((await akin.index_status("things")).documents, 1)
                self.assertEqual((await akin.index_documents("things")).total, 1)
                self.assertEqual(await akin.index_remove("things", ["cat"]), 1)
                self.assertEqual(len(await akin.index_list()), 1)
                await akin.index_drop("things")
                self.assertEqual(await akin.index_list(), [])
