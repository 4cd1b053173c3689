"""Stored collections under strange texts, names, spellings, neighbours, disks and processes: nothing is lost or wrong."""

import json
import os
import shutil
import sqlite3
import subprocess
import threading
import unicodedata
import unittest
import urllib.parse

from attack import AKIN, CACHE, Attack


class Session:
    """A running server, one message a line."""

    def __init__(self, test, *command):
        self.process = subprocess.Popen(
            [AKIN, *(command or ("serve",))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=test.environment, cwd=test.folder)
        test.addCleanup(self.end)
        self.number = 0
        self.answers = {}

    def send(self, method, **parameters):
        self.number += 1
        self.write({"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters})
        return self.number

    def tell(self, method, **parameters):
        self.write({"jsonrpc": "2.0", "method": method, "params": parameters})

    def write(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def answer(self, number):
        # Answers come in the order in which they are ready.
        while number not in self.answers:
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"the server ended with {self.process.wait()}")
            message = json.loads(line)
            if "method" not in message:
                self.answers[message.get("id")] = message
        return self.answers.pop(number)

    def ask(self, method, **parameters):
        return self.answer(self.send(method, **parameters))

    def result(self, method, **parameters):
        answer = self.ask(method, **parameters)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def hits(self, query, **parameters):
        return self.result("search", query=query, **parameters)["results"][0]

    def end(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait(60)
        self.process.stdout.close()


def uri(path):
    return "file://" + urllib.parse.quote(path, safe="/-._~")


class Storage(Attack):
    def collections(self):
        folder = self.path("data", "collections")
        return {name: os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".sqlite")}

    def only_collection(self):
        (path,) = self.collections().values()
        return path

    # Texts

    def test_zero_characters_are_texts_like_others(self):
        session = Session(self)
        # Each cuts C strings at another place.
        texts = ["a\0zebra", "\0", "\0\0walrus", "horse\0", "mane\0horse\0mane"]
        for round_number in range(6):
            documents = [
                {"id": f"a\0{number}", "text": f"{text} round{round_number % 2}", "metadata": {"of": text, "k": "v\0w"}}
                for number, text in enumerate(texts)]
            documents.append({"id": "a", "text": "another document"})
            session.result("index/add", collection="zeros", documents=documents)
            listed = session.result("index/list", collection="zeros")["documents"]
            self.assertEqual({document["id"] for document in listed}, {document["id"] for document in documents})
            self.assertIn({"of": "\0\0walrus", "k": "v\0w"}, [document["metadata"] for document in listed])
            for mode in ("keyword", "semantic", "hybrid"):
                found = session.hits("walrus", collection="zeros", mode=mode, topK=1)
                # As of any text, what is blank at its ends is no part of the hit.
                self.assertEqual(found[0]["text"], f"walrus round{round_number % 2}", mode)
                self.assertEqual(found[0]["range"]["start"]["character"], 2, mode)
            self.assertEqual(len(session.hits("another", collection="zeros", mode="keyword")), 1)
            found = session.hits("zebra", collection="zeros", mode="keyword", filter={"of": "a\0zebra"})
            self.assertEqual([hit["id"] for hit in found], ["a\0000"])
            removed = session.result("index/remove", collection="zeros", ids=[f"a\0{number}" for number in range(3)])
            self.assertEqual(removed["removed"], 3)
            self.assertEqual(session.hits("walrus", collection="zeros", mode="keyword"), [])
        session.end()
        self.assertEqual(self.akin("collections", "check", "zeros", status=0).stdout, "")
        exported = self.akin("collections", "export", "zeros", status=0).stdout
        self.akin("collections", "import", "-", "--name", "copy", text=exported, status=0)
        again = self.akin("collections", "export", "copy", status=0).stdout
        self.assertEqual(exported.splitlines()[1:], again.splitlines()[1:])

    def test_a_log_with_zeros_is_binary_wherever_they_stand(self):
        path = self.write("log.txt", "A line of the log.\n" * 1000)
        self.akin("index", ".", status=0)
        for _ in range(4):
            with open(path, "r+b") as file:
                file.seek(15_000)
                file.write(b"\0" * 100 + b"more lines")
            os.utime(path, (1_000_000, 1_000_000))
            self.assertIn("log.txt\t", self.akin("index", ".", "--verbose", status=0).stdout)
            self.write("log.txt", "A line of the log.\n" * 1100)
            self.akin("index", ".", status=0)
        self.assertEqual(self.akin("collections", "check", ".", status=0).stdout, "")

    def test_one_id_three_times_is_one_document(self):
        session = Session(self)
        result = session.result(
            "index/add", collection="same", documents=[{"id": "1", "text": text} for text in ("one", "two", "three")])
        self.assertEqual((result["added"], result["updated"], result["unchanged"]), (1, 0, 0))
        self.assertEqual(session.hits("anything", collection="same")[0]["text"], "three")

    def test_ids_that_are_composed_differently_are_two(self):
        session = Session(self)
        names = [unicodedata.normalize(form, "caf\u00e9") for form in ("NFC", "NFD")]
        result = session.result(
            "index/add", collection="forms", documents=[{"id": name, "text": name + " text"} for name in names])
        self.assertEqual(result["added"], 2)
        changed = session.result("index/add", collection="forms", documents=[{"id": names[0], "text": names[1] + " text"}])
        self.assertEqual((changed["updated"], changed["unchanged"]), (1, 0))
        self.assertEqual(session.result("index/remove", collection="forms", ids=names)["removed"], 2)

    def test_keyword_search_fills_a_page_where_chunks_melt(self):
        words = "\n\n".join(f"# Part {number}\n\nA gannet flies over wave number {number}." for number in range(40))
        self.write("melting.md", "gannet " * 20_000)
        for number in range(12):
            self.write(f"single{number}.md", f"One gannet, number {number}.\n" + words[:50])
        self.akin("index", ".", status=0)
        session = Session(self)
        hits = session.hits("gannet", collection=self.folder, mode="keyword", topK=10)
        self.assertEqual(len(hits), 10)

    def test_lines_are_counted_as_editors_count_them(self):
        self.write("strange.txt", "first\x0csame line\u2028same line\u0085still\nsecond heron\nthird\n")
        out = self.akin("search", "heron", "--mode", "keyword", status=0, prefix=()).stdout
        # The line that answers: the marks before it end none.
        self.assertTrue(out.startswith("strange.txt:2"), out)
        session = Session(self)
        (hit,) = session.hits("heron", collection=self.folder, mode="keyword")
        self.assertEqual(hit["range"]["end"]["line"], 2 if hit["text"].endswith("third") else hit["range"]["end"]["line"])

    # Places

    def test_a_document_is_where_it_is_however_it_is_named(self):
        self.write("deep/doc.md", "Rivers run to the sea.\n")
        link = self.path("link")
        os.symlink(self.folder, link)
        self.akin("index", ".", status=0)
        session = Session(self)
        session.result("initialize", rootUri=uri(link), capabilities={})
        session.tell("initialized")
        spelled = uri(link + "/deep/doc.md")
        session.tell("textDocument/didOpen", textDocument={
            "uri": spelled, "languageId": "markdown", "version": 1, "text": "Volcanoes hurl lava.\n"})
        (hit,) = session.hits("lava", collection=link)
        self.assertEqual((hit["uri"], hit["text"]), (spelled, "Volcanoes hurl lava."))
        session.tell("textDocument/didChange", textDocument={"uri": spelled, "version": 2}, contentChanges=[
            {"text": "Deserts are dry.\n"}])
        (hit,) = session.hits("dry land", collection=self.folder)
        self.assertEqual((hit["uri"], hit["text"]), (spelled, "Deserts are dry."))
        like = session.result("search", similarTo={"uri": spelled}, collection=link)["results"][0]
        self.assertEqual(like, [])
        session.tell("textDocument/didClose", textDocument={"uri": spelled})
        (hit,) = session.hits("sea", collection=link)
        self.assertEqual(hit["text"], "Rivers run to the sea.")
        # Every spelling is one document, and no ghost stays beside it.
        spellings = [
            uri(self.folder) + "//deep/doc.md", uri(self.folder) + "/./deep/../deep/doc.md", uri(link) + "/deep/doc.md",
            uri(self.folder) + "/deep/%64oc.md", uri(self.folder) + "/new/../deep/doc.md", "file://localhost" + self.folder + "/deep/doc.md"]
        for number, name in enumerate(spellings):
            result = session.result("index/add", collection=self.folder, documents=[{"uri": name, "text": f"Text {number} of lakes."}])
            self.assertEqual((result["added"], result["updated"]), (0, 1), name)
            (hit,) = session.hits("lakes", collection=self.folder)
            self.assertEqual(hit["uri"], name)
            (hit,) = session.hits("lakes", collection=self.folder, glob="deep/*.md")
            self.assertEqual(session.result("index/remove", collection=link, uris=[name])["removed"], 1)
            self.assertEqual(session.hits("lakes", collection=self.folder), [])
            session.result("index/add", folder=uri(link))
            self.assertEqual(session.result("index/list", collection=self.folder)["total"], 1)

    def test_tools_answer_under_the_names_that_the_client_used(self):
        self.write("deep/doc.md", "# Rivers\n\nRivers run to the sea.\n")
        link = self.path("link")
        os.symlink(self.folder, link)
        outer = self.path("outer")
        os.symlink(self.top, outer)
        for name in (link, link + "/", outer + "/stranger", self.folder, link + "/deep"):
            base = name.rstrip("/").removesuffix("/deep")
            found = self.tool("search", query="rivers", folder=name)["structuredContent"]["results"]
            self.assertEqual([place["path"] for place in found], [base + "/deep/doc.md"], name)
            outline = self.tool("outline", path=base + "/deep")["structuredContent"]["files"]
            self.assertEqual([file["path"] for file in outline], [base + "/deep/doc.md"], name)
            read = self.tool("read", file=base + "/deep/doc.md")["structuredContent"]
            self.assertEqual(read["path"], base + "/deep/doc.md", name)

    def test_a_document_of_an_empty_collection_in_a_folder_is_in_the_folders_own(self):
        self.write("sub/doc.md", "Rivers run to the sea.\n")
        self.akin("index", ".", status=0)
        session = Session(self)
        inner = os.path.join(self.folder, "sub")
        session.result("index/add", collection=inner, documents=[])
        self.assertEqual(len(session.hits("rivers", collection=inner)), 1)

    def test_watched_files_through_a_link(self):
        self.write("a.md", "Rivers run to the sea.\n")
        link = self.path("link")
        os.symlink(self.folder, link)
        self.akin("index", ".", status=0)
        session = Session(self)
        session.result("initialize", rootUri=uri(link), capabilities={})
        session.tell("initialized")
        self.write("b.md", "Volcanoes hurl lava.\n")
        session.tell("workspace/didChangeWatchedFiles", changes=[{"uri": uri(link + "/./b.md"), "type": 1}])
        for _ in range(600):
            if session.result("index/status", collection=link)["documents"] == 2:
                break
            threading.Event().wait(0.05)
        self.assertEqual(session.result("index/status", collection=link)["documents"], 2)

    def test_one_sessions_close_closes_for_itself(self):
        self.write("doc.md", "Rivers run to the sea.\n")
        self.akin("index", ".", status=0)
        self.environment["XDG_RUNTIME_DIR"] = self.path("run")
        os.mkdir(self.path("run"), 0o700)
        first, second = Session(self, "serve", "--shared"), Session(self, "serve", "--shared")
        name = uri(self.folder + "/doc.md")
        for number, session in enumerate((first, second)):
            session.tell("textDocument/didOpen", textDocument={
                "uri": name, "languageId": "markdown", "version": 1, "text": f"Opened by {number}.\n"})
            self.assertEqual(session.hits("opened", collection=self.folder)[0]["text"], f"Opened by {number}.")
        first.tell("textDocument/didChange", textDocument={"uri": name, "version": 2}, contentChanges=[
            {"text": "Changed by the first.\n"}])
        self.assertEqual(first.hits("changed", collection=self.folder)[0]["text"], "Changed by the first.")
        first.tell("textDocument/didClose", textDocument={"uri": name})
        self.assertEqual(first.hits("opened", collection=self.folder)[0]["text"], "Opened by 1.")
        second.tell("textDocument/didChange", textDocument={"uri": name, "version": 2}, contentChanges=[
            {"text": "Changed by the second.\n"}])
        self.assertEqual(second.hits("changed", collection=self.folder)[0]["text"], "Changed by the second.")
        second.tell("textDocument/didClose", textDocument={"uri": name})
        self.assertEqual(second.hits("sea", collection=self.folder)[0]["text"], "Rivers run to the sea.")

    # Files

    def test_what_was_exported_is_the_same_collection(self):
        self.write("stays.md", "Rivers run to the sea.\n")
        gone = self.write("goes.md", "Volcanoes hurl lava.\n")
        for path in (gone, os.path.join(self.folder, "stays.md")):
            os.utime(path, (1_000_000_000, 1_000_000_000))
        self.akin("index", ".", status=0)
        exported = self.akin("collections", "export", ".", status=0).stdout
        self.akin("collections", "remove", ".", status=0)
        self.akin("collections", "import", "-", text=exported, status=0)
        os.unlink(gone)
        summary = json.loads(self.akin("index", ".", "--json", status=0).stdout)
        self.assertEqual((summary["removed"], summary["unchanged"], summary["embedded"]), (1, 1, 0))

    def test_an_export_that_cannot_be_read_leaves_nothing_in_the_way(self):
        self.write("a.md", "Rivers run to the sea.\n")
        self.akin("index", ".", status=0)
        exported = self.akin("collections", "export", ".", status=0).stdout
        self.akin("collections", "remove", ".", status=0)
        header, document = map(json.loads, exported.splitlines())
        chunk = document["chunks"][0]
        for first, second in [
                ({**header, "format": "akin-collection-99"}, document), ({**header, "dimensions": 5}, document),
                (header, {**document, "chunks": [{**chunk, "vector": chunk["vector"][:5]}]}),
                (header, {**document, "chunks": [{**chunk, "vector": [None, *chunk["vector"][1:]]}]}),
                (header, {**document, "chunks": [{**chunk, "vector": [1e39, *chunk["vector"][1:]]}]}),
                (header, {**document, "chunks": [{**chunk, "text": None}]}),
                (header, {**document, "chunks": [{**chunk, "span": [-1] * 12}]}), (header, [document]), (header, 7)]:
            text = json.dumps(first) + "\n" + json.dumps(second) + "\n"
            self.assertNotEqual(self.akin("collections", "import", "-", text=text).returncode, 0, text[:300])
            self.assertEqual(self.akin("collections", status=0).stdout, "", text[:300])
        self.akin("collections", "import", "-", text=exported, status=0)
        self.assertEqual(self.akin("collections", "export", ".", status=0).stdout, exported)

    def test_the_file_alone_is_the_collection(self):
        self.write("a.md", "Rivers run to the sea.\n")
        for command in (["index", "."], ["search", "rivers"], ["similar", "a.md"], ["collections"]):
            self.akin(*command)
            self.assertEqual(
                [name for name in os.listdir(self.path("data", "collections")) if ".sqlite-" in name], [], command)
        session = Session(self)
        session.result("index/add", collection="more", documents=[{"id": "1", "text": "Lakes lie still."}])
        session.end()
        for name, path in self.collections().items():
            copy = self.path(name)
            shutil.copyfile(path, copy)
            with sqlite3.connect(copy) as database:
                self.assertEqual(database.execute("select count(*) from documents").fetchone(), (1,))

    def other_user(self):
        """A prefix that runs the program as nobody, who may read all of this and write nothing; the program itself moves there."""
        cache = self.path("cache")
        for part in ("models", "gguf"):
            if os.path.isdir(os.path.join(CACHE, part)):
                shutil.copytree(os.path.join(CACHE, part), os.path.join(cache, part))
        program = self.path("akin")
        shutil.copy(AKIN, program)
        for folder, _, names in os.walk(self.top):
            os.chmod(folder, 0o755)
            for name in names:
                os.chmod(os.path.join(folder, name), 0o755)
        self.environment["AKIN_CACHE"] = cache
        prefix = ("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--", "env", "-u", "_")
        return prefix, program

    def searched(self, prefix, program, *arguments):
        return subprocess.run(
            [*prefix, program, *arguments], cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            encoding="utf-8", timeout=120, check=False)

    def test_a_read_only_folder_is_searched(self):
        self.write("a.md", "Rivers run to the sea.\n")
        self.write("b.md", "Lakes lie still.\n")
        self.akin("index", ".", status=0)
        # As of a version that kept less beside the collections.
        for name in (".gitignore", "vectors.directory"):
            os.unlink(self.path("data", "collections", name))
        if os.getuid() == 0:
            prefix, program = self.other_user()
        else:
            prefix, program = (), AKIN
            for folder, _, names in os.walk(self.path("data")):
                self.addCleanup(os.chmod, folder, 0o700)
                for name in names:
                    os.chmod(os.path.join(folder, name), 0o400)
                os.chmod(folder, 0o500)
        # It cannot be brought up to date, which is said, and what is there is found.
        self.write("c.md", "A text that is not indexed.\n", mode=0o644)
        for arguments in (["search", "where do rivers go"], ["search", "rivers", "--mode", "keyword"], ["search", "rivers", "--no-update"]):
            done = self.searched(prefix, program, *arguments)
            self.assertEqual(done.returncode, 0, f"{arguments} {done.stderr}")
            self.assertIn("a.md:1", done.stdout)
            if "--no-update" not in arguments:
                self.assertIn("searching what is there", done.stderr)
        self.assertEqual(self.searched(prefix, program, "similar", "a.md", "--no-update").returncode, 0)
        listed = self.searched(prefix, program, "collections", "--json")
        self.assertEqual(json.loads(listed.stdout)["documents"], 2, listed.stderr)
        checked = self.searched(prefix, program, "collections", "check", self.folder)
        self.assertEqual((checked.returncode, checked.stdout), (0, ""), checked.stderr)
        exported = self.searched(prefix, program, "collections", "export", self.folder)
        self.assertEqual(len(exported.stdout.splitlines()), 3, exported.stderr)
        # The protocol and the tools of assistants likewise; what would write is refused with the reason.
        asked = {"jsonrpc": "2.0", "id": 1, "method": "search", "params": {"query": "rivers", "collection": self.folder, "topK": 1}}
        added = {"jsonrpc": "2.0", "id": 2, "method": "index/add", "params": {
            "collection": self.folder, "documents": [{"id": "1", "text": "A text."}]}}
        done = subprocess.run(
            [*prefix, program, "serve"], input=json.dumps(asked) + "\n" + json.dumps(added) + "\n", env=self.environment, cwd=self.folder,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", timeout=120, check=False)
        answers = {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}
        self.assertEqual(answers[1]["result"]["results"][0][0]["text"], "Rivers run to the sea.", answers)
        self.assertEqual(answers[2]["error"]["data"]["kind"], "storageFailed", answers)

    def test_a_full_disk_is_searched(self):
        if os.getuid() != 0:
            self.skipTest("only root mounts a small disk")
        data = self.path("data")
        os.mkdir(data)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "none", data], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", data], check=True)
        self.write("a.md", "Rivers run to the sea.\n")
        self.akin("index", ".", status=0)
        with open(os.path.join(data, "full"), "wb", buffering=0) as file:
            try:
                while file.write(bytes(4096)):
                    pass
            except OSError:
                pass
        for number in range(100):
            self.write(f"more{number}.md", f"Text number {number} of lakes.\n" * 20)
        done = self.akin("search", "where do rivers go", status=0)
        self.assertIn("a.md:1", done.stdout)
        self.assertIn("searching what is there", done.stderr)
        self.assertEqual(self.akin("collections", "check", ".", status=0).stdout, "")
        os.unlink(os.path.join(data, "full"))
        self.assertEqual(json.loads(self.akin("index", ".", "--json", status=0).stdout)["added"], 100)

    def test_damage_is_told_and_soundness_too(self):
        for number in range(20):
            self.write(f"{number}.md", f"Text number {number} about rivers.\n")
        self.akin("index", ".", status=0)
        self.assertIn("nothing is wrong", self.akin("collections", "repair", ".", status=0).stderr)
        self.assertEqual(len(os.listdir(self.path("data", "collections"))), len(
            [name for name in os.listdir(self.path("data", "collections")) if "damaged" not in name and "repaired" not in name]))
        path = self.only_collection()
        for statement in (
                "update chunks set text = 'another text' where id = (select min(id) from chunks)",
                "update vectors set codes = x'00' where id = (select min(id) from vectors)",
                "update components set value = x'00' where vector = (select min(vector) from components)",
                "update chunks set byte_start = byte_end + 1 where id = (select min(id) from chunks)",
                "insert into words (rowid, terms) values ((select min(id) from chunks), 'otter')",
                "update words_docsize set sz = x'000000000900' where id = (select min(id) from chunks)"):
            sound = self.path("sound")
            shutil.copyfile(path, sound)
            database = sqlite3.connect(path)
            database.execute(statement)
            database.commit()
            database.close()
            checked = self.akin("collections", "check", ".", status=1)
            self.assertNotEqual(checked.stdout, "", statement)
            self.assertNotIn("\n is damaged", "\n" + checked.stdout, statement)
            repaired = self.akin("collections", "repair", ".", status=0).stderr
            # What can be computed again is; a text that is another's, or no vector, is not.
            self.assertIn("0 lost" if "codes" in statement or "words" in statement else "1 lost", repaired, statement)
            self.assertEqual(self.akin("collections", "check", ".", status=0).stdout, "", statement)
            shutil.copyfile(sound, path)

    def test_a_busy_collection_is_not_damaged(self):
        session = Session(self)
        session.result("index/add", collection="busy", documents=[{"id": "1", "text": "Rivers."}])
        stop = threading.Event()

        def write():
            database = sqlite3.connect(self.only_collection(), timeout=60, isolation_level=None)
            while not stop.is_set():
                database.execute("begin immediate")
                database.execute("update collection set updated = updated + 1")
                database.execute("commit")
                stop.wait(0.002)
            database.close()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for _ in range(10):
                self.assertEqual(self.akin("collections", "check", "busy", status=0).stdout, "")
        finally:
            stop.set()
            writer.join()

    # Processes

    def test_adding_and_dropping_in_turn(self):
        session = Session(self)
        for number in range(300):
            added = session.send("index/add", collection="brief", documents=[{"id": "1", "text": f"round {number % 3}"}])
            dropped = session.send("index/drop", collection="brief")
            self.assertIn("result", session.answer(added), number)
            self.assertIn("result", session.answer(dropped), number)
        self.assertEqual(session.result("index/list")["collections"], [])


if __name__ == "__main__":
    unittest.main()
