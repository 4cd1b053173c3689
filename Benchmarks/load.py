#!/usr/bin/env python3
"""Eight clients type queries while a ninth indexes a folder, all on one model: what do the typists feel of it?

Usage: Benchmarks/load.py [--akin PATH] [--rounds N] [--seconds S] [--clients N] [--bulk-texts N] [--arguments "..."]

Each client is a session of its own on one shared process (`akin serve --shared`). A typist sends the text that it has
typed so far, waits for the answer, and goes on after a pause of 150 ms on average (seeded). Kinds of phases take turns
in one run, so that their ratios hold on a machine that others use too:

- alone: typists embed, and nobody else does anything.
- beside indexing: the ninth client has folders of text files indexed, one after the other (`index/add`).
- beside embedding: it keeps two requests of 64 passages in flight (`embed`).
- searching: typists search an indexed folder, alone and beside indexing.

Latency is from the write of a request to the last byte of its answer. Target: p95 beside bulk work at most 3 times p95
without. Standard library only.
"""

import argparse
import json
import os
import random
import select
import shutil
import subprocess
import tempfile
import threading
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PAUSE = 0.15
BULK_WORDS = 180
# More than a machine of today indexes in a phase; what is left of it is cancelled.
FOLDER_FILES, FILE_PASSAGES = 400, 10


def fixture_texts():
    """Texts of the notebook and of the golden embeddings: some thousand words of plain English and some of all else."""
    with open(os.path.join(ROOT, "Tests/Fixtures/embed.jsonl"), encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


class Session:
    """One client: a relay and its two pipes. Answers are counted by their line feeds, and mostly not read."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0)
        self.next = 0
        self.rest, self.last = b"", b""

    def send(self, method, params):
        self.next += 1
        message = {"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def receive(self, timeout=60, may_fail=False):
        """Reads what there is, waiting for some; returns how many answers ended in it, of which `last` is the last."""
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            return 0
        data = os.read(self.process.stdout.fileno(), 1 << 20)
        if not data:
            raise SystemExit("load: the server ended")
        *answers, self.rest = (self.rest + data).split(b"\n")
        self.last = answers[-1] if answers else self.last
        if any(b'"error"' in answer for answer in answers) and not may_fail:
            raise SystemExit(f"load: {self.last[:300]!r}")
        return len(answers)

    def ask(self, method, params):
        self.send(method, params)
        start = time.monotonic()
        while not self.receive():
            if time.monotonic() - start > 60:
                raise SystemExit("load: no answer within a minute")

    def cancel(self):
        """Cancels the latest request."""
        message = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": self.next}}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Typist(threading.Thread):
    """Types queries until `stopped`, and notes the time of each answer in milliseconds."""

    def __init__(self, session, queries, request, seed, stopped):
        super().__init__(daemon=True)
        self.session, self.queries, self.request, self.stopped = session, queries, request, stopped
        self.random = random.Random(seed)
        self.times = []

    def run(self):
        while not self.stopped.is_set():
            words = self.random.choice(self.queries)
            for count in range(1, len(words) + 1):
                if self.stopped.wait(self.random.expovariate(1 / PAUSE)):
                    return
                start = time.perf_counter()
                self.session.ask(*self.request(" ".join(words[:count])))
                self.times.append((time.perf_counter() - start) * 1000)


class Passages:
    """Endless passages of the fixtures' words."""

    def __init__(self, words, seed):
        self.words, self.random = words, random.Random(seed)

    def __next__(self):
        start = self.random.randrange(len(self.words) - BULK_WORDS)
        return " ".join(self.words[start:start + BULK_WORDS])


class Embedding(threading.Thread):
    """Keeps two requests of `texts` passages in flight until `stopped`."""

    def __init__(self, session, passages, texts, stopped):
        super().__init__(daemon=True)
        self.session, self.passages, self.texts, self.stopped = session, passages, texts, stopped

    def run(self):
        in_flight = 0
        while in_flight or not self.stopped.is_set():
            while in_flight < 2 and not self.stopped.is_set():
                texts = [next(self.passages) for _ in range(self.texts)]
                self.session.send("embed", {"input": texts, "dtype": "int8", "encodingFormat": "base64"})
                in_flight += 1
            in_flight -= self.session.receive()


class Indexing(threading.Thread):
    """Has one new folder after the other indexed until `stopped`, which cancels the last."""

    def __init__(self, session, passages, place, stopped):
        super().__init__(daemon=True)
        self.session, self.passages, self.place, self.stopped = session, passages, place, stopped
        self.folder = write_folder(place, passages)

    def run(self):
        while not self.stopped.is_set():
            self.index()
            shutil.rmtree(self.folder)
            if not self.stopped.is_set():
                self.folder = write_folder(self.place, self.passages)

    def index(self):
        self.session.send("index/add", {"folder": self.folder})
        is_cancelled = False
        while not self.session.receive(timeout=0.1, may_fail=is_cancelled):
            if self.stopped.is_set() and not is_cancelled:
                self.session.cancel()
                is_cancelled = True


def write_folder(place, passages, files=FOLDER_FILES):
    """A new folder of text files, each of some passages with an empty line between."""
    folder = tempfile.mkdtemp(prefix="folder-", dir=place)
    for index in range(files):
        with open(os.path.join(folder, f"{index:04}.md"), "w", encoding="utf-8") as file:
            file.write("\n\n".join(next(passages) for _ in range(FILE_PASSAGES)))
    return folder


def percentile(percent, values):
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]


class Load:
    """The clients, and the phases that they can be in."""

    def __init__(self, options, texts, place):
        self.options, self.place = options, place
        self.words = " ".join(texts).split()
        self.queries = [text.split()[:8] for text in texts if len(text.split()) >= 4]
        environment = {**os.environ, "XDG_RUNTIME_DIR": place, "AKIN_DATA": os.path.join(place, "data")}
        command = [os.path.abspath(options.akin), "serve", "--shared", "--shared-idle", "1", *options.arguments.split()]
        sessions = [Session(command, environment) for _ in range(options.clients + 2)]
        for session in sessions:
            session.ask("embed", {"input": "warm", "encodingFormat": "base64"})
        *self.typists, self.bulk, self.observer = sessions
        self.searched = write_folder(place, Passages(self.words, 1), files=40)
        self.observer.ask("index/add", {"folder": self.searched})

    def embed(self, text):
        return "embed", {"input": text, "encodingFormat": "base64"}

    def search(self, text):
        return "search", {"query": text, "collection": self.searched}

    def sequences(self):
        """Texts that the model has embedded so far."""
        self.observer.ask("server/status", {})
        return json.loads(self.observer.last)["result"]["engine"]["sequences"]

    def phase(self, request, bulk, seconds, seed, typists=None):
        """Runs one phase; returns the typists' times and the passages a second."""
        stopped = threading.Event()
        passages = Passages(self.words, seed)
        threads = [
            Typist(session, self.queries, request, seed + index, stopped)
            for index, session in enumerate(self.typists if typists is None else typists)]
        workers = {
            None: lambda: [],
            "indexing": lambda: [Indexing(self.bulk, passages, self.place, stopped)],
            "embedding": lambda: [Embedding(self.bulk, passages, self.options.bulk_texts, stopped)]}[bulk]()
        before = self.sequences()
        for thread in threads + workers:
            thread.start()
        time.sleep(seconds)
        done = self.sequences() - before
        stopped.set()
        for thread in threads + workers:
            thread.join()
        times = [time for thread in threads for time in thread.times]
        return times, (done - len(times)) / seconds

    def close(self):
        for session in [*self.typists, self.bulk, self.observer]:
            session.close()


def table(times, rates, free):
    """Prints a row a kind of phase, and below it what it is to the same queries without bulk work."""
    print(f"{'':28}{'queries':>8}{'p50':>8}{'p95':>8}{'p99':>8}   passages/s beside the typists (without them)")
    for (name, bulk), values in times.items():
        found = [percentile(percent, values) for percent in (50, 95, 99)]
        label = name + (f", beside {bulk}" if bulk else "")
        rate = f"   {sum(rates[name, bulk]) / len(rates[name, bulk]):.0f} ({free[bulk]:.0f})" if bulk else ""
        print(f"{label:28}{len(values):8}" + "".join(f"{value:8.1f}" for value in found) + rate)
        if bulk:
            ratios = [value / percentile(percent, times[name, None]) for value, percent in zip(found, (50, 95, 99))]
            print(f"{'  ratio':28}{'':8}" + "".join(f"{ratio:8.2f}" for ratio in ratios))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--akin", default=os.path.join(ROOT, ".build/release/akin"))
    parser.add_argument("--arguments", default="", help="further arguments of akin serve")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--bulk-texts", type=int, default=64, help="passages in one request of the client that embeds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="akin-") as place:
        load = Load(options, fixture_texts(), place)
        kinds = [
            ("embed", None), ("embed", "indexing"), ("embed", "embedding"), ("search", None), ("search", "indexing")]
        requests = {"embed": load.embed, "search": load.search}
        times, rates = {kind: [] for kind in kinds}, {kind: [] for kind in kinds}
        free = {
            bulk: load.phase(load.embed, bulk, options.seconds / 2, 99, typists=[])[1]
            for bulk in ("indexing", "embedding")}
        for round in range(options.rounds):
            for index, kind in enumerate(kinds):
                found, rate = load.phase(requests[kind[0]], kind[1], options.seconds, 1000 * round + 100 * index)
                times[kind] += found
                rates[kind].append(rate)
        load.close()
    print(f"{options.clients} clients type beside one with bulk work, passages of {BULK_WORDS} words; milliseconds a query")
    table(times, rates, free)
    print("target: p95 beside indexing at most 3 times p95 alone")


if __name__ == "__main__":
    main()
