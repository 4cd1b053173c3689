"""Hostile repositories: reading a history runs nothing of theirs and fetches nothing."""

import json
import os
import re
import shutil
import subprocess
import unittest

import attack
import folder_attacks
from attack import Watched


class HostileHistories(folder_attacks.WithPrograms):
    # What may be started: Akin, which confines itself and becomes git.
    ALLOWED = re.compile(
        r'execve\("([^"]*"(\.\.\.)?, \["[^"]*"(\.\.\.)?, "confined-process"|(/usr/bin|/usr/local/bin|/bin)/git", \["[^"]*git")')

    def commit(self, message, folder=None, **environment):
        folder = folder or self.folder
        self.git("add", "-A", cwd=folder)
        self.git("commit", "-q", "--allow-empty", "-m", message, cwd=folder, environment=environment)
        return self.git("rev-parse", "HEAD", cwd=folder).strip()

    def repository(self, folder=None):
        folder = folder or self.folder
        os.makedirs(folder, exist_ok=True)
        self.git("init", "-q", cwd=folder)
        self.write(os.path.join(folder, "client.py"), "def send():\n    retry()\n")
        self.write(os.path.join(folder, "page.x"), "one\n")
        first = self.commit("A client that sends", folder)
        self.write(os.path.join(folder, "client.py"), "def send():\n    retry()\n\n\ndef retry():\n    delay = delay * 2  # back off\n")
        self.write(os.path.join(folder, "page.x"), "one\ntwo\n")
        return first, self.commit("Retries wait twice as long each time", folder)

    def log(self, query, *options, folder=None, prefix=(), environment=None):
        done = self.akin(
            "log", query, "--json", *options, cwd=folder or self.folder, prefix=prefix, environment=environment)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def assert_only_git_ran(self, watched):
        self.assertFalse(os.path.exists(self.trace), "a script of the repository has run")
        self.assertFalse(os.path.exists(self.path("traced-by-git")))
        others = [call for call in watched.calls() if not self.ALLOWED.match(call)]
        self.assertEqual(others, [], "something else was started, or a socket opened")

    def test_a_repository_whose_configuration_names_programs(self):
        _, second = self.repository()
        self.write(".gitattributes", "* diff=x filter=x merge=x text=auto\n")
        self.write(".git/info/attributes", "* diff=x filter=x merge=x\n")
        self.commit("Attributes")
        for name in ("post-index-change", "reference-transaction", "pre-auto-gc"):
            shutil.copy(self.path("evil", "hooks", name), os.path.join(self.folder, ".git", "hooks", name))
        self.hostile(os.path.join(self.folder, ".git"))
        with open(os.path.join(self.folder, ".git", "config"), "a", encoding="utf-8") as config:
            config.write(
                f"[log]\n\tshowSignature = true\n\tmailmap = true\n[diff \"x\"]\n\ttextconv = {self.run_script}\n"
                f"\tcommand = {self.run_script}\n[diff]\n\texternal = {self.run_script}\n\ttool = x\n[core]\n\tpager = {self.run_script}\n")
        watched = Watched(self)
        hits = self.log("when did retries begin to back off", prefix=watched.prefix)
        self.assert_only_git_ran(watched)
        self.assertEqual(hits[0]["commit"], second)
        self.assertIn(hits[0]["subject"], self.git("show", "-s", "--format=%s", hits[0]["commit"], environment={"GIT_CONFIG_COUNT": "0"}, cwd=self.clean()))

    def clean(self):
        """The same objects without the configuration."""
        folder = self.path("clean")
        if not os.path.exists(folder):
            os.mkdir(folder)
            self.git("init", "-q", cwd=folder)
            shutil.copytree(os.path.join(self.folder, ".git", "objects"), os.path.join(folder, ".git", "objects"), dirs_exist_ok=True)
        return folder

    def test_faces_of_the_server(self):
        _, second = self.repository()
        self.hostile(os.path.join(self.folder, ".git"))
        watched = Watched(self)
        answer = self.serve(
            {"jsonrpc": "2.0", "id": 1, "method": "log", "params": {"query": "retries back off", "folder": self.folder, "topK": 1}},
            prefix=watched.prefix)[0]["result"]
        self.assertEqual((answer["commits"], answer["hits"][0]["commit"]), (2, second))
        self.assertEqual(answer["hits"][0]["author"], "a <a@a>")
        self.assert_only_git_ran(watched)
        result = self.tool("search_history", query="retries back off", _options={"cwd": self.folder, "prefix": watched.prefix})
        self.assertEqual(result["structuredContent"]["commits"][0]["commit"], second)
        self.assert_only_git_ran(watched)
        # Nobody has allowed that one.
        other = self.path("other")
        self.repository(other)
        result = self.tool("search_history", query="retries", folder=other, _options={"cwd": self.folder})
        self.assertTrue(result["isError"])

    def test_missing_objects_are_not_fetched(self):
        """A partial clone whose promisor is a program: messages and names are searched, and nothing is fetched."""
        _, second = self.repository()
        self.hostile(os.path.join(self.folder, ".git"))
        clean = self.clean()
        names = self.git("cat-file", "--batch-all-objects", "--batch-check", cwd=clean).splitlines()
        for name, kind, _ in map(str.split, names):
            if kind == "blob":
                os.remove(os.path.join(self.folder, ".git", "objects", name[:2], name[2:]))
        watched = Watched(self)
        hits = self.log("retries wait longer", prefix=watched.prefix)
        self.assert_only_git_ran(watched)
        self.assertEqual(hits[0]["commit"], second)
        self.assertIn("client.py", {hit.get("path") for hit in self.log("a client", "--path", "*.py", "-k", "5")})
        for name, kind, _ in map(str.split, names):
            if kind == "tree":
                os.remove(os.path.join(self.folder, ".git", "objects", name[:2], name[2:]))
        self.akin("collections", "remove", "history:" + self.folder, status=0)
        done = self.akin("log", "retries wait longer", prefix=watched.prefix)
        self.assert_only_git_ran(watched)
        self.assertTrue(done.stdout.startswith(second), done.stdout + done.stderr)
        self.assertIn("the changes are not here", done.stderr)

    def test_replaced_objects_grafts_and_other_environments(self):
        first, second = self.repository()
        clean = self.clean()
        other = self.commit("Something else altogether", clean)
        self.git("update-ref", f"refs/replace/{second}", other, cwd=clean)
        shutil.copytree(os.path.join(clean, ".git", "refs"), os.path.join(self.folder, ".git", "refs"), dirs_exist_ok=True)
        shutil.copytree(os.path.join(clean, ".git", "objects"), os.path.join(self.folder, ".git", "objects"), dirs_exist_ok=True)
        self.write(".git/refs/heads/" + self.git("symbolic-ref", "--short", "HEAD", cwd=self.folder).strip(), second + "\n")
        self.write(".git/info/grafts", f"{second} {other}\n")
        self.assertEqual({hit["commit"] for hit in self.log("anything")}, {first, second})
        elsewhere = self.path("elsewhere")
        self.repository(elsewhere)
        git = os.path.join(elsewhere, ".git")
        for environment in [
            {"GIT_DIR": git}, {"GIT_OBJECT_DIRECTORY": git + "/objects"}, {"GIT_ALTERNATE_OBJECT_DIRECTORIES": git + "/objects"},
            {"GIT_EXEC_PATH": self.path("evil")}, {"GIT_TRACE2_EVENT": self.path("traced-by-git")}, {"GIT_TRACE": self.path("traced-by-git")},
            {"GIT_EXTERNAL_DIFF": self.run_script}, {"GIT_PAGER": self.run_script, "PAGER": self.run_script},
            {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "diff.external", "GIT_CONFIG_VALUE_0": self.run_script},
            {"PATH": self.path("evil", "bin") + ":" + os.environ["PATH"]},
        ]:
            with self.subTest(environment):
                self.write(self.path("evil", "bin", "git"), f"#!/bin/sh\nexec {self.run_script}\n", 0o755)
                self.write("new.txt", f"{environment}\n")
                commit = self.commit(f"New {list(environment)[0]}")
                watched = Watched(self)
                hits = self.log(f"New {list(environment)[0]}", prefix=watched.prefix, environment=environment)
                self.assert_only_git_ran(watched)
                self.assertIn(commit, {hit["commit"] for hit in hits})

    def test_objects_of_another_repository(self):
        """What a file of the repository names is no place that an assistant may look into; a person's own links are."""
        secret = self.path("secret")
        os.mkdir(secret)
        self.git("init", "-q", cwd=secret)
        self.write(os.path.join(secret, "plan.txt"), "The treasure lies below the old mill\n")
        kept = self.commit("Where the treasure lies", secret)

        def ask(folder, *options):
            return self.tool("search_history", query="where does the treasure lie", _options={"cwd": folder}, **dict(options))

        def marker(folder):
            self.write(os.path.join(folder, ".git"), f"gitdir: {secret}/.git\n")

        def common(folder):
            self.git("init", "-q", cwd=folder)
            self.write(os.path.join(folder, ".git", "commondir"), f"{secret}/.git\n")
            self.write(os.path.join(folder, ".git", "HEAD"), kept + "\n")

        def alternates(folder):
            self.git("init", "-q", cwd=folder)
            self.write(os.path.join(folder, ".git", "objects", "info", "alternates"), f"{secret}/.git/objects\n")
            self.write(os.path.join(folder, ".git", "HEAD"), kept + "\n")

        def link(folder):
            self.git("init", "-q", cwd=folder)
            shutil.rmtree(os.path.join(folder, ".git", "objects"))
            os.symlink(os.path.join(secret, ".git", "objects"), os.path.join(folder, ".git", "objects"))
            self.write(os.path.join(folder, ".git", "HEAD"), kept + "\n")

        def forged(folder):
            """It says of itself that it is a work tree."""
            self.git("init", "-q", cwd=folder)
            os.rename(os.path.join(folder, ".git"), os.path.join(folder, "repository"))
            self.write(os.path.join(folder, ".git"), f"gitdir: {folder}/repository\n")
            self.write(os.path.join(folder, "repository", "gitdir"), f"{folder}/.git\n")
            self.write(os.path.join(folder, "repository", "commondir"), f"{secret}/.git\n")
            self.write(os.path.join(folder, "repository", "HEAD"), kept + "\n")

        for trick in (marker, common, alternates, link, forged):
            with self.subTest(trick.__name__):
                folder = self.path(trick.__name__)
                os.mkdir(folder)
                trick(folder)
                result = ask(folder)
                self.assertTrue(result["isError"], result)
                self.assertNotIn("below the old mill", json.dumps(result))
        # A person sees what git shows them there, and a work tree of the repository's own is one.
        self.assertEqual(self.log("where does the treasure lie", folder=self.path("marker"))[0]["commit"], kept)
        self.git("worktree", "add", "-q", self.path("tree"), cwd=secret)
        result = ask(self.path("tree"))
        self.assertEqual(result["structuredContent"]["commits"][0]["commit"], kept)

    def test_git_reads_nothing_but_objects(self):
        """Where the system can hold it: an alternate that Akin does not grant is as if it were not there."""
        self.repository()
        confined = [attack.AKIN, "confined-process", self.path("stranger", ".git"), "--"]
        alone = {"HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "PATH": "/usr/bin:/bin"}
        known = subprocess.run(
            [*confined, "/usr/bin/git", "--git-dir", self.path("stranger", ".git"), "--no-pager", "log", "--format=%s"], env=alone,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        self.assertIn("Retries wait", known.stdout, known.stderr)
        for words in (["/bin/cat", self.path("stranger", "client.py")], ["/usr/bin/git", "init", "-q", self.path("new")],
                      ["/usr/bin/env", "sh", "-c", f"echo > {self.path('stranger', '.git', 'x')}"]):
            done = subprocess.run([*confined, *words], env=alone, capture_output=True)
            self.assertNotEqual(done.returncode, 0, words)
        self.assertFalse(os.path.exists(self.path("new")) or os.path.exists(self.path("stranger", ".git", "x")))

    def test_heads_that_lead_elsewhere(self):
        self.repository()
        head = os.path.join(self.folder, ".git", "HEAD")
        self.write(self.path("outside"), "0" * 40 + "\n")
        for text, status in [
            ("ref: ../../outside\n", 66), ("ref: refs/heads/../../../../outside\n", 66), ("ref: /etc/passwd\n", 66), ("x" * 100, 66),
            ("--output=/tmp/x\n", 66), ("0" * 40 + "\n", 66), ("ref: HEAD\n", 66), ("", 66), ("ref: refs/heads/none\n", 66),
            ("f" * 39 + "\n", 66), ("ref: refs/heads/" + "a/" * 3000 + "\n", 66),
        ]:
            with self.subTest(text[:40]):
                with open(head, "w", encoding="utf-8") as file:
                    file.write(text)
                self.akin("log", "anything", status=status)
        os.remove(head)
        os.mkfifo(head)
        self.akin("log", "anything", status=66, deadline=20)

    def test_huge_and_strange_commits(self):
        self.git("init", "-q")
        for number in range(300):
            self.write(f"many/file{number}.txt", f"Line of file {number}.\n")
        many = self.commit("Three hundred files")
        self.write("large.txt", "".join(f"A line of a large file, number {number}.\n" for number in range(200_000)))
        large = self.commit("A file of eight megabytes")
        self.write("zeros.bin", bytes(300_000_000))
        zeros = self.commit("Zeros that pack well")
        os.remove(os.path.join(self.folder, "zeros.bin"))
        self.write("odd \"name\"\n.txt", "With a line feed in its name.\n")
        self.write("latin.txt", "Schöne Grüße aus Köln, hübsche Mädchen fühlen größere Wärme über Brücken.\n".encode("latin-1"))
        odd = self.commit("diff --git a/x b/x\n\n@@ -1 +1 @@\n+spoofed\n")
        subprocess.run(
            ["git", "-c", "user.name=J\xf6rg".encode("latin-1"), "-c", "user.email=j@x", "commit", "-q", "--allow-empty", "-F", "-"], cwd=self.folder,
            input="Grüße in Latin-1: schöne Brücken über größere Flüsse, hübsch".encode("latin-1"), check=True, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], "HOME": self.home})
        self.write(".env", "TOKEN=hunter2hunter2\n")
        self.write("key.txt", "-----BEGIN RSA PRIVATE KEY-----\n" + "A" * 64 + "\n-----END RSA PRIVATE KEY-----\n")
        secret = self.commit("Oops, secrets")
        os.symlink("odd", os.path.join(self.folder, "link"))
        self.commit("A link")
        os.remove(os.path.join(self.folder, "link"))
        self.write("link", "a file now\n")
        self.git("mv", "large.txt", "renamed.txt")
        last = self.commit("Another kind, and a name")
        found = {name: self.log(query, "-k", "20") for name, query in [
            ("many", "three hundred files"), ("large", "file of eight megabytes"), ("zeros", "zeros that pack well"), ("odd", "a line feed in a name"),
            ("secret", "secrets"), ("latin", "schöne Brücken über Flüsse"), ("last", "renamed from large.txt")]}
        self.assertEqual({name: hits[0]["commit"] for name, hits in found.items() if name in ("many", "large", "zeros", "odd", "secret", "last")},
                         {"many": many, "large": large, "zeros": zeros, "odd": odd, "secret": secret, "last": last})
        self.assertIn("schöne Brücken", found["latin"][0]["text"])
        self.assertNotIn("�", json.dumps(found, ensure_ascii=False))
        exported = self.akin("collections", "export", "history:" + self.folder, status=0).stdout
        for text in ("hunter2", "AAAAAAAA", "spoofed.txt"):
            self.assertNotIn(text, exported)
        # What a commit costs is bounded.
        documents = [json.loads(line) for line in exported.splitlines()[1:]]
        self.assertLessEqual(sum(1 for document in documents if document.get("id", "").startswith(many)), 101)
        self.assertLess(sum(len(chunk["text"]) for document in documents for chunk in document["chunks"] if document["id"].startswith(large)), 10_000)

    def test_damaged_objects_and_packs(self):
        first, second = self.repository()
        self.git("gc", "-q")
        packs = os.path.join(self.folder, ".git", "objects", "pack")
        pack = next(os.path.join(packs, name) for name in os.listdir(packs) if name.endswith(".pack"))
        os.chmod(pack, 0o644)
        with open(pack, "rb") as file:
            whole = file.read()
        for cut in (len(whole) // 2, 20, 0):
            with open(pack, "wb") as file:
                file.write(whole[:cut])
            done = self.akin("log", "anything")
            self.assertEqual(done.returncode, 66, done.stderr)
            self.assertIn("cannot be read", done.stderr)
        os.mkfifo(os.path.join(packs, "pack-" + "0" * 40 + ".idx"))
        os.mkfifo(os.path.join(packs, "pack-" + "0" * 40 + ".pack"))
        with open(pack, "wb") as file:
            file.write(whole)
        self.assertEqual({hit["commit"] for hit in self.log("anything")}, {first, second})


if __name__ == "__main__":
    unittest.main()
