"""Packs of vectors that are cut, forged, of another model, or told by a server that means no good."""

import hashlib
import http.server
import json
import os
import re
import ssl
import stat
import struct
import subprocess
import threading
import unittest

from attack import Attack


class HostilePacks(Attack):
    def setUp(self):
        super().setUp()
        for number in range(20):
            self.write(f"text{number}.md", f"# Part {number}\n\nRiver {number} flows past the mill of number {number * 7}.\n")
        self.pack = self.path("akin.pack")
        self.akin("pack", "build", "-o", self.pack, status=0)
        with open(self.pack, "rb") as file:
            self.bytes = file.read()
        self.header = struct.unpack_from("<I", self.bytes, 12)[0]

    def forged(self, content, name="forged.pack"):
        """A pack whose digest fits."""
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content[:-32] + hashlib.sha256(content[:-32]).digest())
        return path

    def lying(self, rows=20):
        """The same, but that two components of vectors have changed places."""
        content = bytearray(self.bytes)
        start = 16 + self.header + 20 * 16
        for row in range(rows):
            first = start + row * 384 * 4
            content[first:first + 4], content[first + 40:first + 44] = content[first + 40:first + 44], content[first:first + 4]
        return self.forged(bytes(content))

    def refused(self, path, status, reason, *options):
        done = self.akin("pack", "add", path, *options, status=status)
        self.assertIn(reason, done.stderr)
        packs = self.path("data", "collections", "packs")
        self.assertEqual(os.listdir(packs) if os.path.exists(packs) else [], [])
        return done

    def test_a_link_stays_one_and_no_pipe_is_replaced(self):
        link = self.pack + ".link"
        os.symlink(self.pack, link)
        self.akin("pack", "build", "-o", link, status=0)
        self.assertTrue(os.path.islink(link))
        pipe = self.pack + ".pipe"
        os.mkfifo(pipe)
        self.assertIn("--output", self.akin("pack", "build", "-o", pipe, status=64).stderr)
        self.assertTrue(stat.S_ISFIFO(os.stat(pipe).st_mode))

    def test_what_is_no_pack_leaves_nothing_behind(self):
        for name, content, status, reason in [
            ("pointer", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n", 66, "git lfs pull"),
            ("empty", b"", 65, "empty"), ("other", b"PK\3\4" + bytes(100), 65, "is no pack"),
            ("cut", self.bytes[:-1000], 65, "is cut"), ("longer", self.bytes + b"x", 65, "followed by something else"),
            ("altered", self.bytes[:5000] + b"x" + self.bytes[5001:], 65, "not those that were written"),
            ("later", self.bytes[:8] + b"\2" + self.bytes[9:], 65, "format 2"),
        ]:
            with self.subTest(name):
                path = self.path(name)
                with open(path, "wb") as file:
                    file.write(content)
                self.refused(path, status, reason)
        self.refused(self.path("nowhere"), 66, "no such file")
        os.mkfifo(self.path("pipe"))
        self.refused(self.path("pipe"), 65, "a device, pipe or socket")

    def test_a_pack_of_other_vectors(self):
        header = json.loads(self.bytes[16:16 + self.header])
        for member, value, reason in [
            ("fingerprint", "0" * 64, "use that model"), ("prompt", "query: ", "use that model"),
            ("precision", "f32", "use that model"), ("arithmetic", "0", "computes in another way"),
            ("dimensions", 383, "bytes of"), ("texts", 1 << 32, "is cut"), ("texts", -1, "header.texts"),
            ("textBytes", 1 << 48, "is cut"), ("places", "20", "header.places"),
        ]:
            with self.subTest(member=member, value=value):
                text = json.dumps({**header, member: value}).encode()
                text += b" " * (-len(text) % 8)
                self.refused(
                    self.forged(self.bytes[:12] + struct.pack("<I", len(text)) + text + self.bytes[16 + self.header:]),
                    65, reason)

    def test_a_pack_that_lies(self):
        """A lie is found by a sample when it is added, and again when something is taken from it; then it gives nothing."""
        liar = self.lying()
        self.refused(liar, 65, "vectors differ when they are embedded again", "--sample", "100%")
        self.assertEqual(self.akin("pack", "verify", liar, "--sample", "100%").returncode, 65)
        self.akin("pack", "add", liar, "--unverified", status=0)
        done = self.akin("index", "--json", status=0)
        summary = json.loads(done.stdout)
        self.assertEqual((summary["embedded"], summary["packed"]), (20, 0))
        self.assertIn("does not hold what the model makes of its texts", done.stderr)
        self.assertIn("problem", json.loads(self.akin("pack", "list", "--json", status=0).stdout))
        honest = self.exported()
        self.akin("collections", "remove", self.folder, status=0)
        self.akin("pack", "prune", status=0)
        self.assertEqual(self.akin("pack", "list", status=0).stdout, "")
        # And the honest one gives what embedding gives, bit for bit.
        self.akin("pack", "add", self.pack, status=0)
        summary = json.loads(self.akin("index", "--json", status=0).stdout)
        self.assertEqual((summary["embedded"], summary["packed"]), (0, 20))
        self.assertEqual(self.exported(), honest)

    def exported(self):
        """Files that were written just now have no times yet, which are no matter here."""
        return re.sub(r',"modified":\d+', "", self.akin("collections", "export", self.folder, status=0).stdout)

    def test_a_pack_of_another_folder_is_not_believed_unseen(self):
        other = self.path("other")
        os.mkdir(other)
        self.refused(self.pack, 64, "--folder", "--folder", other)
        self.refused(self.pack, 64, "could take very long", "--folder", self.home)
        self.akin("pack", "add", self.pack, "--folder", self.folder, cwd=other, status=0)

    def serve_files(self, answer):
        """An https server of this machine, whose certificate the system's list has."""
        key, certificate = self.path("key.pem"), self.path("certificate.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                answer(self)

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.environment["CURL_CA_BUNDLE"] = certificate
        return f"https://localhost:{server.server_port}"

    def test_a_server_that_sends_packs_and_other_things(self):
        sent = {"endless": 0}

        def answer(request):
            if request.path == "/akin.pack":
                request.send_response(200)
                request.send_header("Content-Length", str(len(self.bytes)))
                request.end_headers()
                request.wfile.write(self.bytes)
            elif request.path == "/endless":
                request.send_response(200)
                request.end_headers()
                try:
                    request.wfile.write(self.bytes)
                    for _ in range(10_000):
                        request.wfile.write(bytes(1 << 16))
                        sent["endless"] += 1 << 16
                except OSError:
                    pass
            elif request.path == "/other":
                request.send_response(200)
                request.end_headers()
                request.wfile.write(b"<html>" + bytes(1 << 20))
            elif request.path == "/down":
                request.send_response(302)
                request.send_header("Location", "http://localhost:9/akin.pack")
                request.end_headers()
            else:
                request.send_error(404)

        address = self.serve_files(answer)
        self.refused(f"{address}/other", 65, "is no pack")
        self.refused(f"{address}/endless", 74, "more than")
        self.assertLess(sent["endless"], 64 << 20)
        self.refused(f"{address}/down", 74, "cannot be brought here")
        self.refused(f"{address}/nothing", 74, "404")
        self.refused("http://localhost.example/akin.pack", 74, "no https address")
        self.refused("http://localhost@192.0.2.1/akin.pack", 74, "no https address")
        self.refused("http://localhost:9/akin.pack", 74, "cannot be brought here")
        self.refused("file:///etc/passwd", 74, "no https address")
        self.refused(f"{address}/akin.pack", 65, "and not", "--id", "0" * 64)
        secret = f"{address}/akin.pack".replace("//", "//ann:secret@")
        self.akin("pack", "add", secret, status=0)
        listed = self.akin("pack", "list", "--json", status=0).stdout
        self.assertNotIn("secret", listed)
        self.assertEqual(json.loads(listed)["source"], f"{address}/akin.pack")
        for folder, _, names in os.walk(self.path("data")):
            for name in names:
                path = os.path.join(folder, name)
                self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)
                with open(path, "rb") as file:
                    self.assertNotIn(b"ann:secret", file.read())
        # The next one of the same address takes its place.
        self.write("more.md", "Lakes are still.\n")
        self.akin("pack", "build", "--base", self.pack, "-o", self.pack, status=0)
        with open(self.pack, "rb") as file:
            self.bytes = file.read()
        replaced = json.loads(self.akin("pack", "add", secret, "--json", status=0).stdout)
        self.assertEqual((replaced["replaced"], replaced["texts"]), (1, 21))
        self.assertEqual(len(self.akin("pack", "list", status=0).stdout.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
