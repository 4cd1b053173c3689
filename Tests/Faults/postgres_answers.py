"""What is found on a server is what files find."""

import json
import os
import shutil

import harness
from harness import request
from postgres_case import REPOSITORY, StoreTest

QUESTIONS = [
    "where is the lock taken", "how are words ranked", "RankedChunk", "vectors of texts that are known",
    "which files need not be read again", "candidates of one collection while the legs of a search find them",
    "textHash", "what happens when the disk is full", "BM25", "read a document with its chunks",
    "schema migrations", "the mean of the vectors of a place", "how is a folder moved", "metadata filter",
    "is the file damaged", "who knows which vectors", "full text index", "hits in the order of a ranking",
    "transactions and many writers", "knownVectors",
]


class SameAnswers(StoreTest):
    """What is found in files is found on a server, in the same order and with the same scores."""

    def hits(self, *arguments, store=None):
        """What all questions find, a line a hit."""
        path = os.path.join(self.folder, "questions")
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join(QUESTIONS))
        return self.akin(
            "search", "--file", path, *arguments, "--json", "--no-update", "--threshold", "-1", store=store
        ).stdout.splitlines()

    def compare(self):
        for options in [
                [], ["--mode", "semantic"], ["--mode", "keyword"], ["--explain"], ["--glob", "*Graph*"],
                ["-t", "markdown"], ["--regex", "async throws"], ["--phrase", "of a", "-k", "30"]]:
            with self.subTest(options=options):
                found = self.hits(*options)
                self.assertGreater(len(found), 10)
                self.assertEqual(self.hits(*options, store=True), found)

    def test_twenty_questions_have_the_same_hits(self):
        for part in ["Storage", "Search", "Ranking"]:
            shutil.copytree(os.path.join(REPOSITORY, "Sources/Collections", part), os.path.join(self.notes, part))
        shutil.copy(os.path.join(REPOSITORY, "SECURITY.md"), self.notes)
        self.akin("index")
        self.akin("index", store=True)
        self.compare()
        self.assertEqual(self.exported(store=True), self.exported())
        place = os.path.join(self.notes, "Storage/SQLite/SQLiteCollection.swift") + ":40"
        self.assertEqual(
            self.akin("similar", place, "--json", "--no-update", store=True).stdout,
            self.akin("similar", place, "--json", "--no-update").stdout)
        # Some files change, go and come, in many small steps, so that segments of words are joined.
        shutil.rmtree(os.path.join(self.notes, "Search"))
        self.write_notes(range(12))
        for _ in range(2):
            self.akin("index")
            self.akin("index", store=True)
            with open(os.path.join(self.notes, "SECURITY.md"), "a", encoding="utf-8") as file:
                file.write("\nOne more sentence on locks and on what a reader may do.\n")
        for number in range(20):
            self.write_notes([number], word="enemies")
            # Of equal scores the older stands first: both learn of the notes in one order.
            self.akin("index")
            self.akin("index", store=True)
        self.assertLess(self.sql("SELECT count(*) FROM akin.segments")[0][0], 20)
        self.check()
        self.compare()
        self.assertEqual(self.exported(store=True), self.exported())

    def test_a_collection_by_its_name(self):
        self.write_notes(range(3))
        self.akin("index", "--name", "team notes", store=True)
        found = self.akin("search", "friends of the number 1001", "--collection", "team notes", store=True).stdout
        self.assertIn("team notes/1.txt:1", found)
        self.assertIn("team notes", self.akin("collections", store=True).stdout)
        self.akin("search", "friends", "--collection", "other notes", store=True, status=66)

    def test_an_export_of_one_store_is_an_import_of_the_other(self):
        self.write_notes(range(30))
        self.akin("index")
        path = os.path.join(self.folder, "export.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.akin("collections", "export", self.notes).stdout)
        self.akin("collections", "import", path, store=True)
        self.check()
        self.assertEqual(self.exported(store=True), self.exported())

    def test_collections_of_odd_names_do_not_meet(self):
        names = ["it's \"odd\"", "名前 ½", "%_\\", "'; DROP SCHEMA akin CASCADE; --", "a#b", "$1", "akin", "İi", "a" * 200]
        server = self.serve()
        for number, name in enumerate(names):
            answer = server.ask(request(10 + number, "index/add", collection=name, documents=[{"id": "d", "text": f"Text {number}."}]))
            self.assertEqual(answer.get("result", answer).get("added"), 1, name)
        listed = server.ask(request(100, "index/list"))["result"]["collections"]
        self.assertEqual(sorted(entry["name"] for entry in listed), sorted(names))
        for number, name in enumerate(names):
            found = server.ask(request(200 + number, "search", collection=name, query="a text", topK=5))["result"]["results"][0]
            self.assertEqual([hit["text"] for hit in found], [f"Text {number}."])
        self.assertTrue(server.ask(request(300, "index/drop", collection=names[3]))["result"]["dropped"])
        self.assertEqual(len(server.ask(request(301, "index/list"))["result"]["collections"]), len(names) - 1)

    def test_what_else_is_in_the_database_is_left_alone(self):
        """The extension in a schema of its own, and tables of our names in others."""
        self.sql('CREATE SCHEMA "my types"; CREATE EXTENSION vector SCHEMA "my types"')
        self.sql("CREATE TABLE public.documents (id int); CREATE SCHEMA other; CREATE TABLE other.vectors (id int)")
        self.sql("INSERT INTO public.documents VALUES (1)")
        self.write_notes(range(12))
        self.akin("index", "--graph-from", "10", store=True)
        self.assertIn("7.txt", self.akin("search", "number 7007", store=True).stdout)
        self.check()
        self.akin("collections", "remove", self.notes, store=True)
        self.assertEqual(self.sql("SELECT count(*) FROM public.documents, other.vectors")[0][0], 0)
        self.assertEqual(self.sql("SELECT count(*) FROM public.documents")[0][0], 1)

    def test_texts_hold_any_unicode_and_metadata_is_filtered(self):
        server = self.serve()
        documents = [
            {"id": "zero\0one", "text": "a text with a zero \0 in it\n", "metadata": {"key": "val\0ue", "n": 1}},
            {"id": "mark", "text": "a text with \U0010fffd\U0010fffd1 in it\n", "metadata": {"n": 2.5, "open": True}},
            {"id": "x" * 5000, "text": "a text with " + "w" * 9000 + " in it\n", "metadata": {"n": -0.1}},
        ]
        answer = server.ask(request(1, "index/add", collection="notes", documents=documents))
        self.assertEqual(answer.get("result", answer).get("added"), 3, answer)
        listed = server.ask(request(2, "index/list", collection="notes"))["result"]["documents"]
        self.assertEqual([entry["id"] for entry in listed], [document["id"] for document in documents])
        self.assertEqual([entry["metadata"] for entry in listed], [document["metadata"] for document in documents])
        for number, (filter, wanted) in enumerate([
                ({"key": "val\0ue"}, [0]), ({"n": {"gt": 0}}, [0, 1]), ({"n": 2.5}, [1]), ({"open": True}, [1])]):
            found = server.ask(request(
                10 + number, "search", collection="notes", query="a text with something in it", filter=filter))
            ids = {hit["id"] for hit in found["result"]["results"][0]}
            self.assertEqual(ids, {documents[index]["id"] for index in wanted}, filter)
        self.check("notes")


class Neighbours(StoreTest):
    """The approximate index of a large collection."""

    def test_a_large_collection_is_searched_by_its_index(self):
        self.write_notes(range(400))
        self.akin("index", "--graph-from", "300", store=True)
        self.assertIn("vectors linked", self.akin("collections", "status", self.notes, store=True).stdout)
        self.akin("index")
        found = wanted = 0
        for question in ["number 17017", "friends of the number 1001", "what does 250250 mean", "note 3"]:
            exact = self.akin("search", question, "--mode", "semantic", "--json", "--no-update").stdout.splitlines()
            near = self.akin(
                "search", question, "--mode", "semantic", "--json", "--no-update", store=True).stdout.splitlines()
            wanted += len(exact)
            found += len(set(exact) & set(near))
        self.assertGreaterEqual(found / wanted, 0.95)
        with self.server.connect(self.database) as connection:
            # So few rows are read faster one after the other.
            connection.execute("SET enable_seqscan = off; SET enable_sort = off")
            codes = "[" + ",".join(["1"] * 384) + "]"
            plan = connection.execute(
                "EXPLAIN SELECT id FROM akin.vectors WHERE collection = 1 AND uses > 0 "
                f"ORDER BY (codes::halfvec(384)) <=> '{codes}'::halfvec(384) LIMIT 10").fetchall()
            self.assertTrue(any("near_1" in line for (line,) in plan), plan)
        # Removed and added notes are found as they are.
        for number in range(100):
            os.unlink(os.path.join(self.notes, f"{number}.txt"))
        self.write_notes([5000])
        self.akin("index", store=True)
        self.assertIn("5000.txt", self.akin("search", "number 5005000", "--no-update", store=True).stdout)
        self.check()
