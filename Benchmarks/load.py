#!/usr/bin/env python3
"""Eight clients type queries while a ninth embeds in bulk, all on one model: what do the typists feel of it?

Usage: Benchmarks/load.py [--akin PATH] [--rounds N] [--seconds S] [--clients N] [--bulk-texts N] [--arguments "..."]

Each client is a session of its own on one shared process (`akin serve --shared`). A typist sends the text that it has
typed so far, waits for its vector, and goes on after a pause of 150 ms on average (seeded). The bulk client keeps two
requests of 64 passages in flight, as an indexer does. Phases without and with bulk work take turns in one run, so that
their ratio holds on a machine that others use too.

Latency is from the write of a request to the last byte of its answer. Target: p95 beside bulk work at most 3 times p95
without. Standard library only.
"""

import argparse
import json
import os
import random
import select
import subprocess
import tempfile
import threading
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
PAUSE = 0.15
BULK_WORDS = 180


def fixture_texts():
    """Texts of the notebook and of the golden embeddings: some thousand words of plain English and some of all else."""
    with open(os.path.join(ROOT, "Tests/Fixtures/embed.jsonl"), encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file]


class Session:
    """One client: a relay and its two pipes. Answers are counted by their line feeds, and not read."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, bufsize=0)
        self.next = 0

    def send(self, method, params):
        self.next += 1
        message = {"jsonrpc": "2.0", "id": self.next, "method": method, "params": params}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")

    def receive(self, timeout=60):
        """Reads what there is, waiting for some; returns how many answers ended in it."""
        if not select.select([self.process.stdout], [], [], timeout)[0]:
            raise SystemExit("load: no answer within a minute")
        data = os.read(self.process.stdout.fileno(), 1 << 20)
        if not data:
            raise SystemExit("load: the server ended")
        if b'"error"' in data:
            raise SystemExit(f"load: {data[:300]!r}")
        return data.count(b"\n")

    def ask(self, method, params):
        self.send(method, params)
        while not self.receive():
            pass

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Typist(threading.Thread):
    """Types queries until `stopped`, and notes the time of each answer in milliseconds."""

    def __init__(self, session, queries, seed, stopped):
        super().__init__(daemon=True)
        self.session, self.queries, self.stopped = session, queries, stopped
        self.random = random.Random(seed)
        self.times = []

    def run(self):
        while not self.stopped.is_set():
            words = self.random.choice(self.queries)
            for count in range(1, len(words) + 1):
                if self.stopped.wait(self.random.expovariate(1 / PAUSE)):
                    return
                start = time.perf_counter()
                self.session.ask("embed", {"input": " ".join(words[:count]), "encodingFormat": "base64"})
                self.times.append((time.perf_counter() - start) * 1000)


class Bulk(threading.Thread):
    """Keeps two requests in flight until `stopped`, and counts the passages that are done."""

    def __init__(self, session, words, texts, seed, stopped):
        super().__init__(daemon=True)
        self.session, self.words, self.texts, self.stopped = session, words, texts, stopped
        self.random = random.Random(seed)
        self.done = 0

    def passages(self):
        starts = [self.random.randrange(len(self.words) - BULK_WORDS) for _ in range(self.texts)]
        return [" ".join(self.words[start:start + BULK_WORDS]) for start in starts]

    def run(self):
        in_flight = 0
        while in_flight or not self.stopped.is_set():
            while in_flight < 2 and not self.stopped.is_set():
                self.session.send(
                    "embed", {"input": self.passages(), "dtype": "int8", "encodingFormat": "base64"})
                in_flight += 1
            ended = self.session.receive()
            in_flight -= ended
            if not self.stopped.is_set():
                self.done += ended * self.texts


def percentile(percent, values):
    """By nearest rank."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100), 1) - 1]


def phase(typists, bulk, bulk_texts, texts, seconds, seed):
    """Runs one phase; returns the typists' times and the passages a second."""
    stopped = threading.Event()
    words = " ".join(texts).split()
    queries = [text.split()[:8] for text in texts if len(text.split()) >= 4]
    threads = [Typist(session, queries, seed + index, stopped) for index, session in enumerate(typists)]
    worker = Bulk(bulk, words, bulk_texts, seed, stopped) if bulk else None
    for thread in threads + ([worker] if worker else []):
        thread.start()
    time.sleep(seconds)
    stopped.set()
    for thread in threads + ([worker] if worker else []):
        thread.join()
    return [time for thread in threads for time in thread.times], worker.done / seconds if worker else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--akin", default=os.path.join(ROOT, ".build/release/akin"))
    parser.add_argument("--arguments", default="", help="further arguments of akin serve")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--bulk-texts", type=int, default=64, help="passages in one request of the bulk client")
    options = parser.parse_args()
    texts = fixture_texts()
    with tempfile.TemporaryDirectory(prefix="akin-") as runtime:
        environment = {**os.environ, "XDG_RUNTIME_DIR": runtime}
        command = [os.path.abspath(options.akin), "serve", "--shared", "--shared-idle", "1", *options.arguments.split()]
        sessions = [Session(command, environment) for _ in range(options.clients + 1)]
        for session in sessions:
            session.ask("embed", {"input": "warm", "encodingFormat": "base64"})
        times, rates = {"alone": [], "beside bulk": []}, []
        _, free_rate = phase([], sessions[-1], options.bulk_texts, texts, options.seconds / 2, 99)
        for round in range(options.rounds):
            times["alone"] += phase(sessions[:-1], None, 0, texts, options.seconds, 100 * round)[0]
            more, rate = phase(
                sessions[:-1], sessions[-1], options.bulk_texts, texts, options.seconds, 100 * round + 50)
            times["beside bulk"] += more
            rates.append(rate)
        for session in sessions:
            session.close()
    print(f"{options.clients} clients type, one embeds passages of {BULK_WORDS} words; milliseconds a query")
    print(f"{'':14}{'queries':>8}{'p50':>8}{'p95':>8}{'p99':>8}")
    for name, values in times.items():
        print(f"{name:14}{len(values):8}" + "".join(f"{percentile(p, values):8.1f}" for p in (50, 95, 99)))
    ratios = [percentile(p, times["beside bulk"]) / percentile(p, times["alone"]) for p in (50, 95, 99)]
    print(f"{'ratio':14}{'':8}" + "".join(f"{ratio:8.2f}" for ratio in ratios) + "   (target: p95 at most 3)")
    print(f"bulk: {sum(rates) / len(rates):.0f} passages/s beside the typists, {free_rate:.0f} without them")


if __name__ == "__main__":
    main()
