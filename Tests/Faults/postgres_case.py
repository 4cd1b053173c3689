"""What the tests of the store on a server share: one server for all, and of each test's own a database, folders and an environment."""

import atexit
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import harness
from harness import Server, request
from postgres_server import PASSWORD, PostgresServer

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STORAGE_FAILED = -32012


class StoreTest(unittest.TestCase):
    """Tests that share a server; each has a database of its own, folders and an environment."""

    home = None

    @classmethod
    def setUpClass(cls):
        if StoreTest.home:
            return
        StoreTest.home = tempfile.mkdtemp(prefix="akin-postgres-")
        os.chmod(cls.home, 0o755)
        atexit.register(shutil.rmtree, cls.home, ignore_errors=True)
        StoreTest.server = PostgresServer(os.path.join(cls.home, "server"))
        atexit.register(cls.server.stop)

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

    def reader(self, options=""):
        """A role that may read what is stored by now."""
        role = f"reader_{self.database}"
        self.sql(f"""CREATE ROLE "{role}" LOGIN PASSWORD '{PASSWORD}' {options}""")
        self.sql(f'GRANT USAGE ON SCHEMA akin TO "{role}"')
        self.sql(f'GRANT SELECT ON ALL TABLES IN SCHEMA akin TO "{role}"')
        return role

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

    def exported(self, store=None):
        """Its documents; not when files were looked at, which is for each store to know."""
        first, *lines = map(json.loads, self.akin("collections", "export", self.notes, store=store).stdout.splitlines())
        for line in lines:
            line["file"].pop("modified", None)
        return first, sorted(lines, key=lambda line: line["uri"])
