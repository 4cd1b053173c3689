"""Several stores in one process: names that tell which, and one of them that is not there, refuses or hangs."""

import itertools
import json
import os
import signal
import subprocess

import harness
from harness import Server, lines, notification, request
from postgres_case import STORAGE_FAILED, StoreTest
from postgres_server import PASSWORD, PostgresServer, children, free_port

INVALID_PARAMS = -32602
CANCELLED = -32800


class Stores(StoreTest):
    """Files are the usual store, and servers are named by the configuration."""

    def configured(self, **stores):
        path = os.path.join(self.folder, "config.json")
        with open(path, "w", encoding="ascii") as file:
            json.dump({"stores": {"team": self.store, **stores}}, file)
        self.environment["AKIN_CONFIG"] = path

    def open(self, *arguments, **environment):
        server = Server(*arguments, environment={**self.environment, **environment}, cwd=self.notes)
        self.addCleanup(server.__exit__)
        ids = itertools.count()
        server.call = lambda method, **params: server.ask(request(next(ids), method, **params))
        server.call("initialize", processId=None, capabilities={})
        return server

    def put(self, server, collection, **texts):
        return server.call(
            "index/add", collection=collection, documents=[{"id": id, "text": text} for id, text in texts.items()])

    def test_each_name_leads_to_its_store(self):
        self.configured()
        server = self.open()
        self.put(server, "notes", here="Rivers run to the sea.")
        added = self.put(server, "store:team/notes", there="Rivers run to the sea and to lakes.")
        self.assertEqual(added["result"]["collection"], "store:team/notes")
        self.assertEqual(self.sql("SELECT name FROM akin.collections"), [("notes",)])
        found = server.call("search", query="rivers", collection=["notes", "store:team/notes"])
        places = {(hit["collection"], hit["id"]) for hit in found["result"]["results"][0]}
        self.assertEqual(places, {("notes", "here"), ("store:team/notes", "there")})
        alike = server.call("search", similarTo={"id": "here"}, collection=["notes", "store:team/notes"])
        self.assertEqual([hit["id"] for hit in alike["result"]["results"][0]], ["there"])
        listed = server.call("index/list")["result"]
        self.assertEqual([entry["name"] for entry in listed["collections"]], ["notes"])
        self.assertEqual(listed["stores"], ["team"])
        listed = server.call("index/list", store="team")["result"]
        self.assertEqual([entry["name"] for entry in listed["collections"]], ["store:team/notes"])
        status = server.call("index/status", collection="store:team/notes")["result"]
        self.assertEqual((status["name"], status["documents"]), ("store:team/notes", 1))
        groups = server.call("clusters", collection="store:team/notes")
        self.assertEqual(groups["result"]["outliers"], 1)
        removed = server.call("index/remove", collection="store:team/notes", ids=["here", "there"])
        self.assertEqual(removed["result"]["removed"], 1)
        self.assertTrue(server.call("index/drop", collection="store:team/notes")["result"]["dropped"])
        self.assertFalse(server.call("index/drop", collection="store:team/notes")["result"]["dropped"])
        self.assertEqual(self.documents(), 0)

    def test_a_folder_has_a_collection_in_each(self):
        self.configured()
        self.write_notes(range(4))
        server = self.open()
        name = f"store:team/{self.notes}"
        for collection in [name, "store:team/mine"]:
            added = server.call("index/add", folder=self.notes, collection=collection)
            self.assertEqual((added["result"]["collection"], added["result"]["added"]), (collection, 4), added)
        wrong = server.call("index/add", folder=self.notes, collection=f"store:team/{self.folder}")
        self.assertEqual(wrong["error"]["code"], INVALID_PARAMS)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "data", "collections", "mine.sqlite")))
        # By a part of the folder, and after a file has changed.
        os.mkdir(os.path.join(self.notes, "part"))
        self.write_notes([9], word="zebras")
        found = server.call("search", query="note 2", collection=name)
        self.assertEqual(len(found["result"]["results"][0]), 4)
        found = server.call("search", query="note 2", collection=f"{name}/part")
        self.assertEqual(found["result"]["results"], [[]], found)
        with open(os.path.join(self.notes, "2.txt"), "w", encoding="ascii") as file:
            file.write("Zebras have stripes.\n")
        found = server.call("search", query="note 2002", mode="keyword", collection=name)
        self.assertNotIn("2002", json.dumps(found["result"]["results"]))
        found = server.call("search", query="stripes", mode="keyword", collection=name)
        self.assertEqual(found["result"]["results"][0][0]["collection"], name)
        # The rest of the folder follows in that store, and the usual one has nothing of it.
        harness.wait_for(lambda: self.documents() == 9)
        self.assertEqual(server.call("index/list")["result"]["collections"], [])

    def test_the_command_line_takes_them(self):
        self.configured(twin=self.store)
        self.write_notes(range(4))
        self.akin("index", "--name", "store:team/project")
        self.assertEqual(self.sql("SELECT name FROM akin.collections"), [("project",)])
        self.assertIn("2.txt", self.akin("search", "--collection", "store:team/project", "note 2").stdout)
        self.assertIn("2.txt", self.akin("search", "--store", "team", "--collection", "project", "note 2").stdout)
        self.assertIn("project", self.akin("collections", "--store", "team").stdout)
        self.assertIn("store:team/project", self.akin("collections", "status", "store:team/project").stdout)
        self.assertEqual(self.akin("collections", "check", "store:team/project").stdout, "")
        exported = self.akin("collections", "export", "store:team/project").stdout
        # A file tells no store.
        self.assertEqual(json.loads(exported.splitlines()[0])["name"], "project")
        path = os.path.join(self.folder, "project.jsonl")
        with open(path, "w", encoding="utf-8") as file:
            file.write(exported)
        self.akin("collections", "import", path)
        self.akin("collections", "import", "--name", "store:team/again", path)
        self.assertEqual(sorted(self.sql("SELECT name FROM akin.collections")), [("again",), ("project",)])
        self.assertEqual(self.akin("collections", "export", "project").stdout.splitlines()[1:], exported.splitlines()[1:])
        self.akin("collections", "move", "store:team/again", "store:team/moved")
        self.assertIn("same store", self.akin("collections", "move", "store:team/moved", "store:twin/moved", status=64).stderr)
        self.assertIn("store:team", self.akin("topics", "store:team/moved", "--json").stdout)
        self.akin("collections", "remove", "store:team/moved")
        self.assertEqual(self.sql("SELECT name FROM akin.collections"), [("project",)])
        self.assertIn("is for files", self.akin("collections", "repair", "store:team/project", status=64).stderr)
        done = self.akin("search", "--collection", "store:tem/project", "note", status=64)
        self.assertIn("names: team, twin", done.stderr)
        self.akin("index", "--name", "store:other/project", "--store", f"other={self.store}")
        self.assertIn("or team, or twin", self.akin("index", "--store", "tem", status=64).stderr)

    def test_stores_that_cannot_be_reached_are_told_and_do_no_harm(self):
        self.configured(
            gone=f"postgresql://akin@127.0.0.1:{free_port()}/team",
            wrong=self.store.replace("akin@", "akin:wrong-secret@"))
        self.assertIn("postgresql://akin@127.0.0.1", self.akin("config").stdout)
        self.assertNotIn("secret", self.akin("config").stdout)
        server = self.open()
        for number, (store, code, word) in enumerate([
                ("gone", STORAGE_FAILED, "refused"), ("wrong", STORAGE_FAILED, "password authentication failed"),
                ("tem", INVALID_PARAMS, "gone, team, wrong")]):
            for method, rest in [
                    ("search", {"query": "a"}), ("index/status", {}), ("index/drop", {}), ("clusters", {}),
                    ("index/add", {"documents": [{"id": "a", "text": "b"}]}), ("index/list", {}),
                    ("index/remove", {"ids": ["a"]}), ("search", {"similarTo": {"id": "a"}})]:
                answer = server.call(method, collection=f"store:{store}/notes", **rest)
                self.assertEqual(answer["error"]["code"], code, answer)
                self.assertIn(word, answer["error"]["message"])
                self.assertNotIn("secret", json.dumps(answer))
        self.assertIn("result", self.put(server, "notes", here="Rivers run to the sea."))
        self.assertIn("result", self.put(server, "store:team/notes", there="Rivers run to the sea."))

    def test_a_store_that_hangs_keeps_nobody_waiting(self):
        frozen = PostgresServer(os.path.join(self.folder, "frozen"))
        self.addCleanup(frozen.stop)
        self.configured(frozen=frozen.address())
        server = self.open(PGCONNECT_TIMEOUT="2")
        for collection in ["notes", "store:team/notes", "store:frozen/notes"]:
            self.assertIn("result", self.put(server, collection, one="Rivers run to the sea."))
        processes = children(None, frozen.data)
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            # More than there are threads for what waits, of each kind.
            hung = range(1000, 1100)
            for id in hung:
                method, rest = [
                    ("search", {"query": "rivers"}), ("index/status", {}),
                    ("index/add", {"documents": [{"id": str(id), "text": f"Number {id}."}]})][id % 3]
                server.send(lines(request(id, method, collection="store:frozen/notes", **rest)))
            server.send(lines(notification("$/cancelRequest", id=1000)))
            for collection in ["notes", "store:team/notes"]:
                found = server.call("search", query="rivers", collection=collection)
                self.assertEqual(found["result"]["results"][0][0]["id"], "one")
                self.assertIn("result", self.put(server, collection, two="Lakes are still."))
            # On a slow machine it may have been told already.
            self.assertIn(server.answer(1000)["error"]["code"], [CANCELLED, STORAGE_FAILED])
            if "AKIN_TEST_LONG" in os.environ:
                # Each of the others is told in the end, while the server hangs.
                for id in hung[1:]:
                    self.assertEqual(server.answer(id)["error"]["code"], STORAGE_FAILED)
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)
        for id in hung[1:]:
            server.answer(id)
        found = server.call("search", query="rivers", collection="store:frozen/notes")
        self.assertEqual(found["result"]["results"][0][0]["id"], "one")

    def test_a_project_may_name_none(self):
        self.write_notes(range(3))
        with open(os.path.join(self.notes, ".akin.json"), "w", encoding="ascii") as file:
            json.dump({"stores": {"team": self.store}}, file)
        done = subprocess.run(
            [harness.AKIN, "search", "--collection", "store:team/notes", "a"], env=self.environment, cwd=self.notes,
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 64, done.stderr)
        self.assertIn("there is none", done.stderr)

    def test_what_is_no_configuration_of_stores(self):
        for stores, word in [
                ({"te am": self.store}, "letters, digits"), ({"team": "mysql://akin:wrong-secret@h/db"}, "postgresql://"),
                (["team"], "an object"), ({"team": 7}, "a string")]:
            path = os.path.join(self.folder, "config.json")
            with open(path, "w", encoding="ascii") as file:
                json.dump({"stores": stores}, file)
            done = self.akin("collections", status=65, AKIN_CONFIG=path)
            self.assertIn(word, done.stderr)
            self.assertNotIn("secret", done.stderr)
        with open(path, "w", encoding="ascii") as file:
            json.dump({"store": "team", "stores": {"team": self.store.replace("akin@", f"akin:{PASSWORD}@")}}, file)
        self.write_notes(range(3))
        self.akin("index", AKIN_CONFIG=path)
        self.assertEqual(self.documents(), 3)
