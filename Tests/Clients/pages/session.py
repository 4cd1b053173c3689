"""Runs the blocks of the clients' pages. A block that nothing here knows is a failure, as is a way that no block goes.

Usage: session.py --folder INDEXED --work EMPTY --python PYTHON --reranker MODEL, with akin first on the PATH.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from blocks import blocks

TOP = pathlib.Path(__file__).resolve().parents[3]
CLIENTS = TOP / "clients"
PAGES = [*sorted(CLIENTS.glob("*/README.md")), CLIENTS / "README.md", CLIENTS / "editors.md"]
QUERY = "when does the water rise"
EMACS_PACKAGES = pathlib.Path("/usr/share/emacs/site-lisp/elpa")


class Skipped(Exception):
    """Why a block does not run here."""


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            raise Skipped(f"{program} is not installed")


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class Session:
    def __init__(self, options):
        self.folder = pathlib.Path(options.folder)
        self.work = pathlib.Path(options.work)
        self.python = options.python
        self.environment = dict(os.environ)
        # The pages' paths are those of the repository: in a copy, since some write there.
        self.copy = self.work / "copy"
        (self.copy / ".git").mkdir(parents=True)
        shutil.copytree(CLIENTS, self.copy / "clients", symlinks=False)
        self.python_path = str(self.copy / "clients/python/src")
        # `akin serve` of the pages that rerank.
        program = shutil.which("akin")
        self.reranking = self.work / "reranking"
        self.reranking.mkdir()
        script = self.reranking / "akin"
        script.write_text(f'#!/bin/sh\nexec "{program}" "$@" --rerank-model "{options.reranker}"\n', encoding="utf-8")
        script.chmod(0o755)
        self.run(["akin", "index", str(self.folder)])

    def run(self, words, *, cwd=None, input="", check=True, **variables):
        ended = subprocess.run(
            [*map(str, words)], cwd=cwd or self.copy, input=input, capture_output=True, text=True, timeout=240,
            env={**self.environment, **variables},
        )
        if check:
            expect(ended.returncode == 0, f"status {ended.returncode}\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
        return ended.stdout + ended.stderr

    # Screens

    def screen(self, block):
        """The places and scores on it, and which is the best, are those of the folder that it is of."""
        pattern = r"^([ >▌]*)((?:src|docs)/\w+\.\w+)[:| ]+\d+(?![\d,])(?:.*?[ \t](-?\d\.\d{2,3})(?![\d.])|)"
        shown = re.findall(pattern, block.text, re.MULTILINE)
        expect(shown, "there is no place on this screen")
        lines = self.run(["akin", "search", QUERY, "--json"], cwd=self.folder).splitlines()
        hits = [json.loads(line) for line in lines if line.startswith("{")]
        found = {hit["path"]: hit["similarity"] for hit in hits}
        # Chosen where one is, as in fzf's list, which begins at the bottom; else the first.
        best = next((place for mark, place, _ in shown if mark.strip()), shown[0][1])
        expect(best == hits[0]["path"], f"expected {hits[0]['path']} first, shown are {shown}")
        for _, place, score in shown:
            expect(place in found, f"{place} is shown, and there are {[*found]}")
            if score:
                expect(abs(float(score) - found[place]) < 0.0011, f"{place}: expected {found[place]}, shown is {score}")

    def commands_of_vim(self, block):
        program = "nvim" if "/nvim/" in block.page else "vim"
        need(program)
        names = re.findall(r":(Akin\w*)", block.text)
        expect(len(names) >= 4, f"too few commands: {names}")
        script = "".join(f"if exists(':{name}') != 2 | cquit 3 | endif\n" for name in names)
        self.vim(program, script + "qall!\n")

    def vim(self, program, script, cwd=None, check=True):
        """Runs a script in an editor that has our plugin, and no configuration."""
        file = self.work / "script.vim"
        file.write_text(f"set runtimepath^={CLIENTS / program}\nruntime! plugin/akin.*\n{script}", encoding="utf-8")
        words = ["nvim", "--clean", "--headless"] if program == "nvim" else ["vim", "-N", "-u", "NONE", "-i", "NONE", "-n", "-es"]
        return self.run([*words, "-S", file], cwd=cwd or self.folder, check=check)

    # Emacs

    def emacs(self, forms, *packages):
        need("emacs")
        folders = [word for package in packages for word in ("-L", package)]
        return self.run(["emacs", "-Q", "--batch", *folders, "--eval", f"(progn {forms})"], cwd=self.folder)

    def commands_of_emacs(self, block):
        names = re.findall(r"M-x (akin-\S+)|\((akin-\S+) ", block.text)
        names = [one or other for one, other in names]
        expect(len(names) >= 6, f"too few commands: {names}")
        forms = "".join(f"(unless (commandp '{name}) (error \"{name}\"))" for name in names)
        self.emacs(f"(require 'akin) {forms}", CLIENTS / "emacs")

    def emacs_block(self, block):
        self.emacs(block.text.replace("…/clients", str(CLIENTS)) + "(unless (commandp 'akin-search) (error \"no command\"))")

    def eglot_block(self, block):
        need("emacs")
        if not list(EMACS_PACKAGES.glob("eglot-*")):
            raise Skipped("Debian's elpa-eglot is not installed")
        mode = "'text-mode" if "text-mode" in block.text else "'markdown-mode"
        found = f'(cl-find-if (lambda (entry) (memq {mode} (ensure-list (car entry)))) eglot-server-programs)'
        text = f"(require 'eglot) {block.text} (princ {found})"
        expect('akin serve' in self.emacs(text, *EMACS_PACKAGES.glob("*")).replace('"', ""), "eglot does not know it")

    # Vim and Neovim

    def install_vim(self, block):
        """As a person installs it; what the editor shows then is written to a file."""
        program = "nvim" if "/nvim/" in block.page else "vim"
        need(program)
        home = self.work / f"home-{program}"
        home.mkdir()
        options = "--headless" if program == "nvim" else "-N --not-a-term"
        shown = home / "shown"
        stand_in = (
            f"{program}() {{ command {program} {options} \"$@\" -c \"call writefile(getline(1, '$'), '{shown}')\" "
            "-c 'qall!' </dev/null >/dev/null; }\n"
        )
        variables = {"HOME": str(home), "XDG_DATA_HOME": str(home / ".local/share"), "XDG_CONFIG_HOME": str(home / ".config")}
        self.run(["bash", "-euc", stand_in + block.text], **variables)
        text = shown.read_text(encoding="utf-8", errors="replace")
        expect(re.search(r"OK.*akin" if program == "nvim" else r"^\*akin\.txt\*", text, re.MULTILINE | re.IGNORECASE), text[:2000])

    def neovim_lsp(self, block):
        need("nvim")
        file = self.work / "block.lua"
        file.write_text(block.text, encoding="utf-8")
        lua = "local ok = vim.wait(20000, function() return #vim.lsp.buf_get_clients(0) > 0 end, 20); if not ok then vim.cmd('cquit 3') end"
        self.vim("nvim", f"filetype on\nluafile {file}\nedit src/tide.py\nset filetype=python\nlua {lua}\nqall!\n")

    def neovim_start(self, block):
        need("nvim")
        if "v0.7" in self.run(["nvim", "--version"]):
            raise Skipped("Neovim 0.7 has no vim.lsp.start; Tests/Clients/lsp.sh drives what it has")
        file = self.work / "block.lua"
        file.write_text(block.text, encoding="utf-8")
        lua = "local ok = vim.wait(20000, function() return #vim.lsp.get_clients({ bufnr = 0 }) > 0 end, 20); if not ok then vim.cmd('cquit 3') end"
        self.vim("nvim", f"edit src/tide.py\nluafile {file}\nlua {lua}\nqall!\n")

    def vim_grep(self, block):
        need("vim")
        places = self.work / "places"
        script = f'{block.text}\nsilent grep! "{QUERY}"\ncall writefile(map(getqflist(), \'bufname(v:val.bufnr) .. ":" .. v:val.lnum\'), "{places}")\nqall!\n'
        self.vim("vim", script)
        expect(places.read_text(encoding="utf-8").startswith("src/tide.py:1\n"), places.read_text(encoding="utf-8"))

    def vim_ale(self, block):
        need("vim")
        ale = pathlib.Path("/usr/share/vim-ale")
        if not ale.is_dir():
            raise Skipped("Debian's vim-ale is not installed")
        script = f"set runtimepath^={ale}\nruntime! plugin/ale.vim\n{block.text}\n"
        script += "if len(filter(copy(ale#linter#Get('markdown')), 'v:val.name ==# \"akin\"')) != 1 | cquit 3 | endif\nqall!\n"
        self.vim("vim", script)

    def kakoune(self, block):
        recipe = re.search(r"'(akin .*)'", block.text)[1]
        expect(recipe in (TOP / "Tests/Clients/grep.sh").read_text(encoding="utf-8"), "grep.sh has another setting")
        raise Skipped("Tests/Clients/grep.sh drives Kakoune with it, where it is installed")

    # Python

    def python_install(self, block):
        need("python3")
        self.run(["python3", "-m", "venv", self.work / "fresh"])
        path = f"{self.work / 'fresh/bin'}:{self.environment['PATH']}"
        output = self.run(["bash", "-euc", block.text], check=False, PATH=path)
        if "setuptools" in output and "No matching distribution" in output:
            raise Skipped("no packages from PyPI, which setuptools is one of")
        text = "from akin import Akin; print(len(Akin().embed('a cat')))"
        expect("384" in self.run([self.work / "fresh/bin/python", "-c", text], PATH=path), output)

    def python_block(self, block, before="", *modules):
        for module in modules:
            if subprocess.run([self.python, "-c", f"import {module}"], capture_output=True, check=False).returncode:
                raise Skipped(f"{module} is not installed; {self.ELSEWHERE.get(module, 'pip install it')}")
        file = self.work / "block.py"
        file.write_text(before + block.text + "\n", encoding="utf-8")
        path = f"{self.reranking}:{self.environment['PATH']}"
        self.run([self.python, file], cwd=self.work, PYTHONPATH=self.python_path, PATH=path)
        self.shown_values(block, file)

    ELSEWHERE = {
        "chromadb": "make ecosystem runs it", "sentence_transformers": "make ecosystem runs it",
        "pyspark": "make clusters runs each line", "ray": "make clusters runs each line",
    }

    def shown_values(self, block, file):
        """What the page says that an expression gives."""
        for line, shown in re.findall(r"^\s*(akin\.\w+\(.*\))  # array\((.*)\);", block.text, re.MULTILINE):
            file.write_text(f"import numpy as np\nfrom akin import Akin\nakin = Akin()\nfound = {line}\n"
                            f"assert np.abs(found - np.array({shown})).max() < 0.0051, found\n", encoding="utf-8")
            self.run([self.python, file], PYTHONPATH=self.python_path)

    def first_python_block(self, block):
        (self.work / "huge.txt").write_text("a cat\na dog\n" * 100, encoding="utf-8")
        self.python_block(block, 'texts = ["a cat", "a dog"]\n', "numpy")

    def face_block(self, block):
        texts = 'questions, documents = ["How do plants survive?"], ["Plants eat light.", "Rivers flow."]\n'
        self.python_block(block, texts, "numpy")

    def parquet(self, block):
        if subprocess.run([self.python, "-c", "import pyarrow"], capture_output=True, check=False).returncode:
            raise Skipped("pyarrow is not installed")
        folder = self.work / "parquet"
        (folder / "texts").mkdir(parents=True)
        make = (
            "import pyarrow as pa, pyarrow.parquet as pq\n"
            "table = pa.table({'text': ['a cat', 'a dog', 'a train']})\n"
            "for path in ('texts.parquet', 'texts/one.parquet', 'texts/two.parquet'): pq.write_table(table, path)\n"
        )
        self.run([self.python, "-c", make], cwd=folder)
        self.commands_of_python(block, folder)
        count = "import pyarrow.parquet as pq; print(pq.read_table('vectors.parquet').num_rows, pq.read_table('vectors').num_rows)"
        expect(self.run([self.python, "-c", count], cwd=folder).strip() == "3 6", "rows are missing")

    def commands_of_python(self, block, folder):
        bin_folder = self.work / "python-bin"
        bin_folder.mkdir(exist_ok=True)
        # A link would lead out of the virtual environment.
        (bin_folder / "python").write_text(f'#!/bin/sh\nexec "{self.python}" "$@"\n', encoding="utf-8")
        (bin_folder / "python").chmod(0o755)
        return self.run(["bash", "-euo", "pipefail", "-c", block.text], cwd=folder, PYTHONPATH=self.python_path,
                        PATH=f"{bin_folder}:{self.environment['PATH']}")

    def collection_as_parquet(self, block):
        if subprocess.run([self.python, "-c", "import pyarrow"], capture_output=True, check=False).returncode:
            raise Skipped("pyarrow is not installed")
        folder = self.work / "stored"
        folder.mkdir()
        documents = [{"id": name, "text": f"A {name}."} for name in ("cat", "dog", "train")]
        request = {"jsonrpc": "2.0", "id": 1, "method": "index/add", "params": {"collection": "notes", "documents": documents}}
        self.run(["akin", "serve"], input=json.dumps(request) + "\n")
        self.commands_of_python(block, folder)
        expect('"documents":3' in self.run(["akin", "collections", "status", "notes", "--json"]), "documents are missing")

    # Node

    def node_install(self, block):
        need("node", "npm")
        project = self.work / "project"
        project.mkdir()
        (project / "clients").symlink_to(self.copy / "clients")
        (project / "package.json").write_text('{"type": "module"}', encoding="utf-8")
        self.run(["bash", "-euc", block.text], cwd=project, npm_config_audit="false", npm_config_fund="false",
                 npm_config_cache=str(self.work / "npm"), npm_config_offline="true")

    def node_block(self, block):
        need("node")
        project = self.work / "project"
        expect((project / "node_modules/akin-client").exists(), "it is not installed: that block comes before")
        before = "const [lines, texts, query, documents] = [['a', 'b'], ['a', 'b'], 'pets', ['a train', 'a cat']];\n"
        after = "\nawait akin.close?.();\n"
        (project / "block.js").write_text(before + block.text + after, encoding="utf-8")
        self.run(["node", "block.js"], cwd=project, PATH=f"{self.reranking}:{self.environment['PATH']}")
        for line, shown in re.findall(r"^await (akin\.similarity\(.*\));\s*// (\[\[.*\]\]);", block.text, re.MULTILINE):
            script = "import { Akin } from 'akin-client'; const akin = new Akin(); const vector = await akin.embed('a cat');" \
                     f"console.log(JSON.stringify(await {line})); await akin.close?.();"
            (project / "value.js").write_text(script, encoding="utf-8")
            found = json.loads(self.run(["node", "value.js"], cwd=project))
            close = all(abs(a - b) < 0.0051 for a, b in zip(found[0], json.loads(shown)[0]))
            expect(close, f"expected {found}, shown is {shown}")

    # Configurations of programs

    def mcp_json(self, block):
        (server,) = json.loads(block.text)["mcpServers"].values()
        request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "pages", "version": "1"}}}
        output = self.run([server["command"], *server["args"]], input=json.dumps(request) + "\n")
        expect('"serverInfo"' in output, output[:500])

    def lsp_json(self, block):
        (server,) = next(iter(json.loads(block.text).values())).values()
        self.serves(server["command"])

    def lsp_toml(self, block):
        try:
            import tomllib
        except ImportError:
            raise Skipped("Python before 3.11 reads no TOML") from None
        server = tomllib.loads(block.text)["language-server"]["akin"]
        self.serves([server["command"], *server["args"]])

    def serves(self, command):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
        # The end of the input without `shutdown` before it is an error to the protocol of language servers.
        output = self.run(command, check=False, input=f"Content-Length: {len(body)}\r\n\r\n{body}")
        expect('"capabilities"' in output, output[:500])

    # Packages and tests

    def vscode_package(self, block):
        text = f"code() {{ python3 -m zipfile --test \"$2\"; }}\n{block.text}"
        expect("Done testing" in self.run(["bash", "-euc", text]), "the package is no archive")

    def test_of_its_own(self, block):
        script = TOP / block.text.split()[0]
        expect(os.access(script, os.X_OK), f"{script} is no program")
        raise Skipped("it is a test of its own")

    def claude(self, block):
        folder = TOP / block.text.split()[-1]
        expect((folder / ".claude-plugin/plugin.json").exists(), f"{folder} is no plugin")
        raise Skipped("Claude Code is not among what the tests drive; Tests/SetupTests reads the plugin")


def skipped(reason):
    def skip(_session, _block):
        raise Skipped(reason)

    return skip


BULK = ("pyspark", "ray", "dask", "duckdb", "pyarrow")
# Page, the beginning of the first line, and the way. A page's blocks run in their order.
WAYS = [
    ("claude/README.md", "claude --plugin-dir", Session.claude),
    ("emacs/README.md", "M-x akin-index", Session.commands_of_emacs),
    ("emacs/README.md", "def high_water", Session.screen),
    ("emacs/README.md", "(add-to-list 'load-path", Session.emacs_block),
    ("emacs/README.md", "(add-to-list 'eglot", Session.eglot_block),
    ("node/README.md", "npm install", Session.node_install),
    ("node/README.md", "import { Akin }", Session.node_block),
    ("node/README.md", "Tests/Clients/node.sh", Session.test_of_its_own),
    ("nvim/README.md", ":AkinIndex", Session.commands_of_vim),
    ("nvim/README.md", "┌", Session.screen),
    ("nvim/README.md", "# typed meanwhile", skipped("a screen; Tests/Clients/nvim.sh looks at this one")),
    ("nvim/README.md", "many/111.txt", skipped("a screen of a moment; Tests/Clients/nvim.sh looks at such a one")),
    ("nvim/README.md", "mkdir -p", Session.install_vim),
    ("nvim/README.md", "vim.api.nvim_create_autocmd", Session.neovim_lsp),
    ("python/README.md", "pip install", Session.python_install),
    ("python/README.md", "from akin import Akin", Session.first_python_block),
    ("python/README.md", "from akin.sentence_transformers import SentenceTransformer", Session.face_block),
    ("python/README.md", "from akin.sentence_transformers import install",
     lambda session, block: session.python_block(block, "", "chromadb")),
    ("python/README.md", "from akin.langchain",
     lambda session, block: session.python_block(block, "", "langchain_core", "llama_index.core")),
    ("python/README.md", "import akin.arrow", skipped("it needs clusters; make clusters runs each line")),
    ("python/README.md", "python -m akin embed", Session.parquet),
    ("python/README.md", "akin collections export", Session.collection_as_parquet),
    ("python/README.md", "Tests/Clients/python.sh", Session.test_of_its_own),
    ("shell/README.md", "╭", Session.screen),
    ("shell/README.md", "akin search", skipped("Tests/Clients/shell.sh runs the recipes")),
    ("vim/README.md", ":AkinIndex", Session.commands_of_vim),
    ("vim/README.md", "def high_water", Session.screen),
    ("vim/README.md", "mkdir -p", Session.install_vim),
    ("vim/README.md", "call ale#linter#Define", Session.vim_ale),
    ("vscode/README.md", "┌", Session.screen),
    ("vscode/README.md", "python3 clients/vscode/package.py", Session.vscode_package),
    ("README.md", '{"mcpServers"', Session.mcp_json),
    ("editors.md", "set-option global grepcmd", Session.kakoune),
    ("editors.md", "src/tide.py:1:1:", Session.screen),
    ("editors.md", "set grepprg", Session.vim_grep),
    ("editors.md", "src/tide.py|1 col 1|", Session.screen),
    ("editors.md", "vim.lsp.start", Session.neovim_start),
    ("editors.md", "def send_reminder", skipped("a screen; Tests/Clients/lsp.sh looks at this one")),
    ("editors.md", "(add-to-list 'eglot", Session.eglot_block),
    ("editors.md", '{"servers"', Session.lsp_json),
    ("editors.md", "┌", skipped("a screen of Kate, which is a desktop's program")),
    ("editors.md", "[language-server.akin]", Session.lsp_toml),
    ("editors.md", '{"clients"', Session.lsp_json),
]


def main():
    parser = argparse.ArgumentParser()
    for name in ("folder", "work", "python", "reranker"):
        parser.add_argument(f"--{name}", required=True)
    session = Session(parser.parse_args())
    passed, failed, left = 0, 0, [*WAYS]
    for page in PAGES:
        name = str(page.relative_to(CLIENTS))
        for block in blocks(page, f"clients/{name}"):
            way = next((way for way in left if way[0] == name and block.first.startswith(way[1])), None)
            if way is None:
                failed += 1
                print(f"FAILED  {block.place}: nothing here knows this block: {block.first}")
                continue
            left.remove(way)
            try:
                way[2](session, block)
            except Skipped as reason:
                print(f"skipped {block.place}: {block.first[:40]}: {reason}")
            except (AssertionError, LookupError, ValueError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"FAILED  {block.place}: {block.first}\n{error}")
            else:
                passed += 1
                print(f"ok      {block.place}: {block.first[:60]}")
    for page, first, _ in left:
        failed += 1
        print(f"FAILED  no block of clients/{page} begins with {first!r} any more")
    print(f"pages: {passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
