"""Hostile folders: nothing in a folder, nor in git's environment, makes a program run or a socket open."""

import os
import random
import shlex
import subprocess
import unittest

from attack import AKIN, Attack, Watched

# Keys of git's configuration (git-config(1)) whose values are programs, or choose where a program or an address comes from,
# with a value that would leave a trace; {run} is a script that does, {trace} a file that must not come to be.
PROGRAM_KEYS = [
    ("core.fsmonitor", "{run}"), ("core.hooksPath", "{hooks}"), ("core.sshCommand", "{run}"), ("core.pager", "{run}"),
    ("core.editor", "{run}"), ("core.gitProxy", "{run}"), ("core.askPass", "{run}"), ("core.alternateRefsCommand", "{run}"),
    ("core.attributesFile", "{attributes}"), ("core.worktree", "{elsewhere}"), ("core.excludesFile", "{fifo}"),
    ("core.untrackedCache", "true"), ("core.preloadIndex", "true"),
    ("sequence.editor", "{run}"), ("pager.ls-files", "{run}"), ("alias.ls-files", "!{run}"), ("alias.check-ignore", "!{run}"),
    ("diff.external", "{run}"), ("diff.x.command", "{run}"), ("diff.x.textconv", "{run}"), ("merge.x.driver", "{run}"),
    ("difftool.x.cmd", "{run}"), ("mergetool.x.cmd", "{run}"), ("interactive.diffFilter", "{run}"),
    ("filter.x.clean", "{run}"), ("filter.x.smudge", "{run}"), ("filter.x.process", "{run}"), ("filter.x.required", "true"),
    ("credential.helper", "!{run}"), ("gpg.program", "{run}"), ("gpg.ssh.program", "{run}"),
    ("gpg.ssh.defaultKeyCommand", "{run}"), ("gpg.x509.program", "{run}"), ("uploadpack.packObjectsHook", "{run}"),
    ("remote.origin.url", "ext::{run}"), ("remote.origin.uploadpack", "{run}"), ("remote.origin.receivepack", "{run}"),
    ("remote.origin.vcs", "x"), ("remote.origin.promisor", "true"), ("remote.origin.partialclonefilter", "blob:none"),
    ("remote.origin.proxy", "http://127.0.0.1:9"), ("extensions.partialClone", "origin"), ("protocol.allow", "always"),
    ("protocol.ext.allow", "always"), ("url.ext::{run}.insteadOf", "https://"), ("include.path", "{included}"),
    ("submodule.inner.update", "!{run}"), ("trailer.x.command", "{run}"), ("trailer.x.cmd", "{run}"),
    ("sendemail.smtpServer", "{run}"), ("sendemail.toCmd", "{run}"), ("web.browser", "x"), ("browser.x.cmd", "{run}"),
    ("man.x.cmd", "{run}"), ("instaweb.httpd", "{run}"), ("receive.procReceiveRefs", "refs"), ("fsmonitor.socketDir", "{elsewhere}"),
    ("trace2.eventTarget", "{trace}"), ("trace2.normalTarget", "{trace}"), ("trace2.perfTarget", "{trace}"),
    ("maintenance.auto", "true"), ("gc.auto", "1"), ("http.proxy", "http://127.0.0.1:9"), ("ssh.variant", "simple"),
    ("bundle.heuristic", "creationToken"), ("fetch.bundleURI", "http://127.0.0.1:9/x"), ("gui.x.cmd", "{run}"),
    ("guitool.x.cmd", "{run}"), ("imap.tunnel", "{run}"), ("init.templateDir", "{elsewhere}"), ("notes.rewriteRef", "x"),
    ("extensions.worktreeConfig", "true"), ("includeIf.gitdir:/.path", "{included}"),
]


class WithPrograms(Attack):
    """A stranger's programs, and repositories whose configuration names them."""

    def setUp(self):
        super().setUp()
        self.trace = self.path("ran")
        self.run_script = self.write(self.path("evil", "run.sh"), f"#!/bin/sh\necho \"$0 $*\" >>{shlex.quote(self.trace)}\n", 0o755)
        for hook in ("post-index-change", "fsmonitor-watchman", "reference-transaction", "post-checkout", "pre-auto-gc"):
            self.write(self.path("evil", "hooks", hook), f"#!/bin/sh\nexec {shlex.quote(self.run_script)} hook\n", 0o755)
        self.write(self.path("evil", "attributes"), "* filter=x diff=x merge=x\n")
        os.mkdir(self.path("evil", "elsewhere"))
        os.mkfifo(self.path("evil", "fifo"))
        self.write(self.path("evil", "included"), f"[core]\n\tfsmonitor = {self.run_script}\n")

    def hostile(self, folder):
        """Has a repository's configuration name programs wherever git's documentation says that it may."""
        names = {
            "run": self.run_script, "trace": self.path("traced-by-git"), "hooks": self.path("evil", "hooks"),
            "attributes": self.path("evil", "attributes"), "elsewhere": self.path("evil", "elsewhere"),
            "fifo": self.path("evil", "fifo"), "included": self.path("evil", "included"),
        }
        lines = []
        for key, value in PROGRAM_KEYS:
            section, name = key.format(**names).rsplit(".", 1)
            head, dot, sub = section.partition(".")
            lines.append(f'[{head} "{sub}"]' if dot else f"[{head}]")
            lines.append(f'\t{name} = "{value.format(**names)}"')
        with open(os.path.join(folder, "config"), "a", encoding="utf-8") as config:
            config.write("\n".join(lines) + "\n")
        with open(os.path.join(folder, "config.worktree"), "w", encoding="utf-8") as config:
            config.write(f"[core]\n\tfsmonitor = {self.run_script}\n")


class HostileFolders(WithPrograms):
    def checkout(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.write(os.path.join(folder, "river.txt"))
        self.git("init", "-q", cwd=folder)
        self.git("add", ".", cwd=folder)
        self.git("commit", "-qm", "x", cwd=folder)
        self.write(os.path.join(folder, ".gitattributes"), "* filter=x diff=x merge=x\n")
        self.write(os.path.join(folder, "new.txt"), "New: mountains.\n")

    def assert_nothing_ran(self, watched, wanted=None):
        self.assertFalse(os.path.exists(self.trace), "a script of the folder has run")
        self.assertFalse(os.path.exists(self.path("traced-by-git")))
        self.assertEqual(watched.calls(), [], "something was started, or a socket opened")
        if wanted:
            self.assertEqual(self.documents(), sorted(wanted))

    def ways_in(self, watched, folder):
        """Every way in which a folder comes to be listed."""
        uri = "file://" + folder
        request = {"jsonrpc": "2.0", "id": 1, "method": "index/add", "params": {"folder": folder}}
        self.akin("search", "rivers", cwd=folder, prefix=watched.prefix, status=0)
        yield "search"
        self.akin("index", folder, prefix=watched.prefix, status=0)
        yield "index"
        self.akin("index", "--inspect", os.path.join(folder, "river.txt"), "--verbose", prefix=watched.prefix, status=0)
        yield "index --inspect"
        self.akin("similar", os.path.join(folder, "river.txt"), cwd=folder, prefix=watched.prefix)
        yield "similar"
        self.serve(request, prefix=watched.prefix)
        yield "index/add"
        self.serve(
            {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"rootUri": uri, "capabilities": {}}},
            {"jsonrpc": "2.0", "method": "initialized", "params": {}},
            {"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": {
                "uri": uri + "/river.txt", "languageId": "plaintext", "version": 1, "text": "Changed."}}},
            {"jsonrpc": "2.0", "id": 2, "method": "workspace/symbol", "params": {"query": "rivers"}},
            {"jsonrpc": "2.0", "id": 3, "method": "shutdown"}, {"jsonrpc": "2.0", "method": "exit"},
            prefix=watched.prefix)
        yield "initialized, didOpen, workspace/symbol"
        self.tool("search", query="rivers", folder=folder, _options={"cwd": folder, "prefix": watched.prefix})
        yield "mcp"

    def try_all(self, folder):
        watched = Watched(self)
        for way in self.ways_in(watched, folder):
            with self.subTest(way):
                self.assert_nothing_ran(watched)

    def test_a_checkout_whose_configuration_names_programs(self):
        self.checkout(self.folder)
        self.hostile(os.path.join(self.folder, ".git"))
        self.try_all(self.folder)
        self.assertEqual(self.documents(), ["new.txt", "river.txt"])

    def test_a_nested_checkout(self):
        self.checkout(self.folder)
        inner = os.path.join(self.folder, "inner")
        self.checkout(inner)
        self.hostile(os.path.join(inner, ".git"))
        self.try_all(self.folder)
        self.assertEqual(self.documents(), ["inner/new.txt", "inner/river.txt", "new.txt", "river.txt"])

    def test_a_bare_repository_among_the_files(self):
        # What a plain `git clone` brings: a folder that git takes for a repository.
        bare = os.path.join(self.folder, "docs")
        os.makedirs(bare)
        self.git("init", "-q", "--bare", cwd=bare)
        self.hostile(bare)
        self.write("docs/river.txt")
        self.try_all(bare)

    def test_a_submodule_and_a_linked_work_tree(self):
        library = self.path("library")
        self.checkout(library)
        self.checkout(self.folder)
        self.git("submodule", "add", "-q", library, "lib")
        self.git("worktree", "add", "-q", self.path("linked"))
        self.hostile(os.path.join(self.folder, ".git", "modules", "lib"))
        self.hostile(os.path.join(self.folder, ".git"))
        watched = Watched(self)
        self.akin("index", prefix=watched.prefix, status=0)
        self.assert_nothing_ran(watched, [".gitmodules", "lib/river.txt", "new.txt", "river.txt"])
        self.akin("index", self.path("linked"), prefix=watched.prefix, status=0)
        self.assert_nothing_ran(watched)

    def test_a_partial_clone_whose_promisor_is_a_program(self):
        self.checkout(self.folder)
        self.hostile(os.path.join(self.folder, ".git"))
        objects = os.path.join(self.folder, ".git", "objects")
        for name in os.listdir(objects):
            if len(name) == 2:
                for blob in os.listdir(os.path.join(objects, name)):
                    os.remove(os.path.join(objects, name, blob))
        self.try_all(self.folder)

    def test_gits_own_environment_names_another_tree(self):
        other = self.path("other")
        self.checkout(other)
        self.write(os.path.join(other, "secret.txt"))
        self.git("add", ".", cwd=other)
        self.checkout(self.folder)
        self.checkout(os.path.join(self.folder, "inner"))
        wanted = ["inner/new.txt", "inner/river.txt", "new.txt", "river.txt"]
        git = os.path.join(other, ".git")
        environments = [
            {"GIT_DIR": git}, {"GIT_INDEX_FILE": git + "/index"}, {"GIT_DIR": git, "GIT_WORK_TREE": other},
            {"GIT_COMMON_DIR": git, "GIT_OBJECT_DIRECTORY": git + "/objects"}, {"GIT_CEILING_DIRECTORIES": self.folder},
            {"GIT_EXEC_PATH": self.path("evil")}, {"GIT_TRACE2_EVENT": self.path("traced-by-git")},
            {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.fsmonitor", "GIT_CONFIG_VALUE_0": self.run_script},
            {"GIT_CONFIG_PARAMETERS": f"'core.fsmonitor'='{self.run_script}'"}, {"GIT_CONFIG_GLOBAL": self.path("evil", "included")},
            {"GIT_SSH_COMMAND": self.run_script, "GIT_ASKPASS": self.run_script, "GIT_EDITOR": self.run_script},
        ]
        watched = Watched(self)
        for environment in environments:
            with self.subTest(environment):
                self.akin("index", prefix=watched.prefix, environment=environment, status=0)
                self.assert_nothing_ran(watched, wanted)

    def test_a_hook_keeps_the_documents_of_submodules(self):
        library = self.path("library")
        self.checkout(library)
        self.checkout(self.folder)
        self.git("submodule", "add", "-q", library, "lib")
        self.git("add", ".")
        self.akin("index", status=0)
        before = self.documents()
        self.assertIn("lib/river.txt", before)
        akin = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.environment.items())
        akin += f" {shlex.quote(AKIN)} index . >{shlex.quote(self.path('hook.log'))} 2>&1"
        self.write(".git/hooks/post-commit", f"#!/bin/sh\n{akin}\n", 0o755)
        self.git("commit", "-qm", "with a hook")
        with open(self.path("hook.log"), encoding="utf-8") as log:
            self.assertIn("nothing changed", log.read())
        self.assertEqual(self.documents(), before)

    def test_files_that_are_read_for_rules_are_no_traps(self):
        self.checkout(self.folder)
        git = os.path.join(self.folder, ".git")
        os.makedirs(os.path.join(git, "info"), exist_ok=True)
        for trap in (os.path.join(git, "info", "exclude"), os.path.join(git, "index"), os.path.join(self.folder, ".akinignore"),
                     os.path.join(self.folder, ".gitignore"), os.path.join(git, "commondir")):
            with self.subTest(trap):
                if os.path.lexists(trap):
                    os.remove(trap)
                os.mkfifo(trap)
                done = self.akin("index", "--verbose", status=0, deadline=60)
                self.assertIn("2 files", done.stdout)
                os.remove(trap)
                os.symlink("/dev/zero", trap)
                self.assertIn("2 files", self.akin("index", "--verbose", status=0, deadline=60).stdout)
                os.remove(trap)

    def test_folders_that_no_index_can_name(self):
        """They were taken for files, and the folder above was indexed and searched."""
        strange = os.path.join(os.fsencode(self.folder), b"\xff")
        os.mkdir(strange)
        deep = self.path("deep")
        os.mkdir(deep)
        for inside, name in ((strange, b"a.md"), (os.fsencode(deep), None)):
            here = os.open(inside, os.O_RDONLY)
            for _ in range(0 if name else 40):
                os.mkdir("d" * 200, dir_fd=here)
                below = os.open("d" * 200, os.O_RDONLY, dir_fd=here)
                os.close(here)
                here = below
            os.close(os.open("a.md", os.O_WRONLY | os.O_CREAT, dir_fd=here))
            for command in (["index", "."], ["search", "rivers"], ["index", "--inspect", "a.md"], ["similar", "a.md"]):
                done = subprocess.run(
                    [AKIN, *command], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                    errors="replace", check=False, preexec_fn=lambda here=here: os.fchdir(here))
                self.assertEqual(done.returncode, 66, (command, done.stdout, done.stderr))
            os.close(here)
        self.assertEqual(self.akin("collections", "--json").stdout, "")

    def test_a_git_file_that_leads_around(self):
        self.write("river.txt")
        for target in ("gitdir: .\n", "gitdir: /\n", "gitdir: .git\n", "gitdir: " + "x/" * 3000 + "\n", "gitdir: \n", "\0", ""):
            with self.subTest(target):
                self.write(".git", target)
                self.assertIn("1 file", self.akin("index", status=0, deadline=60).stdout)


class HostileIndexes(Attack):
    """Bytes of an index that no git has written never end the program, and cost no memory that they do not have."""

    def setUp(self):
        super().setUp()
        self.write("river.txt")
        self.write(".hidden/tracked.txt")
        self.git("init", "-q")
        self.git("add", "-f", ".")
        self.index = os.path.join(self.folder, ".git", "index")

    def test_a_cut_and_changed_index(self):
        random.seed(12)
        with open(self.index, "rb") as file:
            whole = file.read()
        variants = [b"", b"DIRC", whole[:-1], whole[:40], whole[:12], b"DIRC" + b"\xff" * 60, b"DIRC\0\0\0\4" + b"\xff" * 200,
                    b"DIRC\0\0\0\2\xff\xff\xff\xff" + whole[12:], whole[:12] + b"link\xff\xff\xff\xff" + whole[12:]]
        for _ in range(8):
            changed = bytearray(whole)
            for _ in range(3):
                changed[random.randrange(len(changed))] = random.randrange(256)
            variants.append(bytes(changed))
        for variant in variants:
            with self.subTest(variant[:40]):
                with open(self.index, "wb") as file:
                    file.write(variant)
                self.assertIn("river.txt", self.akin("search", "rivers", "--files", status=0, deadline=30).stdout)

    def test_an_index_that_cannot_be_read_is_told(self):
        with open(self.index, "wb") as file:
            file.write(b"DIRC\0\0\0\x63" + b"\0" * 40)
        self.assertIn("git's index cannot be read: its version is 99", self.akin("index", "--verbose", status=0).stdout)


if __name__ == "__main__":
    unittest.main()
