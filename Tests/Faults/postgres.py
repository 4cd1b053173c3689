"""Collections on a PostgreSQL server: what is found is what files find, and what fails says so and loses nothing."""

import glob
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest

import harness
from harness import Server, request
from postgres_server import PASSWORD, PostgresServer, free_port

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COLLECTION_DAMAGED, STORAGE_FAILED, COLLECTION_MODEL = -32011, -32012, -32013

QUESTIONS = [
    "where is the lock taken", "how are words ranked", "RankedChunk", "vectors of texts that are known",
    "which files need not be read again", "candidates of one collection while the legs of a search find them",
    "textHash", "what happens when the disk is full", "BM25", "read a document with its chunks",
    "schema migrations", "the mean of the vectors of a place", "how is a folder moved", "metadata filter",
    "is the file damaged", "who knows which vectors", "full text index", "hits in the order of a ranking",
    "transactions and many writers", "knownVectors",
]


class StoreTest(unittest.TestCase):
    """Tests that share a server; each has a database of its own, folders and an environment."""

    home = None

    @classmethod
    def setUpClass(cls):
        if StoreTest.home:
            return
        StoreTest.home = tempfile.mkdtemp(prefix="akin-postgres-")
        os.chmod(cls.home, 0o755)
        unittest.addModuleCleanup(shutil.rmtree, cls.home, ignore_errors=True)
        StoreTest.server = PostgresServer(os.path.join(cls.home, "server"))
        unittest.addModuleCleanup(cls.server.stop)

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="test-", dir=self.home)
        # A server's user reaches what is in it.
        os.chmod(self.folder, 0o755)
        self.database = os.path.basename(self.folder).lower().replace("-", "_")
        with self.server.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{self.database}"')
        self.store = self.server.address(database=self.database)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PG", "AKIN_"))},
            "AKIN_DATA": os.path.join(self.folder, "data"), "AKIN_CONFIG": os.path.join(self.folder, "none.json"),
            "PGPASSWORD": PASSWORD,
        }
        self.notes = os.path.join(self.folder, "notes")
        os.mkdir(self.notes)

    def sql(self, statement, *arguments, user="akin"):
        with self.server.connect(self.database, user) as connection:
            answer = connection.execute(statement, arguments or None)
            return answer.fetchall() if answer.description else None

    def akin(self, *arguments, store=None, status=0, **environment):
        """Runs a command; with `store` against the server."""
        words = [harness.AKIN, *arguments]
        if store:
            words += ["--store", self.store if store is True else store]
        done = subprocess.run(
            words, env={**self.environment, **environment}, cwd=self.notes, capture_output=True, text=True,
            timeout=300, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn(PASSWORD, done.stdout + done.stderr)
        return done

    def write_notes(self, numbers, word="friends"):
        for number in numbers:
            with open(os.path.join(self.notes, f"{number}.txt"), "w", encoding="ascii") as file:
                file.write(f"Note {number} is about the number {number * 1001} and what it means to its {word}.\n")
            # Files that were written just now are looked at again.
            os.utime(file.name, (1_700_000_000, 1_700_000_000))

    def documents(self):
        return int(self.sql("SELECT coalesce(sum(documents), 0) FROM akin.collections")[0][0])

    def check(self, folder=None):
        self.akin("collections", "check", folder or self.notes, store=True)

    def serve(self, *arguments, store=None, **environment):
        server = Server(
            "--store", store or self.store, *arguments, environment={**self.environment, **environment}, cwd=self.notes)
        self.addCleanup(server.__exit__)
        server.ask(request(0, "initialize", processId=None, capabilities={}))
        return server


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

    def exported(self, store=None):
        """Its documents; not when files were looked at, which is for each store to know."""
        first, *lines = map(json.loads, self.akin("collections", "export", self.notes, store=store).stdout.splitlines())
        for line in lines:
            line["file"].pop("modified", None)
        return first, sorted(lines, key=lambda line: line["uri"])

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
            self.akin("index", store=True)
        self.akin("index")
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


class Faults(StoreTest):
    """Servers and roles that refuse: each a clear error, and nothing is half written."""

    def test_a_server_that_is_not_there(self):
        store = f"postgresql://akin@127.0.0.1:{free_port()}/team"
        self.write_notes(range(3))
        for command in [["index"], ["search", "friends"], ["collections"], ["collections", "status", "x"]]:
            done = self.akin(*command, store=store, status=74)
            self.assertIn("cannot be read or written", done.stderr)
            self.assertIn("refused", done.stderr)

    def test_a_wrong_password_is_no_secret_of_ours_to_tell(self):
        self.write_notes(range(3))
        for store in [self.store.replace("akin@", "akin:wrong-secret@"), self.store + "?password=wrong-secret"]:
            done = self.akin("index", store=store, status=74)
            self.assertIn("password authentication failed", done.stderr)
            self.assertNotIn("wrong-secret", done.stderr + done.stdout)
        for store in ["postgresql://akin:wrong-secret@[::1", "postgresql://akin:wrong-secret@h/t?nonsense=1"]:
            done = subprocess.run(
                [harness.AKIN, "index", "--store", store], env=self.environment, cwd=self.notes, capture_output=True,
                text=True, timeout=60, check=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertNotIn("wrong-secret", done.stderr + done.stdout)

    def test_what_is_no_address(self):
        done = self.akin("index", "--store", "mysql://somewhere/db", status=64)
        self.assertIn("postgresql://", done.stderr)

    def test_tables_of_a_later_version(self):
        self.write_notes(range(3))
        self.akin("index", store=True)
        self.sql("UPDATE akin.schema_version SET version = version + 1")
        for command in [["index"], ["search", "friends", "--no-update"], ["collections", "status", self.notes]]:
            done = self.akin(*command, store=True, status=65)
            self.assertIn("later version of Akin", done.stderr)
        self.assertEqual(self.documents(), 3)

    def test_a_collection_of_another_model(self):
        self.write_notes(range(3))
        self.akin("index", store=True)
        self.sql("UPDATE akin.collections SET fingerprint = repeat('0', 64)")
        self.write_notes(range(3, 5))
        done = self.akin("index", store=True, status=65)
        self.assertIn("was made with", done.stderr)
        self.assertEqual(self.documents(), 3)

    def test_a_reader_searches_and_cannot_write(self):
        self.write_notes(range(3))
        self.akin("index", store=True)
        reader = f"reader_{self.database}"
        self.sql(f"""CREATE ROLE "{reader}" LOGIN PASSWORD '{PASSWORD}'""")
        self.sql(f'GRANT USAGE ON SCHEMA akin TO "{reader}"')
        self.sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA akin TO "{reader}"')
        store = self.server.address(user=reader, database=self.database)
        self.write_notes([7])
        found = self.akin("search", "friends of numbers", store=store)
        self.assertIn("1.txt", found.stdout)
        self.assertIn("may only read", found.stderr)
        self.akin("search", "friends of numbers", "--no-update", store=store)
        done = self.akin("index", store=store, status=74)
        self.assertIn("may only read", done.stderr)
        self.assertIn("permission denied", self.akin("collections", "remove", self.notes, store=store, status=74).stderr)
        server = self.serve(store=store)
        answer = server.ask(request(1, "index/add", collection="other", documents=[{"id": "a", "text": "b"}]))
        self.assertEqual(answer["error"]["code"], STORAGE_FAILED)
        self.assertEqual(self.documents(), 3)
        self.check()

    def test_a_server_without_the_extension_or_the_right_to_it(self):
        maker = f"maker_{self.database}"
        self.sql(f"""CREATE ROLE "{maker}" LOGIN PASSWORD '{PASSWORD}'""")
        self.sql(f'GRANT CREATE ON DATABASE "{self.database}" TO "{maker}"')
        store = self.server.address(user=maker, database=self.database)
        self.write_notes(range(3))
        done = self.akin("index", store=store, status=74)
        self.assertIn("CREATE EXTENSION vector", done.stderr)
        self.sql("CREATE EXTENSION vector")
        self.akin("index", store=store)
        self.assertEqual(self.documents(), 3)

    def test_the_environment_and_the_configuration_name_a_store(self):
        self.write_notes(range(3))
        self.akin("index", AKIN_STORE=self.store)
        self.assertEqual(self.documents(), 3)
        path = os.path.join(self.folder, "config.json")
        with open(path, "w", encoding="ascii") as file:
            json.dump({"store": self.store.replace("akin@", f"akin:{PASSWORD}@")}, file)
        self.akin("search", "friends of numbers", AKIN_CONFIG=path)
        self.assertIn("postgresql://akin@127.0.0.1", self.akin("config", AKIN_CONFIG=path).stdout)
        files = os.listdir(os.path.join(self.folder, "data", "collections"))
        self.assertFalse([name for name in files if name.endswith(".sqlite")])

    def test_a_project_may_not_name_a_store(self):
        self.write_notes(range(3))
        with open(os.path.join(self.notes, ".akin.json"), "w", encoding="ascii") as file:
            json.dump({"store": self.store}, file)
        subprocess.run(
            [harness.AKIN, "index"], env=self.environment, cwd=self.notes, capture_output=True, timeout=60, check=False)
        self.assertEqual(self.sql("SELECT to_regclass('akin.collections')")[0][0], None)

    def test_a_server_that_speaks_no_tls_where_it_is_asked_for(self):
        self.write_notes(range(3))
        self.assertIn("SSL", self.akin("index", store=self.store + "?sslmode=require", status=74).stderr)
        self.assertIn("SSL", self.akin("index", store=True, status=74, PGSSLMODE="require").stderr)

    def test_a_server_that_speaks_tls(self):
        install = next(iter(sorted(glob.glob("/usr/lib/postgresql/*"))), None)
        if not install or not shutil.which("openssl"):
            self.skipTest("no server of this system's with TLS, which that from PyPI has not")
        server = PostgresServer(os.path.join(self.folder, "tls"), install=install)
        self.addCleanup(server.stop)
        key, certificate = (os.path.join(server.data, name) for name in ["server.key", "server.crt"])
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
             "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True, capture_output=True)
        for path in [key, certificate]:
            os.chmod(path, 0o600)
            if os.geteuid() == 0:
                os.chown(path, server.user["user"], server.user["group"])
        server.stop()
        server.settings["ssl"] = "on"
        server.start()
        root = os.path.join(self.folder, "root.crt")
        shutil.copy(certificate, root)
        self.write_notes(range(3))
        # Reached by TLS, and refused for what this server lacks.
        for options, found in [
                ("?sslmode=require", "pgvector"), (f"?sslmode=verify-full&sslrootcert={root}", "pgvector"),
                ("?sslmode=verify-full&sslrootcert=/nowhere", "root certificate")]:
            done = self.akin("index", store=server.address(database="postgres", options=options), status=74)
            self.assertIn(found, done.stderr)

    def test_a_server_whose_disk_is_full(self):
        if "AKIN_TEST_MAY_MOUNT" not in os.environ:
            self.skipTest("this system lets nobody here mount a file system")
        disk = os.path.join(self.folder, "disk")
        os.mkdir(disk)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m,mode=755", "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        server = PostgresServer(os.path.join(disk, "server"), min_wal_size="2MB", max_wal_size="4MB")
        self.addCleanup(server.stop)
        store = server.address()
        self.write_notes(range(400))
        self.akin("index", store=store)
        filler = os.path.join(disk, "filler")
        with open(filler, "wb", buffering=0) as file, self.assertRaises(OSError):
            while True:
                file.write(b"x" * (1 << 16))
        self.write_notes(range(1000, 4000))
        done = self.akin("index", store=store, status=74)
        self.assertTrue("No space left" in done.stderr or "cannot be read or written" in done.stderr, done.stderr)
        os.unlink(filler)
        if server.process.poll() is not None:
            server.start()
        self.akin("index", store=store)
        self.akin("collections", "check", self.notes, store=store)
        with server.connect() as connection:
            self.assertEqual(connection.execute("SELECT documents FROM akin.collections").fetchall(), [(3400,)])

    def test_a_library_that_is_not_installed(self):
        if "AKIN_TEST_MAY_MOUNT" not in os.environ:
            self.skipTest("this system lets nobody here mount a file system")
        listed = subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
        paths = {line.split("=> ")[1].strip() for line in listed.splitlines() if "libpq.so.5 " in line}
        for path in paths:
            subprocess.run(["mount", "--bind", "/dev/null", os.path.realpath(path)], check=True)
            self.addCleanup(subprocess.run, ["umount", os.path.realpath(path)], check=True)
        self.write_notes(range(3))
        self.assertIn("libpq5", self.akin("index", store=True, status=74).stderr)
        # Whoever uses files does without it.
        self.akin("index")


class Endings(StoreTest):
    """Processes that are killed, and connections that are lost: what was acknowledged is there."""

    def start(self, *arguments):
        process = subprocess.Popen(
            [harness.AKIN, *arguments, "--store", self.store], env=self.environment, cwd=self.notes,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_client_that_is_killed_leaves_whole_batches(self):
        self.write_notes(range(1500))
        before = 0
        for pause in [0.3, 0.6, 0.9, 1.2]:
            process = self.start("index")
            time.sleep(pause)
            process.kill()
            process.wait()
            if self.sql("SELECT to_regclass('akin.collections')")[0][0] is None:
                continue
            documents = self.documents()
            self.assertGreaterEqual(documents, before)
            before = documents
            if documents:
                self.check()
        harness.wait_for(lambda: self.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")[0][0] == 0)
        self.akin("index", store=True)
        self.assertEqual(self.documents(), 1500)
        self.check()

    def test_a_server_that_is_killed_keeps_what_it_has_acknowledged(self):
        client = self.serve()
        acknowledged = []
        for attempt in range(3):
            for number in range(attempt * 8, attempt * 8 + 8):
                text = f"Note {number} is about the number {number * 1001}."
                answer = client.ask(request(
                    number + 1, "index/add", collection="notes", documents=[{"id": f"d{number}", "text": text}]))
                self.assertIn("result", answer)
                acknowledged.append(f"d{number}")
            self.server.kill()
            self.server.start()
            client.deadline = time.monotonic() + harness.DEADLINE
            # The session finds the server again.
            listed = client.ask(request(1000 + attempt, "index/list", collection="notes", count=1000))
            self.assertEqual([entry["id"] for entry in listed["result"]["documents"]], acknowledged)
        self.check("notes")

    def test_an_index_goes_on_when_the_server_comes_back(self):
        self.write_notes(range(800))
        process = self.start("index")
        harness.wait_for(lambda: self.sql("SELECT to_regclass('akin.collections')")[0][0] is not None and
                         self.documents() > 0, seconds=30)
        self.server.kill()
        time.sleep(0.3)
        self.server.start()
        status = process.wait(120)
        # It may have been at a step that is not done twice; the next run goes on from what is there.
        self.assertIn(status, (0, 74), process.stderr.read())
        self.akin("index", store=True)
        self.assertEqual(self.documents(), 800)
        self.check()

    def test_two_that_index_one_folder_agree(self):
        self.write_notes(range(600))
        first, second = self.start("index"), self.start("index")
        statuses = {first.wait(120), second.wait(120)}
        self.assertIn(0, statuses)
        self.akin("index", store=True)
        self.assertEqual(self.documents(), 600)
        self.check()

    def test_many_writers_of_one_collection(self):
        clients = [self.serve() for _ in range(4)]
        for round in range(8):
            for number, client in enumerate(clients):
                documents = [
                    {"id": f"{number}-{round}-{index}", "text": f"Writer {number} writes {index} in round {round}."}
                    for index in range(5)
                ] + [{"id": f"shared-{round % 3}", "text": f"Everybody writes this, and writer {number} in round {round}."}]
                client.send(harness.lines(request(
                    round + 1, "index/add", collection="notes", documents=documents)))
        for client in clients:
            for round in range(8):
                while True:
                    found = harness.answers(client._whole())
                    if round + 1 in found:
                        break
                    client.read_until(len(client._whole()) + 1)
                self.assertIn("result", found[round + 1], found[round + 1])
        self.assertEqual(self.documents(), 4 * 8 * 5 + 3)
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


if __name__ == "__main__":
    harness.main("postgres")
