#!/usr/bin/env python3
"""A collection on a PostgreSQL server, made up and large: postgres.py [AKIN [CHUNKS]], 200000 unless said otherwise.

Fills it by `akin collections import`, asks it by meaning, one client and 32 at a time, looking at every vector and by the approximate index, and asks the
server the same statements by psycopg alone. Prints a table of Markdown: recall of the ten nearest, latencies in milliseconds, and what `akin serve` takes
beside psycopg. The server is its own, from PyPI (scripts/requirements-postgres.txt); run it by `make bench-scale`.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Tests/Faults"))
from postgres_server import PASSWORD, PostgresServer  # noqa: E402

QUERIES = 320
WORDS = 20_000
THEMES = 2_000


class Session:
    """`akin serve` with requests under way at once."""

    def __init__(self, akin, *options, environment):
        self.process = subprocess.Popen(
            [akin, "serve", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.number = 0

    def send(self, method, **parameters):
        self.number += 1
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        return self.number

    def read(self):
        while True:
            answer = json.loads(self.process.stdout.readline())
            if "id" not in answer:
                continue
            if "error" in answer:
                sys.exit(f"akin serve: {answer['error']}")
            return answer

    def ask(self, method, **parameters):
        self.send(method, **parameters)
        return self.read()["result"]

    def measure(self, queries, clients):
        """The milliseconds of each query, with so many under way, and the ten nearest of each."""
        started, times, found = {}, [], {}
        waiting = list(enumerate(queries))[::-1]
        numbers = {}
        while waiting or started:
            while waiting and len(started) < clients:
                index, query = waiting.pop()
                id = self.send("search", collection="made-up", query=query, mode="semantic", topK=10)
                started[id], numbers[id] = time.perf_counter(), index
            answer = self.read()
            times.append((time.perf_counter() - started.pop(answer["id"])) * 1000)
            found[numbers[answer["id"]]] = [hit["id"] for hit in hits(answer["result"])]
        return times, [found[index] for index in range(len(queries))]

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def hits(result):
    return result["results"][0]


def made_up(chunks, header, path, seed=7):
    """An export of texts of words by Zipf's law, and of vectors around some themes."""
    random.seed(seed)
    words = [f"w{number:x}" for number in range(WORDS)]
    weights = [1 / (rank + 10) for rank in range(WORDS)]
    dimensions = header["dimensions"]
    themes = [[random.gauss(0, 1) for _ in range(dimensions)] for _ in range(THEMES)]
    with open(path, "w", encoding="ascii") as file:
        file.write(json.dumps({**header, "name": "made-up"}) + "\n")
        for number in range(chunks):
            text = " ".join(random.choices(words, weights, k=40))
            theme = themes[random.randrange(THEMES)]
            vector = ",".join(f"{value + random.gauss(0, 0.6):.2f}" for value in theme)
            span = json.dumps([0, len(text), 0, len(text), 0, 0, 0, 0, 0, len(text), len(text), len(text)])
            file.write(
                f'{{"id":"d{number}","metadata":{{"part":{number % 10}}},"chunks":[{{"span":{span},"text":"{text}","vector":[{vector}]}}]}}\n')


NEAREST = """
SELECT id FROM vectors WHERE collection = %(collection)s AND uses > 0 AND codes IS NOT NULL
ORDER BY (-(codes <#> %(codes)s::halfvec))::real * scale DESC, id LIMIT 124
"""
NEIGHBOURS = """
SELECT id FROM (
  SELECT id, scale, codes FROM vectors WHERE collection = {collection} AND uses > 0
  ORDER BY (codes::halfvec({dimensions})) <=> %(codes)s::halfvec({dimensions}) LIMIT 124) AS near
ORDER BY (-(codes <#> %(codes)s::halfvec({dimensions})))::real * scale DESC, id
"""
CANDIDATES = """
SELECT found.id, document, found.vector, symbol, path, value FROM chunks AS found
JOIN documents ON documents.collection = %(collection)s AND documents.id = document
JOIN components ON components.collection = %(collection)s AND components.vector = found.vector
WHERE found.collection = %(collection)s AND found.vector = ANY(%(vectors)s)
"""
HITS = """
SELECT found.*, documents.*, value FROM chunks AS found
JOIN documents ON documents.collection = %(collection)s AND documents.id = document
JOIN components ON components.collection = %(collection)s AND components.vector = found.vector
WHERE found.collection = %(collection)s AND found.id = ANY(%(chunks)s)
"""


def by_psycopg(server, collection, dimensions, codes, clients, indexed):
    """The milliseconds of what a search by meaning asks, by so many threads with a connection each."""
    times, lock, left = [], threading.Lock(), list(codes)

    def work():
        with server.connect() as connection:
            connection.execute("SET search_path = akin, public")
            while True:
                with lock:
                    if not left:
                        return
                    code = left.pop()
                start = time.perf_counter()
                with connection.transaction():
                    if indexed:
                        connection.execute(
                            "SELECT set_config('hnsw.ef_search', '256', true), set_config('hnsw.iterative_scan', 'relaxed_order', true)")
                    nearest = NEIGHBOURS.format(collection=collection, dimensions=dimensions) if indexed else NEAREST
                    arguments = {"codes": code, "collection": collection}
                    vectors = [row[0] for row in connection.execute(nearest, arguments).fetchall()]
                    rows = connection.execute(CANDIDATES, {**arguments, "vectors": vectors}).fetchall()
                    chunks = [row[0] for row in rows[:10]]
                    connection.execute(HITS, {**arguments, "chunks": chunks}).fetchall()
                with lock:
                    times.append((time.perf_counter() - start) * 1000)

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def quantized(vector):
    greatest = max(map(abs, vector))
    return "[" + ",".join(str(round(value * 127 / greatest)) for value in vector) + "]"


def p(times, share):
    return statistics.quantiles(times, n=100)[share - 1]


def main():
    akin = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/akin")
    chunks = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        server = PostgresServer(
            os.path.join(folder, "server"), shared_buffers="1GB", maintenance_work_mem="1GB", max_wal_size="4GB")
        environment = {**os.environ, "PGPASSWORD": PASSWORD, "AKIN_DATA": os.path.join(folder, "data")}
        try:
            run(akin, chunks, server, folder, environment)
        finally:
            server.stop()


def run(akin, chunks, server, folder, environment):
    store = ["--store", server.address()]
    session = Session(akin, *store, environment=environment)
    session.ask("index/add", collection="one", documents=[{"id": "a", "text": "a text"}])
    exported = subprocess.run(
        [akin, "collections", "export", "one", *store], env=environment, capture_output=True, check=True).stdout
    header = json.loads(exported.splitlines()[0])
    header.pop("folder", None)
    path = os.path.join(folder, "made-up.jsonl")
    made_up(chunks, header, path)
    start = time.perf_counter()
    subprocess.run([akin, "collections", "import", path, *store], env=environment, check=True)
    filled = time.perf_counter() - start
    os.unlink(path)
    with server.connect() as connection:
        connection.execute("VACUUM ANALYZE")
        size = connection.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'akin'::regnamespace AND relkind = 'r'"
        ).fetchone()[0]
        number = connection.execute("SELECT id FROM akin.collections WHERE name = 'made-up'").fetchone()[0]
    print(f"{chunks:,} chunks: filled in {filled:.0f} s, {chunks / filled:,.0f} a second, {size / chunks:,.0f} bytes each")
    random.seed(11)
    queries = [" ".join(f"w{random.randrange(WORDS):x}" for _ in range(5)) for _ in range(QUERIES)]
    vectors = [session.ask("embed", input=query)["embeddings"][0] for query in queries]
    codes = [quantized(vector) for vector in vectors]
    print("\n| vectors | clients | recall | p50 ms | p99 ms | psycopg p50 | psycopg p99 | p50 to psycopg |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    exact = None
    for indexed in [False, True]:
        if indexed:
            made = time.perf_counter()
            grown = Session(akin, *store, "--graph-from", "1000", environment=environment)
            grown.ask("index/add", collection="made-up", documents=[{"id": "last", "text": "the last one"}])
            with server.connect() as connection:
                while not connection.execute(
                        "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s AND indisvalid",
                        [f"near_{number}"]).fetchone():
                    time.sleep(0.2)
            grown.end()
            print(f"<!-- the index was made in {time.perf_counter() - made:.0f} s -->")
        for clients in [1, 32]:
            asked = queries if clients > 1 or indexed else queries[:64]
            session.measure(asked[:16], clients)
            times, found = session.measure(asked, clients)
            if not indexed and clients > 1:
                exact = found
            recall = 1.0
            if indexed:
                recall = sum(len(set(a) & set(b)) for a, b in zip(exact, found)) / sum(map(len, exact))
            bare = by_psycopg(server, number, header["dimensions"], codes[:len(asked)], clients, indexed)
            name = "by the index" if indexed else "all looked at"
            print(
                f"| {name} | {clients} | {recall:.3f} | {p(times, 50):.1f} | {p(times, 99):.1f} | {p(bare, 50):.1f} | {p(bare, 99):.1f} "
                f"| {p(times, 50) / p(bare, 50):.2f} |", flush=True)
    session.end()


if __name__ == "__main__":
    main()
