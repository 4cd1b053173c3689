"""Packs of vectors, taken by collections on a server."""

import functools
import hashlib
import http.server
import json
import os
import struct
import threading

from postgres_case import StoreTest


class Packs(StoreTest):
    def setUp(self):
        super().setUp()
        self.write_notes(range(40))
        self.pack = os.path.join(self.folder, "notes.pack")
        self.akin("pack", "build", "-o", self.pack)

    def indexed(self):
        return json.loads(self.akin("index", "--json", store=True).stdout)

    def checked(self):
        """What a collection on the server exports that is sound."""
        self.check()
        return self.exported(store=True)

    def serve(self, host="127.0.0.1"):
        """The folder by HTTP; its address."""
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=self.folder)
        handler.func.log_message = lambda *_: None
        server = http.server.ThreadingHTTPServer((host, 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://{host}:{server.server_port}"

    def forged(self, name):
        """The pack with two components of each vector in each other's place, and a digest that fits."""
        with open(self.pack, "rb") as file:
            content = bytearray(file.read())
        header = struct.unpack_from("<I", content, 12)[0]
        members = json.loads(content[16:16 + header])
        start = 16 + header + members["texts"] * 16
        for row in range(members["texts"]):
            first = start + row * members["dimensions"] * 4
            content[first:first + 4], content[first + 40:first + 44] = content[first + 40:first + 44], content[first:first + 4]
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content[:-32] + hashlib.sha256(content[:-32]).digest())
        return path

    def test_a_pack_by_http_gives_a_server_all_vectors(self):
        self.akin("pack", "add", f"{self.serve()}/notes.pack", "--sample", "100%")
        found = self.indexed()
        self.assertEqual((found["embedded"], found["packed"]), (0, 40))
        by_pack = self.checked()
        self.akin("collections", "remove", self.notes, store=True)
        self.akin("pack", "remove", self.akin("pack", "list", "--json").stdout.split('"id":"')[1][:12])
        self.assertEqual(self.indexed()["embedded"], 40)
        # To the same bits, whoever computed them.
        self.assertEqual(self.checked(), by_pack)

    def test_a_pack_by_its_id_comes_over_any_network(self):
        built = json.loads(self.akin("pack", "build", "--base", self.pack, "-o", self.pack, "--json").stdout)
        # No name of this machine's, as far as Akin knows.
        address = self.serve("127.0.0.2") + "/notes.pack"
        self.assertIn("no https address", self.akin("pack", "add", address, status=74).stderr)
        self.assertIn("and not", self.akin("pack", "add", address, "--id", "0" * 64, status=65).stderr)
        self.akin("pack", "add", address, "--id", built["id"])
        self.assertEqual(self.indexed()["packed"], 40)

    def test_packs_that_are_merged_cut_and_pruned(self):
        self.write_notes(range(40, 60))
        more, merged, cut = (os.path.join(self.folder, name) for name in ["more.pack", "merged.pack", "cut.pack"])
        self.akin("pack", "build", "--base", self.pack, "-o", more)
        self.akin("pack", "merge", self.pack, more, "-o", merged)
        for number in range(30):
            os.unlink(os.path.join(self.notes, f"{number}.txt"))
        self.akin("pack", "cut", merged, "-o", cut)
        self.akin("pack", "add", cut, "--sample", "100%")
        self.akin("pack", "add", merged)
        self.assertIn(cut, self.akin("pack", "prune").stdout)
        found = self.indexed()
        self.assertEqual((found["embedded"], found["packed"]), (0, 30))
        self.check()

    def test_what_is_no_whole_pack_gives_nothing(self):
        with open(self.pack, "rb") as file:
            whole = file.read()
        for name, content, status, reason in [
                ("pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", 66, "git lfs pull"),
                ("cut", whole[:-100], 65, "is cut")]:
            path = os.path.join(self.folder, name)
            with open(path, "wb") as file:
                file.write(content)
            self.assertIn(reason, self.akin("pack", "add", path, status=status).stderr)
            # By an address as well.
            self.akin("pack", "add", f"{self.serve()}/{name}", status=status)
        self.assertEqual(self.indexed()["packed"], 0)
        self.check()

    def test_a_pack_that_lies_gives_a_server_nothing(self):
        liar = self.forged("liar.pack")
        self.assertIn(
            "differ when they are embedded again", self.akin("pack", "add", liar, "--sample", "100%", status=65).stderr)
        self.akin("pack", "verify", liar, "--sample", "100%", status=65)
        self.akin("pack", "add", liar, "--unverified")
        done = self.akin("index", "--json", store=True)
        self.assertIn("does not hold what the model makes of its texts", done.stderr)
        self.assertEqual(json.loads(done.stdout)["embedded"], 40)
        honest = self.checked()
        self.akin("collections", "remove", self.notes, store=True)
        self.akin("pack", "add", self.pack)
        self.assertEqual(self.indexed()["packed"], 40)
        self.assertEqual(self.checked(), honest)
