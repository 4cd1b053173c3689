"""Assistants and editors that ask for folders which nobody has given them."""

import getpass
import json
import os
import subprocess
import unittest

from attack import AKIN, Attack


class Conversation:
    """A session with `akin mcp` that answers what the server asks: `answers` has a result for each method."""

    def __init__(self, attack, *arguments, cwd, capabilities=None, answers=None):
        self.answers = answers or {}
        self.asked = []
        self.process = subprocess.Popen(
            [AKIN, "mcp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=cwd,
            env=attack.environment, encoding="utf-8")
        attack.addCleanup(self.close)
        self.count = 0
        self.ask("initialize", protocolVersion="2025-06-18", capabilities=capabilities or {},
                 clientInfo={"name": "attack", "version": "1"})
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def ask(self, method, **parameters):
        self.count += 1
        self.send({"jsonrpc": "2.0", "id": self.count, "method": method, "params": parameters})
        while True:
            message = json.loads(self.process.stdout.readline())
            if message.get("id") == self.count and "method" not in message:
                return message["result"]
            if "id" in message and "method" in message:
                self.asked.append((message["method"], message["params"]))
                self.send({"jsonrpc": "2.0", "id": message["id"], "result": self.answers[message["method"]]})

    def tool(self, name, **arguments):
        return self.ask("tools/call", name=name, arguments=arguments)


class Permissions(Attack):
    def setUp(self):
        super().setUp()
        self.write("river.txt")
        self.elsewhere = self.path("elsewhere")
        os.mkdir(self.elsewhere)

    def stored(self):
        return self.akin("collections", "--json").stdout

    def refuse(self, result):
        self.assertTrue(result["isError"], result)
        self.assertNotIn("rivers and lakes", json.dumps(result))

    def test_tools_reach_no_folder_that_nobody_has_allowed(self):
        self.write(os.path.join(self.home, "letters", "river.txt"))
        options = {"cwd": self.elsewhere}
        for folder in ("/", "/etc", self.home, os.path.join(self.home, "letters"), self.folder, os.path.dirname(self.home)):
            with self.subTest(folder):
                self.refuse(self.tool("search", query="rivers", folder=folder, _options=options))
        for file in (os.path.join(self.home, "letters", "river.txt"), os.path.join(self.folder, "river.txt"), "/etc/passwd"):
            with self.subTest(file):
                self.refuse(self.tool("similar", file=file, _options=options))
        os.symlink(self.folder, os.path.join(self.elsewhere, "link"))
        self.refuse(self.tool("search", query="rivers", folder=os.path.join(self.elsewhere, "link"), _options=options))
        self.assertEqual(self.stored(), "", "nothing is left behind")

    def test_started_in_a_home_or_at_the_top_it_reaches_nothing(self):
        self.write(os.path.join(self.home, "letters", "river.txt"))
        for folder in (self.home, "/"):
            with self.subTest(folder):
                options = {"cwd": folder}
                self.refuse(self.tool("search", query="rivers", _options=options))
                self.refuse(self.tool("search", query="rivers", folder=os.path.join(self.home, "letters"), _options=options))
        self.assertEqual(self.stored(), "")

    def test_a_home_is_one_whatever_the_environment_says(self):
        home = os.path.expanduser(f"~{getpass.getuser()}")
        for environment in ({"HOME": ""}, {"HOME": self.elsewhere}, {"HOME": "/nonexistent"}):
            with self.subTest(environment):
                self.refuse(self.tool("search", query="rivers", _options={"cwd": home, "environment": environment}))
                done = self.akin("search", "rivers", cwd=home, environment=environment)
                self.assertIn("is not indexed", done.stderr)
        # Where no home is known, data do not go into the folder that one happens to be in.
        environment = {name: value for name, value in self.environment.items() if name not in ("HOME", "AKIN_DATA")}
        subprocess.run(["env", "-i", *(f"{name}={value}" for name, value in environment.items()), AKIN, "collections"],
                       cwd=self.folder, check=True, stdout=subprocess.DEVNULL)
        self.assertEqual(os.listdir(self.folder), ["river.txt"])

    def test_an_imported_file_makes_no_home_an_index(self):
        self.akin("index", self.folder, status=0)
        exported = self.akin("collections", "export", self.folder, status=0).stdout
        header, *documents = exported.splitlines()
        for folder in ("/", self.home):
            for members in ({"name": folder, "folder": folder}, {"name": folder}, {"name": folder, "folder": None}):
                changed = {name: value for name, value in {**json.loads(header), **members}.items() if value is not None}
                refused = self.akin("collections", "import", "-", text="\n".join([json.dumps(changed), *documents]) + "\n")
                self.assertEqual(refused.returncode, 65, (members, refused.stderr))
                self.assertIn("--name", refused.stderr)
            refused = self.akin("collections", "import", "-", "--name", folder, text=exported)
            self.assertEqual(refused.returncode, 65, refused.stderr)
            (added,) = self.serve({"jsonrpc": "2.0", "id": 1, "method": "index/add", "params": {
                "collection": folder, "documents": [{"id": "1", "text": "A text."}]}})
            self.assertIn("error", added)
        self.assertNotIn('"name":"/"', self.stored())

    def test_the_folder_it_was_started_in_is_allowed(self):
        result = self.tool("search", query="rivers", _options={"cwd": self.folder})
        self.assertFalse(result["isError"], result)
        self.assertIn("rivers and lakes", json.dumps(result))

    def test_what_tools_leave_behind_is_no_permission(self):
        self.assertFalse(self.tool("search", query="rivers", _options={"cwd": self.folder})["isError"])
        self.assertIn(self.folder, self.stored())
        self.refuse(self.tool("search", query="rivers", folder=self.folder, _options={"cwd": self.elsewhere}))

    def test_what_a_person_has_indexed_is_allowed_until_it_is_removed(self):
        self.akin("index", self.folder, status=0)
        options = {"cwd": self.elsewhere}
        self.assertFalse(self.tool("search", query="rivers", folder=self.folder, _options=options)["isError"])
        self.akin("collections", "remove", self.folder, status=0)
        self.refuse(self.tool("search", query="rivers", folder=self.folder, _options=options))

    def test_an_empty_collection_is_no_permission(self):
        os.remove(os.path.join(self.folder, "river.txt"))
        self.akin("index", self.folder, status=0)
        self.write("river.txt")
        self.refuse(self.tool("search", query="rivers", folder=self.folder, _options={"cwd": self.elsewhere}))

    def test_allow_names_folders(self):
        result = self.tool(
            "search", query="rivers", folder=self.folder,
            _options={"cwd": self.elsewhere, "command": ("mcp", "--allow", self.top)})
        self.assertFalse(result["isError"], result)

    def test_roots_of_the_client(self):
        session = Conversation(
            self, cwd=self.elsewhere, capabilities={"roots": {"listChanged": True}},
            answers={"roots/list": {"roots": [{"uri": "file://" + self.folder, "name": "x"}]}})
        self.assertFalse(session.tool("search", query="rivers", folder=self.folder)["isError"])
        self.refuse(session.tool("search", query="rivers", folder=self.home))
        session.answers["roots/list"] = {"roots": [{"uri": "file:///", "name": "x"}]}
        session.send({"jsonrpc": "2.0", "method": "notifications/roots/list_changed"})
        self.refuse(session.tool("search", query="rivers", folder=self.elsewhere + "/../stranger"))

    def test_a_person_is_asked(self):
        for action, is_refused in (("decline", True), ("cancel", True), ("accept", False)):
            with self.subTest(action):
                session = Conversation(
                    self, cwd=self.elsewhere, capabilities={"elicitation": {}},
                    answers={"elicitation/create": {"action": action, "content": {}}})
                self.assertEqual(session.tool("search", query="rivers", folder=self.folder)["isError"], is_refused)
                self.assertEqual([method for method, _ in session.asked], ["elicitation/create"])
                self.assertIn(self.folder, session.asked[0][1]["message"])
                session.close()
        # The answer holds for later sessions.
        self.assertFalse(self.tool("search", query="rivers", folder=self.folder, _options={"cwd": self.elsewhere})["isError"])

    def test_only_what_writes_nothing_is_called_read_only(self):
        session = Conversation(self, cwd=self.folder)
        before = self.stored()
        for tool in session.ask("tools/list")["tools"]:
            if tool["annotations"]["readOnlyHint"]:
                self.assertNotIn(tool["name"], ("search", "similar"))
        session.tool("index_status")
        self.assertEqual(self.stored(), before)

    def test_an_editor_does_not_index_a_home_or_a_disk(self):
        for folder in ("/", self.home, os.path.dirname(self.home)):
            with self.subTest(folder):
                answer = self.ask("index/add", folder=folder)
                self.assertEqual(answer["error"]["code"], -32602, answer)
        self.assertEqual(self.stored(), "")

    def test_commands_that_fail_leave_nothing_behind(self):
        self.akin("index", os.path.join(self.folder, "river.txt"), status=64)
        self.akin("index", self.path("nowhere"), status=66)
        self.akin("search", "--no-update", "rivers", status=66)
        self.akin("similar", self.folder, status=64)
        self.akin("similar", "/etc/passwd:1", status=66)
        self.akin("search", "rivers", self.path("nowhere"), status=66)
        self.akin("search", "rivers", cwd=self.elsewhere)
        self.assertEqual(self.stored(), "")


if __name__ == "__main__":
    unittest.main()
