"""Runs README.md's blocks of commands and of code in a folder as they suppose it, and looks its figures up. A line that can neither be run
nor is named here with a reason is a failure.

Usage: readme.py --akin PROGRAM --work EMPTY
"""

import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys

from blocks import blocks

TOP = pathlib.Path(__file__).resolve().parents[3]
README = TOP / "README.md"
# Lines that are not run here, and why.
ELSEWHERE = {
    r"make (demo|install)\b": "packaging/test.sh installs, and what is built is what is tested",
    r"akin setup$": "SetupTests: it asks a person",
    r"(export PGPASSWORD=|akin \w+ --store postgresql:)": "Tests/Faults/postgres.sh has a server",
    r"echo '.*akin serve$": "protocol/examples.py compares its answer",
}
# Servers and watches, which stay until they are told to end.
STAYS = r"akin (index --watch|serve --http .*)$"
NEEDS = {"jq": r"\bjq\b", "journalctl": r"^journalctl", "pdftotext": r"paper\.pdf", "curl": r"^curl"}
# Exit status 1 says that nothing was found, as grep's does.
FINDS = r"akin (search|similar|log|duplicates|uniq|topics)\b|\| akin uniq"


def make_project(home):
    project = home / "project"
    (project / "Sources").mkdir(parents=True)
    (home / "library").mkdir()
    functions = [f"/// Does step {n} of parsing a header, and retries with backoff.\nfunc step{n}() {{\n  print({n})\n}}\n" for n in range(40)]
    (project / "Sources" / "Parser.swift").write_text("".join(functions), encoding="utf-8")
    (home / "library" / "retry.swift").write_text("/// Retries with backoff.\nfunc retry() {}\n", encoding="utf-8")
    (project / "async.rs").write_text("/// Handles errors.\nasync fn handle(error: Error) {\n    log(error);\n}\n", encoding="utf-8")
    (project / "queries.jsonl").write_text('{"query": "parse a header", "relevant": [{"path": "Sources/Parser.swift"}]}\n', encoding="utf-8")
    (project / "notes.txt").write_text("Plants turn light into sugar.\nThe train is late.\n", encoding="utf-8")
    (project / "sentences.txt").write_text("one\ntwo\n", encoding="utf-8")
    shutil.copy(next((TOP / "Tests/Fixtures/documents").glob("*.pdf")), project / "paper.pdf")
    for words in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@a", "commit", "-qm", "Retries back off"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    return project


class Readme:
    def __init__(self, akin, work):
        self.work = pathlib.Path(work)
        self.home = self.work / "home"
        self.folder = make_project(self.home)
        programs = self.work / "programs"
        programs.mkdir()
        (programs / "akin").symlink_to(os.path.realpath(akin))
        cache = os.environ.get("AKIN_CACHE") or os.path.join(
            os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "akin")
        self.environment = {
            **os.environ, "HOME": str(self.home), "PATH": f"{programs}:{os.environ['PATH']}", "AKIN_CACHE": cache,
            "AKIN_DATA": str(self.work / "data"), "XDG_CONFIG_HOME": str(self.work / "config")}
        self.environment.pop("XDG_DATA_HOME", None)
        self.staying = []
        self.ran, self.failed = 0, []

    def fail(self, place, words):
        self.failed.append(place)
        print(f"FAILED {place}: {words}")

    def line(self, place, line):
        """Runs one line, unless it is named."""
        for pattern, reason in ELSEWHERE.items():
            if re.match(pattern, line):
                return print(f"elsewhere {place}: {line[:50]}: {reason}")
        for program, pattern in NEEDS.items():
            if re.search(pattern, line) and shutil.which(program) is None:
                return print(f"skipped {place}: {program} is not installed")
        self.ran += 1
        if line == "cd ~/project":
            return None
        words = {"cwd": self.folder, "env": self.environment, "stdin": subprocess.DEVNULL, "text": True, "stderr": subprocess.STDOUT}
        if re.match(STAYS, line):
            process = subprocess.Popen(["bash", "-c", "exec " + line], stdout=subprocess.PIPE, **words)
            # It says that it is there.
            if not process.stdout.readline():
                self.fail(place, f"{line}: ended without a word")
            self.staying.append((place, line, process))
            return None
        done = subprocess.run(["bash", "-c", line], stdout=subprocess.PIPE, timeout=120, **words)
        if done.returncode > (1 if re.search(FINDS, line) else 0):
            self.fail(place, f"{line}: status {done.returncode}: {done.stdout[-400:]}")
        return done.stdout

    def end(self):
        for place, line, process in self.staying:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
            if process.returncode not in (0, 143):
                self.fail(place, f"{line}: status {process.returncode}")
        self.staying = []

    def demo(self, place, expected):
        """What `akin demo` prints, but for the machine's own."""
        done = subprocess.run(["akin", "demo"], env=self.environment, stdout=subprocess.PIPE, text=True, check=True)
        printed = [re.sub(r"\s+", " ", line).strip() for line in done.stdout.splitlines()]
        for line in expected:
            line = re.sub(r"\s+", " ", line).strip()
            if line and line != "…" and "threads, ready" not in line and line not in printed:
                self.fail(place, f"akin demo does not print: {line}")

    def block(self, block):
        lines = [re.sub(r"\s+# .*$", "", line) for line in block.text.splitlines()]
        if block.language == "python":
            self.ran += 1
            done = subprocess.run([sys.executable, "-c", block.text], env=self.environment, capture_output=True, text=True, timeout=120)
            if done.returncode or not re.match(r"\[\[0\.\d+, -?0\.\d+\]\]", done.stdout):
                self.fail(block.place, done.stdout + done.stderr)
            return
        if lines[0] == "akin demo":
            self.ran += 1
            return self.demo(block.place, lines[1:])
        for number, line in enumerate(lines):
            if line.strip():
                self.line(f"{block.page}:{block.line + number}", line)
        self.end()

    def figures(self):
        """The table beside its peers is that of Benchmarks/RESULTS.md."""
        results = (TOP / "Benchmarks/RESULTS.md").read_text(encoding="utf-8")
        rows = re.search(r"\n\| one thread \|.*\n\|[-:| ]+\n((?:\|.*\n)+)", README.read_text(encoding="utf-8"))[1].splitlines()
        told = [[cell.strip(" *") for cell in line.split("|")[1:-1]] for line in results.splitlines() if line.startswith("|")]
        for row in rows:
            name, *cells = [cell.strip(" *") for cell in row.split("|")[1:-1]]
            # "llama.cpp, the same q8_0 file" is "llama.cpp, Q8_0" there.
            program, kind = name.split(", ", 1)
            kind = re.search(r"int8|float32|q8_0", kind)[0]
            there = [float(number) for line in told if line[0].startswith(program + ", ") and kind in line[0].lower()
                     for cell in line[1:] for number in re.findall(r"[\d.]+", cell)]
            self.ran += 1
            for figure in re.findall(r"[\d.]+", " ".join(cells)):
                # Rates are rounded here.
                near = 0.51 if figure.isdigit() else 0
                if not any(abs(float(figure) - number) <= near for number in there):
                    self.fail("README.md", f"{name}: Benchmarks/RESULTS.md does not have {figure}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--akin", required=True)
    parser.add_argument("--work", required=True)
    options = parser.parse_args()
    readme = Readme(options.akin, options.work)
    os.environ["PATH"] = readme.environment["PATH"]
    found = list(blocks(README, "README.md"))
    for block in found:
        readme.block(block)
    readme.figures()
    if len(found) < 9:
        readme.fail("README.md", f"only {len(found)} blocks are found")
    print(f"README.md: {readme.ran} lines and figures, {len(readme.failed)} of them not true")
    sys.exit(1 if readme.failed else 0)


if __name__ == "__main__":
    main()
