"""What an LSP client without a plugin has of Akin: questions, commands, progress that can be stopped, files that change.

Run by Tests/Clients/lsp.sh in the folder to index, with akin first on the PATH. Prints a line a check and the counts.
"""

import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path

FOLDER = Path.cwd()
counts = {"ok": 0, "FAILED": 0}


def uri(name=""):
    return (FOLDER / name).as_uri()


def check(name, holds, found=None):
    outcome = "ok" if holds else "FAILED"
    counts[outcome] += 1
    print(f"{outcome:8}{name}" + ("" if holds else f": found {json.dumps(found)[:600]}"), flush=True)


class Session:
    """A server, and the messages that it has sent and nobody has taken."""

    def __init__(self, *arguments, options=None, folders=None, **capabilities):
        self.process = subprocess.Popen(["akin", "serve", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.came = queue.Queue()
        self.kept = []
        self.last_id = 0
        threading.Thread(target=self._read, daemon=True).start()
        parameters = {
            "processId": os.getpid(), "capabilities": {"window": {"workDoneProgress": True, **capabilities}},
            "workspaceFolders": folders or [{"uri": uri(), "name": FOLDER.name}], "initializationOptions": options}
        self.initialized = self.request("initialize", parameters)
        self.notify("initialized", {})

    def _read(self):
        for line in self.process.stdout:
            self.came.put(json.loads(line))

    def send(self, message):
        self.process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.last_id += 1
        self.send({"id": self.last_id, "method": method, "params": params})
        return self.last_id

    def request(self, method, params):
        number = self.ask(method, params)
        return self.next(lambda message: message.get("id") == number and "method" not in message)

    def next(self, wanted, seconds=60):
        """The next message that is wanted; the others are kept for later."""
        for index, message in enumerate(self.kept):
            if wanted(message):
                return self.kept.pop(index)
        while True:
            message = self.came.get(timeout=seconds)
            if wanted(message):
                return message
            self.kept.append(message)

    def next_of(self, method, holds=lambda params: True):
        return self.next(lambda message: message.get("method") == method and holds(message["params"]))

    def search(self, query, **more):
        answer = self.request("search", {"query": query, "collection": str(FOLDER), **more})
        return [(Path(hit["uri"]).name, hit["range"]["start"]["line"]) for hit in answer["result"]["results"][0]]

    def end(self):
        self.request("shutdown", {})
        self.notify("exit", {})
        return self.process.wait(30)


def report(params):
    return isinstance(params["value"], dict) and params["value"]["kind"] == "report"


def begun(session):
    """The token of the indexing that the session has asked for, once it tells of its progress."""
    title = f"Indexing {FOLDER.name}"
    begin = session.next_of("$/progress", lambda params: params["value"].get("title") == title)
    token = begin["params"]["token"]
    session.next_of("$/progress", lambda params: params["token"] == token and report(params))
    return token


def test_question():
    silent = Session()
    silent.request("workspace/symbol", {"query": "sea"})
    check("a client that shows no questions is asked none", not silent.kept, silent.kept)
    silent.end()
    session = Session(showMessage={})
    question = session.next_of("window/showMessageRequest")
    check("a folder that is not indexed is asked about", "Index it now?" in question["params"]["message"], question)
    session.send({"id": question["id"], "result": {"title": "Not now"}})
    check("no is no", session.request("workspace/symbol", {"query": "sea"})["result"] == [], None)
    session.end()
    check("nothing is left of it", not list(Path(os.environ["AKIN_DATA"]).rglob("*.sqlite")), None)
    session = Session(showMessage={})
    question = session.next_of("window/showMessageRequest")
    session.send({"id": question["id"], "result": {"title": "Index"}})
    told = session.next_of("window/showMessage")["params"]["message"]
    check("yes indexes it, and tells how that ends", "4 added" in told, told)
    check("the sea is found", session.request("workspace/symbol", {"query": "when is the water high"})["result"][0]["name"]
          == "high_water")
    return session


def test_changes(session):
    tide = FOLDER / "src" / "tide.py"
    before = tide.read_text()
    tide.write_text("# one\n# two\n\n\n" + "import harbour\n\n\n" + before)
    found = session.search("when is the sea highest", topK=1)
    check("a file that has changed is looked at before it is answered", found[0][0] == "tide.py", found)
    hit = session.request("search", {"query": "when is the sea highest", "collection": str(FOLDER), "topK": 1})
    hit = hit["result"]["results"][0][0]
    lines = tide.read_text().split("\n")
    check("its lines are those of the file", hit["text"].split("\n")[0] == lines[hit["range"]["start"]["line"]], hit)
    tide.write_text(before)
    garden = FOLDER / "docs" / "garden.md"
    text = garden.read_text()
    garden.unlink()
    found = session.search("how do plants get their energy")
    check("a file that is gone is not answered", "garden.md" not in [name for name, _ in found], found)
    moved = FOLDER / "docs" / "plants.md"
    moved.write_text(text)
    session.notify("workspace/didRenameFiles", {"files": [{"oldUri": uri("docs/garden.md"), "newUri": uri("docs/plants.md")}]})
    found = session.search("how do plants get their energy", topK=1)
    check("one that has another name is found under that", found[0][0] == "plants.md", found)
    moved.rename(garden)
    session.notify("workspace/didChangeWatchedFiles", {"changes": [
        {"uri": uri("docs/garden.md"), "type": 1}, {"uri": uri("docs/plants.md"), "type": 3}]})
    found = session.search("how do plants get their energy", topK=1)
    check("one that the client tells of is found by the next search", found[0][0] == "garden.md", found)


def test_commands(session):
    status = session.request("workspace/executeCommand", {"command": "akin.status"})["result"]
    check("akin.status counts four documents", status[0]["documents"] == 4, status)
    many = FOLDER / "many"
    many.mkdir()
    for number in range(3000):
        (many / f"{number}.txt").write_text(f"The ship number {number} carries {number} barrels of tar from port to port.")
    session.kept.clear()
    started = session.request("workspace/executeCommand", {"command": "akin.index"})["result"]
    check("akin.index says which folders", started == [str(FOLDER)], started)
    first = begun(session)
    found = session.search("when is the sea highest", topK=1)
    check("what is there is searched meanwhile", found[0][0] == "tide.py", found)
    session.notify("window/workDoneProgress/cancel", {"token": first})
    told = session.next_of("window/showMessage", lambda params: "stopped" in params["message"])["params"]["message"]
    check("cancelling its progress stops it", "what was indexed so far is kept" in told, told)
    session.request("workspace/executeCommand", {"command": "akin.index"})
    second = begun(session)
    check("a token is used once", second != first, second)
    stopped = session.request("workspace/executeCommand", {"command": "akin.cancel"})["result"]
    check("akin.cancel stops it too", stopped == 1, stopped)
    session.next_of("window/showMessage", lambda params: "stopped" in params["message"])
    again = session.request("workspace/executeCommand", {"command": "akin.cancel"})["result"]
    check("what is stopped is not stopped again", again == 0, again)
    number = session.ask("index/add", {"folder": str(FOLDER), "workDoneToken": "mine"})
    session.next_of("$/progress", lambda params: params["token"] == "mine" and report(params))
    found = session.search("when is the sea highest", topK=1, awaitChanges=False)
    check("a search that awaits no changes is answered meanwhile", found[0][0] == "tide.py", found)
    session.notify("window/workDoneProgress/cancel", {"token": "mine"})
    answer = session.next(lambda message: message.get("id") == number)
    check("the token of a request cancels the request", answer.get("error", {}).get("code") == -32800, answer)


def test_consent():
    other = FOLDER.parent / "other"
    other.mkdir()
    (other / "reef.md").write_text("# Reef\n\nCorals grow in warm and shallow water.\n")
    folders = [{"uri": other.as_uri(), "name": "other"}]
    never = Session(showMessage={}, options={"index": "never"}, folders=folders)
    never.request("workspace/symbol", {"query": "corals"})
    check("a client that wants none is asked nothing", not never.kept, never.kept)
    never.end()
    ask = Session(options={"index": "ask"}, folders=folders)
    question = ask.next_of("window/showMessageRequest")["params"]["message"]
    check("one that declares nothing is asked where it wants to be", "other is not indexed" in question, question)
    ask.end()
    always = Session(options={"index": "always"}, folders=folders)
    told = always.next_of("window/showMessage")["params"]["message"]
    check("one that always wants it has it", "1 added" in told, told)
    always.end()
    vast = Session(options={"index": "always"}, folders=[{"uri": "file:///", "name": "all"}])
    answer = vast.request("workspace/executeCommand", {"command": "akin.index"})
    check("a whole disk is never indexed for an editor", answer.get("error", {}).get("code") == -32602, answer)
    check("and not asked about", not vast.kept, vast.kept)
    vast.end()


def test_hover():
    session = Session(options={"hover": True})
    check("hover is offered where it is wanted", session.initialized["result"]["capabilities"].get("hoverProvider") is True)
    place = {"textDocument": {"uri": uri("src/mail.py")}, "position": {"line": 0, "character": 0}}
    session.notify("textDocument/didOpen", {"textDocument": {
        "uri": uri("src/post.py"), "languageId": "python", "version": 1,
        "text": "def send_reminder_again(person, text):\n    mail(person, subject='Reminder', body=text)\n"}})
    answer = session.request("textDocument/hover", place)
    shown = (answer["result"] or {"contents": {"value": ""}})["contents"]["value"]
    check("hover links what is like the place, unsaved too", "post.py:1](file://" in shown, answer)
    session.end()


def test_similar():
    session = Session(showDocument={"support": True})
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    action = session.request("textDocument/codeAction", {
        "textDocument": {"uri": uri("src/tide.py")}, "range": place, "context": {"diagnostics": []}})["result"][0]
    session.ask("workspace/executeCommand", action["command"])
    question = session.next_of("window/showMessageRequest")
    choice = question["params"]["actions"][0]
    session.send({"id": question["id"], "result": choice})
    shown = session.next_of("window/showDocument")
    check("what is like a place can be chosen and is shown", Path(shown["params"]["uri"]).name in choice["title"], shown)
    check("the session ends well", session.end() == 0)


def test_shared():
    session = Session("--shared", "--shared-idle", "0", showDocument={"support": True})
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    session.ask("workspace/executeCommand", {"command": "akin.similar", "arguments": [uri("src/tide.py"), place]})
    question = session.next_of("window/showMessageRequest")
    session.send({"id": question["id"], "result": question["params"]["actions"][0]})
    shown = session.next_of("window/showDocument")
    check("answers reach a shared process", shown["params"]["takeFocus"], shown)
    session.end()


session = test_question()
test_changes(session)
test_commands(session)
session.end()
test_consent()
test_hover()
test_similar()
test_shared()
print(f"{counts['ok']} passed, {counts['FAILED']} failed")
sys.exit(1 if counts["FAILED"] else 0)
