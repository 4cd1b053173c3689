"""A disk that is full: indexing ends with a clear error, the collection is whole, and all goes on when there is room."""

import contextlib
import json
import os
import sqlite3
import subprocess
import time

import harness
from harness import FaultTest, Server, request

STORAGE_FAILED = -32012
INPUT_OUTPUT = 74


class FullDisk(FaultTest):
    def setUp(self):
        super().setUp()
        self.data = os.path.join(self.folder, "data")
        self.notes = os.path.join(self.folder, "notes")
        os.mkdir(self.data)
        os.mkdir(self.notes)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", self.data], check=True)
        self.addCleanup(subprocess.run, ["umount", "--lazy", self.data], check=True)
        self.environment = {**os.environ, "AKIN_DATA": self.data}

    def write_notes(self, numbers):
        for number in numbers:
            with open(os.path.join(self.notes, f"{number}.txt"), "w", encoding="ascii") as file:
                file.write(f"Note {number} is about the number {number * 1001} and what it means to its friends.\n")
            # Files that were written just now are looked at again.
            os.utime(file.name, (1_700_000_000, 1_700_000_000))

    def make_room(self):
        subprocess.run(["mount", "-o", "remount,size=256m", self.data], check=True)

    def akin(self, *arguments):
        return subprocess.run(
            [harness.AKIN, *arguments], env=self.environment, cwd=self.notes, capture_output=True, text=True,
            timeout=harness.DEADLINE, check=False)

    def documents(self):
        """How many are stored; the collection is sound."""
        check = self.akin("collections", "check", ".")
        self.assertEqual((check.returncode, check.stdout), (0, ""), check.stderr)
        return json.loads(self.akin("collections", "status", ".", "--json").stdout)["documents"]

    def known_vectors(self):
        """How many the directory of vectors has, which is brought up to date behind the work of a command and takes room too."""
        path = self.data + "/collections/vectors.directory"
        if not os.path.exists(path):
            return 0
        with contextlib.closing(sqlite3.connect(path)) as directory:
            return directory.execute("SELECT count(*) FROM known").fetchone()[0]

    def found(self, text):
        answer = self.akin("search", text, "--no-update", "--mode", "keyword", "--files")
        return answer.stdout.split()

    def test_index(self):
        self.write_notes(range(40))
        self.assertEqual(self.akin("index").returncode, 0)
        self.write_notes(range(40, 600))
        for _ in range(2):
            failed = self.akin("index")
            self.assertEqual(failed.returncode, INPUT_OUTPUT, failed.stderr)
            self.assertIn("free space", failed.stderr)
            self.assertIn(self.data, failed.stderr)
            self.assertNotIn("damaged", failed.stderr)
        stored = self.documents()
        self.assertGreaterEqual(stored, 40)
        self.assertLess(stored, 600)
        self.assertEqual(self.found("39039"), ["39.txt"])
        self.make_room()
        done = self.akin("index", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        report = json.loads(done.stdout)
        self.assertEqual((report["added"], report["unchanged"]), (600 - stored, stored))
        self.assertEqual(self.documents(), 600)
        self.assertEqual(self.found("599599"), ["599.txt"])

    def test_a_disk_without_room_for_a_collection(self):
        self.write_notes(range(3))
        with open(os.path.join(self.data, "filler"), "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        failed = self.akin("index")
        self.assertEqual(failed.returncode, INPUT_OUTPUT, failed.stderr)
        self.assertIn("free space", failed.stderr)
        self.make_room()
        self.assertEqual(self.akin("index").returncode, 0)
        self.assertEqual(self.documents(), 3)

    def test_server(self):
        def documents(numbers):
            return [{"id": str(number), "text": f"Note {number} tells of {number * 7} ships."} for number in numbers]

        def add(id, numbers):
            return server.ask(request(id, "index/add", collection="notes", documents=documents(numbers)))

        with Server(environment={"AKIN_DATA": self.data}) as server:
            self.assertEqual(add(1, range(20))["result"]["added"], 20)
            error = add(2, range(20, 600))["error"]
            self.assertEqual((error["code"], error["data"]["kind"]), (STORAGE_FAILED, "storageFailed"))
            self.assertIn("free space", error["message"])
            # The server goes on, with what was stored.
            stored = server.ask(request(3, "index/status", collection="notes"))["result"]["documents"]
            self.assertGreaterEqual(stored, 20)
            found = server.ask(request(4, "search", collection="notes", query="Note 7 tells of 49 ships.", topK=1))
            self.assertEqual(found["result"]["results"][0][0]["id"], "7")
            self.assertIn("result", server.ask(request(5, "embed", input="hello")))
            self.make_room()
            result = add(6, range(600))["result"]
            self.assertEqual((result["added"], result["unchanged"]), (600 - stored, stored))
            found = server.ask(request(7, "search", collection="notes", query="599", mode="keyword", topK=1))
            self.assertEqual(found["result"]["results"][0][0]["id"], "599")
            server.close()
            self.assertEqual(server.wait(), 0)
        check = self.akin("collections", "check", "notes")
        self.assertEqual((check.returncode, check.stdout), (0, ""), check.stderr)

    def test_a_graph_that_finds_no_room(self):
        self.make_room()
        self.write_notes(range(1200))
        # What was written within two seconds of the first run is looked at again by the second, which notes that.
        time.sleep(2.5)
        while self.known_vectors() < 1200:
            self.assertEqual(self.akin("index").returncode, 0)
        used = os.statvfs(self.data)
        bytes_used = (used.f_blocks - used.f_bfree) * used.f_frsize
        # Enough for two databases that are opened, and not for a graph of 183 kB.
        subprocess.run(["mount", "-o", f"remount,size={bytes_used + 150_000}", self.data], check=True)
        failed = self.akin("index", "--graph-from", "1")
        self.assertEqual(failed.returncode, INPUT_OUTPUT, failed.stderr)
        self.assertIn("graph cannot be written", failed.stderr)
        self.assertFalse([name for name in os.listdir(self.data + "/collections") if "graph" in name])
        self.assertEqual(self.documents(), 1200)
        self.assertEqual(self.found("39039"), ["39.txt"])
        self.make_room()
        self.assertIn("linked 1200 vectors", self.akin("index", "--graph-from", "1").stderr)


if __name__ == "__main__":
    harness.main("disk")
