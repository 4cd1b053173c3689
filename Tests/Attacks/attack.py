"""What the attacks share: a person with a home of their own, Akin as they run it, and an eye on what it starts.

An attack is a test: it builds something hostile, drives the built program, and tells what must not have happened. Files of
this folder are found by their names, `*_attacks.py`; see README.md.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Faults"))

AKIN = os.path.abspath(os.environ.get("AKIN", ".build/release/akin"))
# Where the model is, although the home is another.
CACHE = os.environ.get("AKIN_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "akin")
DEADLINE = 120


class Attack(unittest.TestCase):
    """A person's home, their data, and a folder that a stranger has made."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="akin-attack-", ignore_cleanup_errors=True)
        self.addCleanup(folder.cleanup)
        self.top = os.path.realpath(folder.name)
        self.home = self.path("home")
        self.folder = self.path("stranger")
        for made in (self.home, self.folder):
            os.mkdir(made)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.home, "AKIN_CACHE": CACHE, "AKIN_DATA": self.path("data"),
            "LC_ALL": "C.UTF-8",
        }

    def path(self, *parts):
        return os.path.join(self.top, *parts)

    def write(self, name, content="A text of rivers and lakes.\n", mode=None):
        """A file of the stranger's folder; `name` may be an absolute path."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        if mode is not None:
            os.chmod(path, mode)
        return path

    def akin(self, *arguments, cwd=None, text=None, environment=None, status=None, prefix=(), deadline=DEADLINE):
        """Runs the program to its end. `status`: what it must end with; None takes any but an end by a signal."""
        done = subprocess.run(
            [*prefix, AKIN, *arguments], cwd=cwd or self.folder, input=text, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", errors="surrogateescape", timeout=deadline,
            env={**self.environment, **(environment or {})})
        self.assertGreaterEqual(done.returncode, 0, f"ended by a signal: {done.stderr[-2000:]}")
        if status is not None:
            self.assertEqual(done.returncode, status, f"{arguments}: {done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done

    def serve(self, *messages, command=("serve",), **options):
        """A session of such messages, to its end: what was answered, in the order of the answers."""
        text = "".join(json.dumps(message) + "\n" for message in messages)
        return [json.loads(line) for line in self.akin(*command, text=text, **options).stdout.splitlines()]

    def ask(self, method, **parameters):
        """One request to a server: the answer."""
        return next(
            answer for answer in self.serve({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters})
            if answer.get("id") == 1)

    def tool(self, name, _options=None, **arguments):
        """One call of a tool of `akin mcp`: its result."""
        answers = self.serve(
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
                "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "attack", "version": "1"}}},
            {"jsonrpc": "2.0", "method": "notifications/initialized"},
            {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": name, "arguments": arguments}},
            **{"command": ("mcp",), **(_options or {})})
        return next(answer["result"] for answer in answers if answer.get("id") == 2)

    def documents(self, folder=None):
        """The paths of what is indexed of a folder, from it."""
        folder = os.path.realpath(folder or self.folder)
        done = self.akin("collections", "export", folder)
        documents = [json.loads(line) for line in done.stdout.splitlines()[1:]]
        return sorted(document.get("path") or document.get("id") for document in documents)

    def git(self, *arguments, cwd=None, environment=None):
        done = subprocess.run(
            ["git", "-c", "user.name=a", "-c", "user.email=a@a", "-c", "protocol.file.allow=always", *arguments],
            cwd=cwd or self.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
            env={"PATH": os.environ["PATH"], "HOME": self.home, **(environment or {})})
        self.assertEqual(done.returncode, 0, f"git {arguments}: {done.stderr}")
        return done.stdout


class Watched:
    """Runs something under strace(1), which tells what it starts and which sockets it opens, whatever process does."""

    CALLS = "execve,execveat,socket,connect,bind,sendto"
    # The C library asks the system who owns the index (GRDB, by way of Foundation); a socket that is connected to nothing is none.
    HARMLESS = re.compile(r'socket\(AF_UNIX|connect\(\d+, \{sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"')

    def __init__(self, attack):
        if not shutil.which("strace"):
            raise unittest.SkipTest("strace is not installed")
        self.log = attack.path("strace.log")
        self.prefix = ["strace", "-f", "-qq", "-e", f"trace={self.CALLS}", "-e", "signal=none", "-o", self.log]

    def calls(self):
        """System calls after the program's own start, which is the first."""
        with open(self.log, encoding="utf-8", errors="replace") as log:
            calls = [re.sub(r"^\d+ +", "", line.strip()) for line in log if re.match(r"^\d+ +[a-z]", line)]
        assert calls and calls[0].startswith("execve("), calls[:1]
        return [call for call in calls[1:] if not self.HARMLESS.match(call)]
