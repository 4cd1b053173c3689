"""Folders whose collections are on a server: they move, go, and are those of other machines."""

import json
import os
import shutil

from postgres_case import StoreTest


class Folders(StoreTest):
    def setUp(self):
        super().setUp()
        self.old, self.new = (os.path.join(self.folder, name) for name in ["old notes", "new notes"])
        shutil.move(self.notes, self.old)
        os.mkdir(self.notes)
        for number in range(20):
            with open(os.path.join(self.old, f"{number}.md"), "w", encoding="ascii") as file:
                file.write(f"# Note {number}\n\nThe number {number * 1001} has friends.\n")
        self.akin("index", "--hidden", self.old, store=True)

    def names(self):
        return sorted(name for (name,) in self.sql("SELECT name FROM akin.collections"))

    def another_machine(self):
        """What is stored was indexed elsewhere, as far as anybody knows."""
        self.sql("UPDATE akin.unread SET size = size + 1 WHERE path = '/'")

    def index(self, folder):
        return json.loads(self.akin("index", "--json", folder, store=True).stdout)

    def test_a_folder_that_was_moved_is_found_by_its_files(self):
        shutil.move(self.old, self.new)
        with open(os.path.join(self.new, ".hidden.md"), "w", encoding="ascii") as file:
            file.write("Lakes lie still.\n")
        found = self.index(self.new)
        self.assertEqual((found["unchanged"], found["added"], found["embedded"]), (20, 1, 1), found)
        self.assertEqual(self.names(), [self.new])
        self.check(self.new)
        keys = self.sql("SELECT key FROM akin.documents")
        self.assertTrue(all("new%20notes/" in key for (key,) in keys), keys)
        self.assertIn("7.md", self.akin("search", "friends of 7007", self.new, store=True).stdout)

    def test_a_folder_moves_into_one_of_its_old_name(self):
        shutil.move(self.old, self.new)
        shutil.move(self.new, os.path.join(self.old, "old notes"))
        self.akin("collections", "move", self.old, os.path.join(self.old, "old notes"), store=True)
        self.check(os.path.join(self.old, "old notes"))
        self.assertEqual(self.index(os.path.join(self.old, "old notes"))["unchanged"], 20)

    def test_a_collection_is_told_its_new_place(self):
        shutil.move(self.old, self.new)
        self.assertIn("20 documents", self.akin("collections", "move", self.old, self.new, store=True).stderr)
        self.assertEqual(self.index(self.new)["unchanged"], 20)
        self.akin("collections", "move", self.old, self.new, store=True, status=66)
        # No other collection is overwritten.
        self.write_notes(range(3))
        self.akin("index", store=True)
        done = self.akin("collections", "move", self.new, self.notes, store=True, status=64)
        self.assertIn("remove it first", done.stderr)
        self.assertEqual(self.names(), sorted([self.new, self.notes]))

    def test_a_copy_leaves_the_original_its_collection(self):
        shutil.copytree(self.old, self.new)
        found = self.index(self.new)
        self.assertEqual((found["added"], found["embedded"]), (20, 0), found)
        self.assertEqual(self.names(), [self.new, self.old])

    def test_the_folder_of_another_machine_is_not_gone(self):
        shutil.move(self.old, self.new)
        self.another_machine()
        self.assertEqual(self.akin("collections", "prune", store=True).stdout, "")
        found = self.index(self.new)
        self.assertEqual((found["added"], found["embedded"]), (20, 0), found)
        self.assertEqual(self.names(), [self.new, self.old])
        # That of this one is.
        shutil.rmtree(self.new)
        self.assertNotIn("not there any more", self.akin("collections", store=True, AKIN_STORE="").stdout)
        self.assertEqual(self.akin("collections", "prune", store=True).stdout.strip(), self.new)
        self.assertEqual(self.names(), [self.old])
