"""The configuration files of assistants and editors, as people keep them and as they break them, under `akin setup`."""

import json
import os
import re
import stat
import subprocess
import tomllib

from attack import AKIN, Attack

# Each assistant with a file of JSON: where it is, where the entry stands in it, what shows that the program is there.
JSON = {
    "claude": (".claude.json", ["mcpServers"]), "cursor": (".cursor/mcp.json", ["mcpServers"]),
    "gemini": (".gemini/settings.json", ["mcpServers"]), "vscode": (".config/Code/User/mcp.json", ["servers"]),
    "zed": (".config/zed/settings.json", ["context_servers"]), "opencode": (".config/opencode/opencode.json", ["mcp"]),
    "windsurf": (".codeium/windsurf/mcp_config.json", ["mcpServers"]), "copilot": (".copilot/mcp-config.json", ["mcpServers"]),
    "cline": (".config/Code/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json", ["mcpServers"]),
    "kiro": (".kiro/settings/mcp.json", ["mcpServers"]), "qwen": (".qwen/settings.json", ["mcpServers"]),
}
CODEX = ".codex/config.toml"

# KEY stands for the member that has the servers.
KEPT = {
    "nothing": "", "blanks": " \n\t", "an object": "{}", "an object on lines": "{\n}\n", "no end of line": "{\n  \"a\": 1\n}",
    "servers": '{\n  "KEY": {\n    "other": {"command": "x", "args": ["-y"]}\n  }\n}\n', "no servers": '{"KEY": {}}',
    "servers on lines": '{\n\t"KEY": {\n\t},\n\t"b": null\n}\n', "compact": '{"a":[1,{"b":"}"}],"KEY":{"x":{"command":"y"}}}',
    "comments": '// mine\n{\n  // the theme\n  "theme": "dark", /* or "light" */\n  "KEY": { // servers\n    // none yet\n  }, // the end\n}\n// more\n',
    "trailing commas": '{\n  "a": [1, 2, ],\n  "KEY": {"x": {"command": "y",},},\n}\n', "odd indentation": '{\n       "a": 1,\n  "KEY":\n     {\n   "x": {}\n }\n}',
    "tabs": '{\n\t"a": {\n\t\t"b": 1\n\t}\n}\n', "CRLF": '{\r\n  "a": 1,\r\n  "KEY": {\r\n    "x": {}\r\n  }\r\n}\r\n', "CRLF, empty": '{\r\n}\r\n',
    "byte order mark": "\ufeff{\n  \"a\": 1\n}\n", "a mark alone": "\ufeff", "only comments": "// mine\n/* and more */", "a comment around": '/* { */ {} /* } */',
    "brackets in strings": '{"a": "}{][,:\\"//", "b": "/* \\\\", "KEY": {}}', "escapes in names": '{"\\u0061": 1, "b\\"c": 2}', "text": '{"a": "Ünïcödé \\ud83d\\ude00 😀"}',
    "deep": '{"a": ' + "[" * 90 + "]" * 90 + "}", "long": "{" + ", ".join(f'"k{i}": {i}' for i in range(20000)) + "}",
    "a comment in an empty object": '{ "KEY": { /* none\n yet */ } }', "one line and a comment": '{ "a": 1 } // done',
}
BROKEN = [
    "{", "}", "[]", "null", "1", '"KEY"', '{"a": 1', '{"a" 1}', '{"a": }', "{a: 1}", "{'a': 1}", '{"a": 1,, "b": 2}', '{"a": 01x}', '{"a": NaN}', '{"a": "b\n"}',
    "{} {}", '{"KEY": []}', '{"KEY": null}', '{"KEY": "x"}', '{"KEY": {}, "KEY": {}}', "/* {", "<<<<<<< HEAD\n{}\n=======\n{}\n>>>>>>> other\n",
    '{"KEY": {"akin": {"command": "mine"}}}', '{"KEY": {"akin": null}}', "[" * 100000, "\x00", b"\xff\xfe{\x00}\x00", '{"a": "\\',
]
TOML_KEPT = {
    "nothing": "", "a value": 'model = "o"\n', "no end of line": "a = 1", "comments": "# mine\nmodel = 'o' # [not.a.table]\n\n[tools] # here\nweb = true\n",
    "CRLF": "a = 1\r\n[b]\r\nc = 2\r\n", "byte order mark": "\ufeffa = 1\n", "inline tables": 'a = { b = 1, c = [{ d = "]" }, {}] }\n',
    "arrays of tables": '[[profiles]]\nname = "a"\n[profiles.more]\nx = 1\n[[profiles]]\nname = "b"\n', "servers": '[mcp_servers.other]\ncommand = "x"\nargs = ["-y"]\n',
    "the servers' own table": "[mcp_servers]\n\n[mcp_servers.other]\ncommand = 'x'\n", "dotted": 'mcp_servers.other.command = "x"\n', "quoted": '[mcp_servers."akin two"]\ncommand = "x"\n',
    "strings": 'a = "say \\"[hi\\" # no"\nb = \'C:\\\'\nc = """\n[mcp_servers.akin]\n""" # real\nd = \'\'\'x"""\'\'\'\n', "many lines": "a = [\n  [1, 2], # ]\n  [3],\n]\n",
    "dates and numbers": "a = 1979-05-27 07:32:00Z\nb = 1_000\nc = 0xff\nd = -inf\ne = 07:32:00\nf = +1.5e-3\n", "text": 'a = "Ünïcödé 😀"\n"ключ" = 1\n',
}
TOML_BROKEN = [
    "a", "a =", "[a", "[[a]", "a = 'b", 'a = """', "a = [1", "a = {b = 1", "= 1", "a = 1 2", "<<<<<<< HEAD\n", "a = yes\n", "{}",
    "mcp_servers = 1\n", "mcp_servers = { other = {} }\n", "[[mcp_servers]]\n", '[mcp_servers.akin]\ncommand = "mine"\n',
    '[mcp_servers]\nakin = { command = "mine" }\n', 'mcp_servers.akin.command = "mine"\n', '[mcp_servers.akin.env]\nA = "b"\n', '["mcp_servers".\'akin\']\n',
]


def plain(text):
    """JSON without comments, trailing commas and a mark, for Python to read."""
    text = text.removeprefix("\ufeff")
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/', lambda match: match[1] or " ", text, flags=re.S)
    return re.sub(r'("(?:\\.|[^"\\])*")|,(\s*[}\]])', lambda match: match[1] or match[2], text, flags=re.S)


class Configurations(Attack):
    def tree(self):
        """All that is in the home: kinds, modes, owners and bytes."""
        found = {}
        for folder, folders, files in os.walk(self.home):
            for name in folders + files:
                path = os.path.join(folder, name)
                about = os.lstat(path)
                content = None
                if stat.S_ISLNK(about.st_mode):
                    content = os.readlink(path)
                elif stat.S_ISREG(about.st_mode):
                    with open(path, "rb") as file:
                        content = file.read()
                found[os.path.relpath(path, self.home)] = (about.st_mode, about.st_uid, about.st_gid, content)
        # What Akin keeps of itself.
        return {path: what for path, what in found.items() if not path.startswith(".local")}

    def keep(self, place, content):
        self.write(os.path.join(self.home, place), content if isinstance(content, bytes) else content.encode("utf-8"))

    def text(self, place):
        with open(os.path.join(self.home, place), encoding="utf-8", newline="") as file:
            return file.read()

    def wired_and_undone(self, name, place, kept, check):
        before = self.tree()
        self.akin("setup", "--print", "--only", name, status=0)
        self.assertEqual(self.tree(), before, (name, kept))
        self.akin("setup", "--yes", "--only", name, status=0)
        check(self.text(place))
        after = self.tree()
        self.assertNotEqual(after, before)
        self.akin("setup", "--yes", "--only", name, status=0)
        self.assertEqual(self.tree(), after, (name, kept))
        # The rest is there, byte for byte and in order.
        self.akin("setup", "--undo", "--only", name, status=0)
        self.assertEqual(self.tree(), before, (name, kept))

    def test_files_of_json_as_people_keep_them(self):
        for number, (kind, pattern) in enumerate(KEPT.items()):
            # Each kind with one assistant, and each assistant with a few kinds.
            name = list(JSON)[number % len(JSON)]
            place, path = JSON[name]
            text = pattern.replace("KEY", path[0])

            def check(after):
                value = json.loads(plain(after))
                entry = value[path[0]].pop("akin")
                self.assertIn("mcp", json.dumps(entry), kind)
                old = json.loads(plain(text) if plain(text).strip() else "{}")
                old.setdefault(path[0], {})
                self.assertEqual(value, old, kind)
                self.assertEqual("\r\n" in text, "\r\n" in after)

            with self.subTest(kind=kind, name=name):
                self.keep(place, text)
                self.wired_and_undone(name, place, kind, check)
                os.remove(os.path.join(self.home, place))

    def test_files_of_toml_as_people_keep_them(self):
        for kind, text in TOML_KEPT.items():
            def check(after):
                value = tomllib.loads(after.removeprefix("\ufeff"))
                self.assertEqual(value["mcp_servers"].pop("akin")["args"], ["mcp"], kind)
                old = tomllib.loads(text.removeprefix("\ufeff"))
                old.setdefault("mcp_servers", {})
                self.assertEqual(value, old, kind)

            with self.subTest(kind=kind):
                self.keep(CODEX, text)
                self.wired_and_undone("codex", CODEX, kind, check)

    def test_files_that_are_broken_or_taken_stay(self):
        for number, text in enumerate(BROKEN):
            name = list(JSON)[number % len(JSON)]
            place, path = JSON[name]
            self.keep(place, text if isinstance(text, bytes) else text.replace("KEY", path[0]))
            before = self.tree()
            done = self.akin("setup", "--yes", "--only", name, status=1)
            self.assertIn("stays as it is", done.stdout, text[:50])
            self.assertEqual(self.tree(), before, text[:50])
        for text in TOML_BROKEN:
            self.keep(CODEX, text)
            before = self.tree()
            done = self.akin("setup", "--yes", "--only", "codex", status=1)
            self.assertIn("stays as it is", done.stdout, text)
            self.assertEqual(self.tree(), before, text)
        self.assertIn("Nothing was written", self.akin("setup", "--undo", status=0).stdout)

    def test_links_owners_and_rights(self):
        dotfiles = self.path("dotfiles")
        os.makedirs(dotfiles)
        os.makedirs(os.path.join(self.home, ".cursor"))
        target = os.path.join(dotfiles, "cursor.json")
        self.write(target, "{}\n", 0o600)
        os.symlink(target, os.path.join(self.home, ".cursor/mcp.json"))
        self.keep(".qwen/settings.json", "{}")
        os.chmod(os.path.join(self.home, ".qwen/settings.json"), 0o640)
        if os.geteuid() == 0:
            os.chown(os.path.join(self.home, ".qwen/settings.json"), 4321, 4321)
        before = self.tree()
        self.akin("setup", "--yes", status=0)
        after = self.tree()
        for place in (".cursor/mcp.json", ".qwen/settings.json"):
            self.assertEqual(after[place][:3], before[place][:3], place)
        self.assertEqual(stat.S_IMODE(os.stat(target).st_mode), 0o600)
        with open(target, encoding="utf-8") as file:
            self.assertIn("akin", file.read())
        self.akin("setup", "--undo", status=0)
        self.assertEqual(self.tree(), before)
        with open(target, encoding="utf-8") as file:
            self.assertEqual(file.read(), "{}\n")
        # A link to nothing, a pipe, a folder.
        os.remove(target)
        os.makedirs(os.path.join(self.home, ".copilot/mcp-config.json"))
        os.makedirs(os.path.join(self.home, ".kiro/settings"))
        os.mkfifo(os.path.join(self.home, ".kiro/settings/mcp.json"))
        before = self.tree()
        done = self.akin("setup", "--yes", "--only", "cursor", "--only", "copilot", "--only", "kiro", status=1)
        self.assertEqual(done.stdout.count("stays as it is"), 3, done.stdout)
        self.assertEqual(self.tree(), before)

    def test_what_people_change_afterwards(self):
        self.keep(".cursor/mcp.json", '{\n  "mcpServers": {}\n}\n')
        self.keep(CODEX, "a = 1\n")
        self.akin("setup", "--yes", status=0)
        # Beside the entry: undone, and the change stays.
        self.keep(".cursor/mcp.json", self.text(".cursor/mcp.json").replace("{\n", '{\n  "mine": true,\n', 1))
        self.keep(CODEX, "# mine\n" + self.text(CODEX) + '\n[later]\nb = "akin"\n')
        self.akin("setup", "--undo", status=0)
        self.assertEqual(self.text(".cursor/mcp.json"), '{\n  "mine": true,\n  "mcpServers": {}\n}\n')
        self.assertEqual(self.text(CODEX), '# mine\na = 1\n\n[later]\nb = "akin"\n')
        # In the entry: it is the person's now, until it is taken out by hand.
        self.akin("setup", "--yes", status=0)
        self.keep(".cursor/mcp.json", self.text(".cursor/mcp.json").replace('["mcp"]', '["mcp", "--verbose"]'))
        changed = self.text(".cursor/mcp.json")
        self.akin("setup", "--yes", status=1)
        self.akin("setup", "--undo", status=1)
        self.assertEqual(self.text(".cursor/mcp.json"), changed)
        self.assertEqual(self.text(CODEX), '# mine\na = 1\n\n[later]\nb = "akin"\n')
        self.keep(".cursor/mcp.json", "{}")
        self.akin("setup", "--undo", status=0)
        self.assertEqual(self.text(".cursor/mcp.json"), "{}")
        # Written anew by its program.
        self.akin("setup", "--yes", "--only", "cursor", status=0)
        self.keep(".cursor/mcp.json", json.dumps(json.loads(self.text(".cursor/mcp.json")), indent=4))
        self.akin("setup", "--yes", "--only", "cursor", status=0)
        self.akin("setup", "--undo", status=0)
        self.assertEqual(json.loads(self.text(".cursor/mcp.json")), {})
        self.assertIn("Nothing was written", self.akin("setup", "--undo", status=0).stdout)

    def test_several_at_once(self):
        names = list(JSON)
        for name in names:
            self.keep(JSON[name][0], "{\n}\n")
        self.keep(CODEX, "a = 1\n")
        before = self.tree()
        for _ in range(5):
            # Each alone, and all of them three times; who finds an entry that another has just put in is done.
            commands = [["--yes", "--only", name] for name in [*names, "codex"]] + [["--yes"]] * 3
            self.at_once(commands)
            after = self.tree()
            for name in names:
                self.assertEqual(after[JSON[name][0]][3].count(b'"akin"'), 1, name)
            self.assertIn("has it already", self.akin("setup", "--yes", status=0).stdout)
            # What each wrote is known, whoever wrote it.
            self.at_once([["--undo"]] * 3)
            self.assertEqual(self.tree(), before)
            self.assertIn("Nothing was written", self.akin("setup", "--undo", status=0).stdout)
        # In and out in turn: in the end one takes out what is left.
        self.at_once([["--yes"], ["--undo"]] * 4)
        self.akin("setup", "--undo", status=0)
        self.assertEqual(self.tree(), before)

    def at_once(self, commands):
        running = [
            subprocess.Popen([AKIN, "setup", *command], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for command in commands]
        for process, command in zip(running, commands):
            output, errors = process.communicate()
            self.assertEqual((process.returncode, errors), (0, b""), (command, output))

    def test_files_that_nobody_may_write(self):
        self.keep(".cursor/mcp.json", "{}\n")
        place = os.path.join(self.home, ".cursor/mcp.json")
        os.chmod(place, 0o444)
        before = self.tree()
        done = self.akin("setup", "--yes", "--only", "cursor")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("write", done.stdout)
        self.assertEqual(self.tree(), before)
        os.chmod(place, 0o644)
        self.akin("setup", "--yes", "--only", "cursor", status=0)
        os.chmod(place, 0o444)
        # Neither is it taken out; afterwards it is.
        self.assertNotEqual(self.akin("setup", "--undo").returncode, 0)
        os.chmod(place, 0o444 | 0o200)
        self.akin("setup", "--undo", status=0)
        self.assertEqual(self.text(".cursor/mcp.json"), "{}\n")

    def test_undone_from_another_folder(self):
        places = [self.path(name, "AGENTS.md") for name in ("one", "two")]
        for place in places:
            self.write(place, "# Mine\n")
            self.akin("setup", "--yes", "--instructions", "AGENTS.md", "--only", "emacs", cwd=os.path.dirname(place), status=0)
            self.assertIn(place, self.akin("setup", "--yes", "--instructions", "AGENTS.md", "--only", "emacs", cwd=os.path.dirname(place),
                                           status=0).stdout)
        self.akin("setup", "--undo", status=0)
        for place in places:
            with open(place) as file:
                self.assertEqual(file.read(), "# Mine\n")

    def test_without_a_home(self):
        """Nothing of the folder that one is in is taken for the home's."""
        self.write(".cursor/mcp.json", "{}")
        for home in ("", "relative", None):
            environment = {**self.environment, "XDG_DATA_HOME": self.path("data")}
            environment.pop("HOME")
            if home is not None:
                environment["HOME"] = home
            done = subprocess.run(
                [AKIN, "setup", "--print"], cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
            self.assertNotIn(self.folder, done.stdout + done.stderr)
            self.assertNotIn(" .cursor", done.stdout)
            self.assertNotIn(" /.cursor", done.stdout)

    def test_nothing_is_written_unasked(self):
        self.keep(".cursor/mcp.json", "{}")
        before = self.tree()
        # No terminal, no answer.
        for text in ("", "y\n", "yes\n"):
            self.assertIn("Nothing was written", self.akin("setup", text=text, status=0).stdout)
        self.akin("setup", "--only", "nobody", status=64)
        self.assertEqual(self.tree(), before)
        self.assertFalse(os.path.exists(os.path.join(self.home, ".local/share/akin/setup.jsonl")))
