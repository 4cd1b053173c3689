"""`akin serve --shared`: one model process for all, that nobody else reaches, and whose end costs an answer and no more.

Usage: sharing.py PATH_OF_AKIN [TEST...]
"""

import os
import shutil
import signal

import harness
from harness import Server, embed, frames, lines, notification, request
from sharing_access import NobodyElse  # noqa: F401 (run from here)
from sharing_answers import SameAnswers  # noqa: F401
from sharing_case import MEBIBYTE, SharingTest, commands
from sharing_ends import ARelaysEnd, ItsEnd  # noqa: F401
from sharing_stuck import CannotTakeASession  # noqa: F401


class OneProcess(SharingTest):
    def test_all_that_start_at_once_share_one(self):
        relays = [self.relay() for _ in range(8)]
        try:
            for relay in relays:
                self.assertIn("result", relay.ask(request(1, "tokenize", input="a")))
            self.assertEqual(len(self.processes()), 1)
            status = relays[0].ask(request(2))["result"]
            self.assertEqual(status["sessions"], 8)
            self.assertEqual(status["methods"]["tokenize"]["succeeded"], 8)
        finally:
            for relay in relays:
                relay.close()
                self.assertEqual(relay.wait(), 0)
                relay.__exit__()

    def test_five_editors_hold_one_model(self):
        alone = Server()
        with alone:
            alone.ask(embed(1, "warm"))
            one_model = harness.own_memory(alone.pid)
        relays = [self.relay() for _ in range(5)]
        try:
            vectors = [relay.ask(embed(1, "the same text"))["result"]["embeddings"] for relay in relays]
            self.assertTrue(all(vector == vectors[0] for vector in vectors))
            (process,) = self.processes()
            shared = harness.own_memory(process)
            each = [harness.own_memory(relay.pid) for relay in relays]
            print(f"\n  own memory: a server alone {one_model / MEBIBYTE:.1f} MiB, shared by five "
                  f"{shared / MEBIBYTE:.1f} MiB, a relay {max(each) / MEBIBYTE:.1f} MiB")
            self.assertLess(shared, 1.5 * one_model)
            self.assertLess(max(each), 8 * MEBIBYTE)
        finally:
            for relay in relays:
                relay.__exit__()

    def test_sessions_do_not_see_each_other(self):
        """Lifecycle, framing and position encoding are each session's own."""
        capabilities = {"general": {"positionEncodings": ["utf-8"]}}
        with self.relay() as first, self.relay() as second:
            first.ask(request(1, "initialize", capabilities=capabilities))
            first.ask(request(2, "shutdown"))
            self.assertEqual(first.ask(request(3))["error"]["code"], -32600)
            second.send(frames(request(1, "tokenize", input="né")))
            encoding = second.read_until(1)[0]["result"]["encodings"][0]
            self.assertEqual(encoding["offsets"][1], [0, 2])
            first.send(lines(notification("exit")))
            self.assertEqual(first.wait(), 0)
            second.send(frames(notification("exit")))
            self.assertEqual(second.wait(), 1)

    def test_other_builds_and_options_have_their_own(self):
        copy = self.folder + "/akin-copy"
        shutil.copy(harness.AKIN, copy)
        variants = [(), ("--precision", "f32"), ("--max-inputs", "7"), ("--model", "nobody/nothing")]
        relays = [self.relay(*variant) for variant in variants]
        original, harness.AKIN = harness.AKIN, copy
        try:
            relays.append(self.relay())
        finally:
            harness.AKIN = original
        try:
            models = [relay.ask(request(1))["result"] for relay in relays]
            self.assertEqual([status["sessions"] for status in models], [1] * 5)
            self.assertEqual(len(self.processes()), 5)
            self.assertEqual(relays[2].ask(request(2, "initialize"))["result"]["limits"]["maxInputs"], 7)
            self.assertEqual(relays[3].ask(embed(2, "a"))["error"]["code"], -32004)
        finally:
            for relay in relays:
                relay.__exit__()


class Collections(SharingTest):
    """What is stored is one for all sessions; what is open in an editor outlives the process that was told of it."""

    def setUp(self):
        super().setUp()
        self.notes = self.folder + "/notes"
        os.mkdir(self.notes)
        self.path = self.notes + "/fruit.txt"
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("Apples and pears grow in the garden.\n")
        self.uri = "file://" + os.path.realpath(self.path)

    def best(self, session, id, query):
        """The text of the best hit in the folder."""
        answer = session.ask(request(id, "search", query=query, collection=self.name, topK=1))
        return answer["result"]["results"][0][0]["text"]

    def add(self, session, id):
        result = session.ask(request(id, "index/add", folder=os.path.realpath(self.notes)))["result"]
        self.name = session.ask(request(f"{id} list", "index/list"))["result"]["collections"][0]["name"]
        return result

    def test_sessions_share_what_is_stored(self):
        with self.relay() as first, self.relay() as second:
            self.assertEqual(self.add(first, 1)["added"], 1)
            self.assertIn("pears", self.best(second, 2, "fruit"))
            self.assertEqual(len(self.processes()), 1)

    def test_open_documents_outlive_the_process(self):
        with self.relay() as session:
            session.ask(request(1, "initialize", capabilities={}))
            self.add(session, 2)
            document = {"uri": self.uri, "languageId": "plaintext", "version": 1}
            session.send(lines(notification(
                "textDocument/didOpen", textDocument={**document, "text": "Ships sail the sea."})))
            self.assertIn("Ships", self.best(session, 3, "boats"))
            place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}}
            session.send(lines(notification(
                "textDocument/didChange", textDocument={"uri": self.uri, "version": 2},
                contentChanges=[{"range": place, "text": "Old ferries"}])))
            self.assertIn("Old ferries sail", self.best(session, 4, "boats"))
            (process,) = self.processes()
            os.kill(process, signal.SIGKILL)
            harness.wait_for(lambda: process not in commands())
            session.send(lines(notification(
                "textDocument/didChange", textDocument={"uri": self.uri, "version": 3},
                contentChanges=[{"range": {**place, "end": {"line": 0, "character": 3}}, "text": "Slow"}])))
            self.assertIn("Slow ferries sail", self.best(session, 5, "boats"))
            session.send(lines(notification("textDocument/didClose", textDocument={"uri": self.uri})))
            self.assertIn("pears", self.best(session, 6, "boats"))


if __name__ == "__main__":
    harness.main("sharing")
