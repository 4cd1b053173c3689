"""What the benchmarks share: texts, engines as processes that are asked one at a time, medians, and RESULTS.md.

Every engine is a process of its own that takes a command a line and answers in JSON a line (akin-bench's commands; peer.py
speaks the same), so that each has its own threads and memory, and a driver can ask them in turn: A B C A B C.
"""

import base64
import json
import os
import re
import statistics
import subprocess
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
AKIN = os.path.join(TOP, ".build/release/akin")
BENCH = os.path.join(HERE, ".build/release/akin-bench")
WORK = os.path.join(TOP, ".build/bench-texts")
RESULTS = os.path.join(HERE, "RESULTS.md")
MODEL = "sentence-transformers/all-MiniLM-L6-v2"
QUERY = "heat transfer and skin friction on a blunt body at high speed"  # 13 tokens with [CLS] and [SEP]


class Failure(Exception):
    """What a benchmark cannot go on without."""


def cranfield():
    """The abstracts and the titles of the Cranfield collection, each on one line."""
    abstracts, titles = [], []
    with open(os.path.join(HERE, "data/cranfield.jsonl"), encoding="utf-8") as file:
        for row in map(json.loads, file):
            if row["kind"] == "document":
                abstracts.append(" ".join(row["text"].split()))
                titles.append(" ".join(row["title"].split()))
    return [text for text in abstracts if text], [text for text in titles if text]


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def write_texts(name, texts):
    """Keeps texts as a file of lines; returns its path."""
    os.makedirs(WORK, exist_ok=True)
    path = os.path.join(WORK, name + ".txt")
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(text + "\n" for text in texts)
    return path


def model_folder(name=MODEL):
    """Where Akin keeps a model; the default one without a name."""
    listing = subprocess.run([AKIN, "models", "--json"], capture_output=True, text=True, check=True).stdout
    for line in listing.splitlines():
        row = json.loads(line)
        if row.get("name") == name and row.get("path"):
            return row["path"]
    raise Failure(f"{name} is not on this machine; run '{AKIN} pull {name}'")


def quantised_file(model=MODEL):
    """The file that Akin quantised a model into, the newest where there are several.

    model: its name, or its folder's path.
    """
    start = os.path.basename(os.path.normpath(model)) if os.path.isdir(model) else model.replace("/", "--")
    root = os.environ.get("AKIN_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "akin")
    folder = os.path.join(root, "gguf")
    names = [name for name in os.listdir(folder) if name.startswith(start + "-") and name.endswith(".gguf")]
    if not names:
        raise Failure(f"no quantised weights in {folder}; run 'akin embed first'")
    return max((os.path.join(folder, name) for name in names), key=os.path.getmtime)


class Worker:
    """An engine's process. `first` is the time from its start to its first vector, in seconds."""

    def __init__(self, command, threads, environment=None):
        settings = {"OMP_NUM_THREADS": str(threads), "RAYON_NUM_THREADS": str(threads), **(environment or {})}
        start = time.perf_counter()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **settings})
        self.read()
        self.first = time.perf_counter() - start

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failure(f"{self.process.args} ended with status {self.process.wait()}")
        return json.loads(line)

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.read()

    def run(self, path):
        return self.ask("run", path, 1)["seconds"][0]

    def each(self, path, times):
        return self.ask("each", path, times)["seconds"]

    def memory(self):
        return memory(self.process.pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Server:
    """`akin serve`, asked by JSON-RPC over its pipe. An answer's JSON is not parsed while the clock runs."""

    def __init__(self, threads, encoding="float", model=MODEL, precision="q8_0"):
        self.encoding = encoding
        start = time.perf_counter()
        self.process = subprocess.Popen(
            [AKIN, "serve", "--threads", str(threads), "--model", model, "--precision", precision], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, bufsize=1 << 20)
        self.call(["first"])
        self.first = time.perf_counter() - start

    def call(self, texts):
        request = {
            "jsonrpc": "2.0", "id": 1, "method": "embed",
            "params": {"input": texts, "encodingFormat": self.encoding}}
        line = json.dumps(request, separators=(",", ":")).encode() + b"\n"
        start = time.perf_counter()
        self.process.stdin.write(line)
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        seconds = time.perf_counter() - start
        if b'"result"' not in answer[:64]:
            raise Failure(answer[:400].decode(errors="replace"))
        self.answer = answer
        return seconds

    def run(self, path):
        return self.call(read_lines(path))

    def each(self, path, times):
        return [self.call([text]) for _ in range(times) for text in read_lines(path)]

    def ask(self, command, path, target):
        """As a Worker's `save`."""
        if command != "save":
            raise Failure(f"a server is not asked {command}")
        self.call(read_lines(path))
        vectors = json.loads(self.answer)["result"]["embeddings"]
        with open(target, "wb") as file:
            file.writelines(base64.b64decode(vector["base64"]) for vector in vectors)

    def memory(self):
        return memory(self.process.pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def memory(pid):
    """Megabytes (2^20) of a process: resident now, of that its own (not a file's), and at most so far."""
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        text = file.read()
    values = {key: int(re.search(key + r":\s+(\d+)", text).group(1)) / 1024 for key in ("VmRSS", "RssAnon", "VmHWM")}
    return {"resident": values["VmRSS"], "own": values["RssAnon"], "peak": values["VmHWM"]}


def cpu_seconds(pid):
    """CPU time of all threads of a process, in steps of a hundredth of a second."""
    with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def median(values):
    return statistics.median(values)


def spread(values):
    """Half of the distance between the extremes, in per cent of the median."""
    return 100 * (max(values) - min(values)) / 2 / median(values)


def table(header, rows):
    """Lines of a Markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def machine():
    """The processor and how many of it."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        text = file.read()
    name = re.search(r"model name\s*:\s*(.*)", text)
    flags = set(re.search(r"flags\s*:\s*(.*)", text).group(1).split()) if "flags" in text else set()
    sets = [flag for flag in ("avx2", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8") if flag in flags]
    return f"{name.group(1) if name else 'unknown CPU'}, {os.cpu_count()} CPUs ({', '.join(sets)})"


def write_section(name, title, lines, page=RESULTS):
    """Puts a section into a page in the place of the one of the same name, or behind all."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    text = "# Results\n\nMeasured by `make bench` and `make bench-peers`; README.md says how.\n"
    if os.path.exists(page):
        with open(page, encoding="utf-8") as file:
            text = file.read()
    section = "\n".join([begin, f"## {title}", "", *lines, end])
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(text):
        text = pattern.sub(lambda _: section, text)
    else:
        text = text.rstrip("\n") + "\n\n" + section + "\n"
    with open(page, "w", encoding="utf-8") as file:
        file.write(text)
