"""Servers, networks and roles that refuse."""

import glob
import json
import os
import shutil
import subprocess
import time

import harness
from harness import request
from postgres_case import STORAGE_FAILED, StoreTest
from postgres_server import PASSWORD, PostgresServer, free_port


class Refusals(StoreTest):
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
        for store in [
                "postgresql://akin:wrong-secret@[::1", "postgresql://akin:wrong-secret@h/t?nonsense=1",
                "postgresql://akin:wrong-secret/x@h/t", "postgresql://akin:x@wrong-secret@h/t",
                "postgresql://akin:12/wrong-secret@h/t", "postgresql://h?password=x@wrong-secret"]:
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
        store = self.server.address(user=self.reader(), database=self.database)
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

    def test_a_server_that_takes_no_more_connections_for_a_while(self):
        self.write_notes(range(3))
        self.akin("index", store=True)
        role = self.reader("CONNECTION LIMIT 0")
        store = self.server.address(user=role, database=self.database)
        process = subprocess.Popen(
            [harness.AKIN, "collections", "--store", store], env=self.environment, stdout=subprocess.PIPE, text=True)
        time.sleep(1)
        self.sql(f'ALTER ROLE "{role}" CONNECTION LIMIT 5')
        self.assertIn(self.notes, process.communicate(timeout=60)[0])
        self.assertEqual(process.returncode, 0)
        self.sql(f'ALTER ROLE "{role}" CONNECTION LIMIT 0')
        self.assertIn("no more connections", self.akin("collections", store=store, status=74).stderr)

    def test_who_lists_processes_sees_no_password(self):
        if not os.path.exists("/proc/self/cmdline"):
            self.skipTest("no /proc")
        store = self.store.replace("akin@", "akin:wrong-secret@")
        for option in [["--store", store], [f"--store={store}"]]:
            process = subprocess.Popen(
                [harness.AKIN, "serve", *option], env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            with process:
                process.stdin.write(harness.lines(request(1, "server/status")))
                process.stdin.flush()
                process.stdout.readline()
                with open(f"/proc/{process.pid}/cmdline", "rb") as file:
                    words = file.read()
                process.stdin.close()
            self.assertIn(b"postgresql://akin@127.0.0.1", words)
            self.assertNotIn(b"secret", words)
        done = self.akin("search", "--stor", store, status=64)
        self.assertNotIn("secret", done.stdout + done.stderr)

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
