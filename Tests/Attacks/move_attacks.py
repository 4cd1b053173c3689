"""Folders that are moved, copied and renamed: their index goes with them, and with nothing else."""

import json
import os
import shutil
import tempfile

from attack import Attack


class MovedFolders(Attack):
    def setUp(self):
        super().setUp()
        for number in range(5):
            self.write(f"part{number}/text.md", f"River number {number} runs to the sea.\n")
        self.write(".hidden.md", "Lakes lie still.\n")
        self.akin("index", ".", "--hidden", status=0)
        self.moved = self.path("elsewhere", "moved folder")
        os.makedirs(os.path.dirname(self.moved))

    def names(self):
        return sorted(json.loads(line)["name"] for line in self.akin("collections", "--json", cwd=self.top, status=0).stdout.splitlines())

    def documents(self, folder=None):
        exported = self.akin("collections", "export", folder or self.folder, cwd=self.top, status=0).stdout
        return [json.loads(line)["path"] for line in exported.splitlines()[1:]]

    def index(self, folder):
        done = self.akin("index", folder, "--json", cwd=self.top, status=0)
        return json.loads(done.stdout), done.stderr

    def test_the_index_of_a_moved_folder_is_found_by_its_files(self):
        shutil.move(self.folder, self.moved)
        summary, notice = self.index(self.moved)
        self.assertEqual((summary["unchanged"], summary["embedded"], summary["removed"]), (6, 0, 0))
        self.assertEqual(summary["movedFrom"], self.folder)
        self.assertIn(self.folder, notice)
        self.assertEqual(self.names(), [self.moved])
        self.assertIn(".hidden.md", self.documents(self.moved))
        self.assertEqual(self.akin("collections", "check", self.moved, cwd=self.top, status=0).stdout, "")
        # The person has indexed it, and a search says once that it was found.
        os.rename(self.moved, self.folder)
        done = self.akin("search", "rivers", status=0)
        self.assertIn(self.moved, done.stderr)
        self.assertEqual(self.akin("search", "rivers", status=0).stderr, "")
        self.assertEqual(self.names(), [self.folder])

    def test_faces_of_the_server_find_it_too(self):
        shutil.move(self.folder, self.moved)
        (added,) = self.serve(
            {"jsonrpc": "2.0", "id": 1, "method": "index/add", "params": {"folder": self.moved}}, cwd=self.top)
        added = added["result"]
        self.assertEqual((added["movedFrom"], added["embedded"]), (self.folder, 0))
        os.rename(self.moved, self.folder)
        result = self.tool("search", {"cwd": self.folder}, query="where do rivers go")
        self.assertIn(self.moved, result["content"][0]["text"])
        self.assertEqual(self.names(), [self.folder])

    def test_a_copy_and_a_folder_like_it_take_no_index(self):
        shutil.copytree(self.folder, self.moved)
        summary, notice = self.index(self.moved)
        self.assertNotIn("movedFrom", summary)
        # What was said of the original is not said of a copy.
        self.assertEqual((summary["added"], notice), (5, ""))
        self.assertEqual(self.names(), [self.moved, self.folder] if self.moved < self.folder else [self.folder, self.moved])
        # One file of the same bytes makes no folder the same.
        shutil.rmtree(self.folder)
        other = self.path("other")
        os.makedirs(os.path.join(other, "part1"))
        shutil.copy(os.path.join(self.moved, "part1", "text.md"), os.path.join(other, "part1", "text.md"))
        self.assertNotIn("movedFrom", self.index(other)[0])

    def test_a_folder_of_another_disk_takes_no_index_unasked(self):
        """The original may be on a disk that is not mounted."""
        if not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat(self.top).st_dev:
            self.skipTest("no other file system")
        with tempfile.TemporaryDirectory(dir="/dev/shm") as disk:
            moved = os.path.join(disk, "moved")
            shutil.move(self.folder, moved)
            self.assertNotIn("movedFrom", self.index(moved)[0])
            self.assertIn(self.folder, self.names())

    def test_a_person_tells_where_a_folder_is(self):
        shutil.copytree(self.folder, self.moved)
        self.akin("collections", "move", self.folder, self.path("nowhere"), status=66, cwd=self.top)
        self.akin("collections", "move", "no such folder", self.moved, status=66, cwd=self.top)
        told = self.akin("collections", "move", self.folder, "elsewhere/moved folder/", status=0, cwd=self.top).stderr
        self.assertIn("6 documents", told)
        self.assertEqual(self.names(), [self.moved])
        summary, _ = self.index(self.moved)
        self.assertEqual((summary["embedded"], summary["removed"], summary["added"]), (0, 0, 0))
        self.assertIn(".hidden.md", self.documents(self.moved))
        # A folder that is gone is named as it was, in any spelling.
        shutil.move(self.moved, self.path("third"))
        self.akin("collections", "move", "elsewhere/../elsewhere/moved folder/", "third", status=0, cwd=self.top)
        self.assertEqual(self.names(), [self.path("third")])
        # Nothing is written over.
        self.index(self.folder)
        refused = self.akin("collections", "move", "third", self.folder, cwd=self.top)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("remove it first", refused.stderr)
        self.assertEqual(len(self.names()), 2)

    def test_a_server_that_has_it_open_sees_the_move(self):
        from storage_attacks import Session
        session = Session(self)
        self.assertEqual(len(session.hits("river", collection=self.folder)), 6)
        shutil.move(self.folder, self.moved)
        os.mkdir(self.folder)
        self.akin("collections", "move", self.folder, self.moved, cwd=self.top, status=0)
        self.assertEqual(session.ask("search", query="river", collection=self.folder)["error"]["data"]["kind"], "collectionUnknown")
        self.assertEqual(len(session.hits("river", collection=self.moved)), 6)

    def test_old_exports_tell_of_no_files_and_lose_those_that_are_gone(self):
        exported = self.akin("collections", "export", ".", status=0).stdout.splitlines()
        header, documents = json.loads(exported[0]), [json.loads(line) for line in exported[1:]]
        header["format"] = "akin-collection-1"
        for later in ("documents", "settings", "policy", "unread"):
            header.pop(later, None)
        for document in documents:
            del document["file"]
            document.pop("places", None)
        self.akin("collections", "remove", ".", status=0)
        os.unlink(os.path.join(self.folder, "part3", "text.md"))
        self.akin("collections", "import", "-", text="\n".join(map(json.dumps, [header, *documents])) + "\n", status=0)
        summary, _ = self.index(self.folder)
        self.assertEqual((summary["removed"], summary["embedded"]), (2, 0))
        self.assertNotIn("part3/text.md", self.documents())


if __name__ == "__main__":
    import unittest
    unittest.main()
