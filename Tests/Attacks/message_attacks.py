"""Messages that are meant to bring a server down, slow it, or make it say what is not true."""

import json
import os
import resource
import subprocess

from attack import AKIN, Attack

TWO_TO_63 = 2**63


class HostileMessages(Attack):
    def setUp(self):
        super().setUp()
        self.server = subprocess.Popen(
            [AKIN, "serve"], cwd=self.folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=self.environment)
        self.addCleanup(self.end)
        self.last = 0

    def end(self):
        self.server.kill()
        self.server.communicate()

    def ask(self, method, **params):
        """The answer to a request."""
        self.last += 1
        self.server.stdin.write(
            json.dumps({"jsonrpc": "2.0", "id": self.last, "method": method, "params": params}).encode() + b"\n")
        self.server.stdin.flush()
        return self.answer(self.last)

    def answer(self, id):
        while line := self.server.stdout.readline():
            message = json.loads(line)
            if message.get("id") == id and "method" not in message:
                return message
        self.fail(f"the server ended with {self.server.wait()}: {self.server.stderr.read()[-1000:]}")

    def assert_alive(self):
        self.assertIn("result", self.ask("server/status"))

    def store(self):
        self.write("a.md", "A fox sleeps.\n")
        self.assertIn("result", self.ask("index/add", folder=self.folder))

    def test_numbers_near_the_ends_of_their_range(self):
        self.store()
        for number in (0, -1, 2**31, 2**53, TWO_TO_63 - 1, TWO_TO_63 - 2, TWO_TO_63, -TWO_TO_63, -TWO_TO_63 - 1):
            for mode in ("semantic", "keyword", "hybrid"):
                for name in ("topK", "offset"):
                    self.ask("search", query="fox", collection=self.folder, mode=mode, **{name: number})
            self.ask("search", query="fox", documents=["a fox", "a dog"], topK=number)
            self.ask("index/list", collection=self.folder, offset=number)
            self.ask("tokenize", input="a fox", maxLength=number)
            self.ask("embed", input="a fox", dimensions=number)
            self.ask("detokenize", ids=[number])
        self.assert_alive()
        found = self.ask("search", query="fox", collection=self.folder, topK=TWO_TO_63 - 1)
        self.assertEqual(len(found["result"]["results"][0]), 1)

    def test_patterns_of_paths(self):
        self.store()
        for glob in ("{a}" * 40_000, "{a,b}" * 40_000, "{" * 100_000, "**/?*" * 200_000, ["*a"] * 16_384):
            answer = self.ask("search", query="fox", collection=self.folder, glob=glob)
            self.assertIn(answer["error"]["data"]["kind"], ("limitExceeded", "invalidParams"))
        for glob in ("{a}" * 1_300, "**/?*" * 800, "*a" * 2_000):
            self.assertIn("result", self.ask("search", query="fox", collection=self.folder, glob=glob))
        for glob in ("[" * 4_000, "{" * 4_000):
            answer = self.ask("search", query="fox", collection=self.folder, glob=glob)
            self.assertEqual(answer["error"]["data"]["path"], "params.glob")
        self.assert_alive()

    def test_names_of_many_folders(self):
        """Each took two minutes, in which nothing else was read."""
        self.store()
        self.ask("initialize", rootUri="file://" + self.folder, capabilities={})
        for name in ("/x" * 30_000, "/x/.." * 20_000, "/" * 60_000, "/%2e%2e" * 20_000, self.folder + "/y" * 30_000):
            for uri in ("file://" + name, "file://" + self.folder + "//" + name):
                document = {"uri": uri, "languageId": "markdown", "version": 1, "text": "A fox."}
                for method, params in (
                        ("didOpen", {"textDocument": document}),
                        ("didChange", {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "A dog."}]}),
                        ("didClose", {"textDocument": {"uri": uri}})):
                    self.server.stdin.write(json.dumps(
                        {"jsonrpc": "2.0", "method": "textDocument/" + method, "params": params}).encode() + b"\n")
                self.ask("index/remove", collection=self.folder, uris=[uri] * 20)
                self.ask("search", similarTo={"uri": uri}, collection=self.folder)
                self.ask("search", query="fox", collection=name[:4000])
        self.assert_alive()

    def test_a_message_of_many_small_values(self):
        self.assert_alive()
        before = self.memory()
        for body in (b"[" + b"[]," * 20_000_000 + b"[]]", b"[" + b"1," * 30_000_000 + b"1]", b"[" + b"{}," * 20_000_000 + b"{}]"):
            self.server.stdin.write(body + b"\n")
            self.server.stdin.flush()
            error = self.answer(None)["error"]
            self.assertIn(error["data"]["limit"], ("maxValues", "maxBatch"))
        if before:
            self.assertLess(self.memory() - before, 512 << 20)
        self.assert_alive()

    def memory(self):
        """The most memory that the server has had; 0 where /proc is not there."""
        try:
            with open(f"/proc/{self.server.pid}/status", encoding="ascii") as status:
                return next((int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM:")), 0)
        except FileNotFoundError:
            return 0

    def test_vectors_at_the_ends_of_float32(self):
        for size in (1e-45, 1e-30, 1e-20, 1e19, 3e38):
            scores = self.ask("similarity", left=[[size, 0]], right=[[size, 0], [0, size]])["result"]["scores"]
            self.assertEqual(scores, [[1, 0]], size)
            for function in ("dot", "euclidean", "manhattan"):
                answer = self.ask("similarity", left=[[size, size]], right=[[-size, size]], function=function)
                if "result" in answer:
                    self.assertIsNotNone(answer["result"]["scores"][0][0])
                else:
                    self.assertIn("float32", answer["error"]["message"])
        self.assert_alive()

    def test_files_of_impossible_times(self):
        self.write("a.md", "A fox sleeps.\n")
        self.write("b.md", "A dog barks.\n")
        for name, seconds in (("a.md", 10_413_792_000), ("b.md", -11_676_096_000)):
            try:
                os.utime(os.path.join(self.folder, name), (seconds, seconds))
            except OverflowError:
                self.skipTest("this file system does not hold such times")
        self.assertEqual(self.ask("index/add", folder=self.folder)["result"]["added"], 2)
        self.assertEqual(self.ask("index/add", folder=self.folder)["result"]["unchanged"], 2)

    def test_a_cancelled_search_ends(self):
        """However many documents a pattern has to be held against."""
        documents = [{"uri": f"file:///x/{'abcdefgh/' * 12}{number}.md", "text": "A fox."} for number in range(3000)]
        self.assertIn("result", self.ask("index/add", collection="many", documents=documents))
        self.last += 1
        search = {"query": "fox", "collection": "many", "mode": "keyword", "glob": "**/?*" * 800}
        for message in (
            {"jsonrpc": "2.0", "id": self.last, "method": "search", "params": search},
            {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": self.last}},
        ):
            self.server.stdin.write(json.dumps(message).encode() + b"\n")
        self.server.stdin.flush()
        answer = self.answer(self.last)
        self.assertTrue("result" in answer or answer["error"]["code"] == -32800)
        self.assert_alive()


class TextForTerminals(Attack):
    """Whatever a person sees has no control characters of a stranger's."""

    HARMFUL = "x\x1b[31m\x1b]0;t\x07\x9b2J\x7f\u202ey"

    def assert_harmless(self, text):
        for character in "\x1b\x07\x9b\x7f\u202e\u2066\r":
            self.assertNotIn(character, text)

    def test_names_of_files(self):
        self.write(f"{self.HARMFUL}.md", "A fox sleeps.\n")
        for arguments in (["search", "fox"], ["search", "fox", "--files"], ["search", "fox", "--vimgrep"], ["index", "."],
                          ["index", ".", "--verbose"], ["collections"], ["search", "fox", "--json"], ["similar", f"{self.HARMFUL}.md"]):
            done = self.akin(*arguments)
            self.assert_harmless(done.stdout)
            self.assert_harmless(done.stderr)

    def test_arguments_and_models(self):
        for arguments in (["embed", "--model", self.HARMFUL, "a"], [self.HARMFUL], ["embed", "--file", self.HARMFUL],
                          ["embed", "--json", self.HARMFUL], ["embed", f"--{self.HARMFUL}"], ["pull", self.HARMFUL],
                          ["tokenize", "--json", self.HARMFUL], ["collections", "status", self.HARMFUL]):
            done = self.akin(*arguments)
            self.assert_harmless(done.stdout)
            self.assert_harmless(done.stderr)

    def test_the_text_itself_comes_back_whole_as_json(self):
        done = self.akin("embed", "--json", self.HARMFUL)
        self.assertEqual(json.loads(done.stdout)["text"], self.HARMFUL)


# A message that eats the machine's memory must fail the test and not the machine.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
