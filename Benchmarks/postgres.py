#!/usr/bin/env python3
"""Collections on a PostgreSQL server, made up and large: filled, asked by meaning by one client and by 32, beside psycopg alone.

Vectors are asked for, so that no time is a model's. Each is looked for among all, and by the approximate index. psycopg sends the server the same
statements. Recall is that of the ten nearest. The server is its own, from PyPI (scripts/requirements-postgres.txt); run it by `make bench-scale`.
Writes STORE.md.

Usage: postgres.py [--akin PATH] [--chunks N]... [--folder FOLDER] [--seconds N] [--no-measuring]
"""

import argparse
import collections
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

import made_up
import measure

sys.path.insert(0, os.path.join(measure.TOP, "Tests/Faults"))
from postgres_server import PASSWORD, PostgresServer  # noqa: E402

PAGE = os.path.join(measure.HERE, "STORE.md")
#: Of one measurement, at most; see --seconds.
SECONDS = 20
QUERIES = {1: 400, 32: 1600}
FOUND = 10
#: As many nearest vectors as a search by meaning for ten looks at.
NEAREST = 124


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

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Search:
    """A collection that is asked by meaning."""

    def __init__(self, session, collection, **options):
        self.session = session
        self.options = {"collection": collection, "mode": "semantic", "topK": FOUND, **options}

    def ask(self, query):
        """The ids of what is found."""
        return [hit["id"] for hit in self.session.ask("search", query=query, **self.options)["results"][0]]

    def milliseconds(self, queries, clients):
        """Of each, with so many under way."""
        started, times, waiting = {}, [], collections.deque(queries)
        end = time.perf_counter() + SECONDS
        while started or waiting:
            while waiting and len(started) < clients:
                query = waiting.popleft()
                began = time.perf_counter()
                started[self.session.send("search", query=query, **self.options)] = began
            began = started.pop(self.session.read()["id"])
            now = time.perf_counter()
            times.append((now - began) * 1000)
            if now > end:
                waiting.clear()
        return times


class Bare:
    """The statements of a search by meaning, sent by psycopg: what is near, and the texts of the best."""

    EXACT = """
    SELECT id, (-(codes <#> %(codes)s::halfvec))::real * scale AS product FROM vectors
    WHERE collection = %(collection)s AND uses > 0 AND codes IS NOT NULL ORDER BY product DESC, id LIMIT {limit}
    """
    INDEXED = """
    SELECT id FROM vectors WHERE collection = {collection} AND uses > 0
    ORDER BY (codes::halfvec({dimensions})) <=> %(codes)s::halfvec({dimensions}) LIMIT {limit}
    """
    CANDIDATES = """
    SELECT found.id, document, found.vector, symbol, path, value FROM ({near}) AS near
    JOIN chunks AS found ON found.collection = %(collection)s AND found.vector = near.id
    JOIN documents ON documents.collection = %(collection)s AND documents.id = document
    JOIN components ON components.collection = %(collection)s AND components.vector = found.vector
    """
    HITS = """
    SELECT found.*, documents.*, value FROM chunks AS found
    JOIN documents ON documents.collection = %(collection)s AND documents.id = document
    JOIN components ON components.collection = %(collection)s AND components.vector = found.vector
    WHERE found.collection = %(collection)s AND found.id = ANY(%(chunks)s)
    """

    def __init__(self, server, collection, dimensions, indexed):
        near = (self.INDEXED if indexed else self.EXACT).format(
            collection=collection, dimensions=dimensions, limit=NEAREST)
        self.server, self.collection = server, collection
        self.candidates = self.CANDIDATES.format(near=near)

    def connect(self):
        connection = self.server.connect()
        connection.execute("SET search_path = akin, public")
        connection.execute("SET hnsw.ef_search = 256; SET hnsw.iterative_scan = relaxed_order; SET jit = off")
        return connection

    def ask(self, connection, codes):
        arguments = {"codes": codes, "collection": self.collection}
        rows = connection.execute(self.candidates, arguments, binary=True).fetchall()
        chunks = [row[0] for row in rows[:FOUND]]
        connection.execute(self.HITS, {**arguments, "chunks": chunks}, binary=True).fetchall()

    def milliseconds(self, codes, clients):
        """Of each, by so many threads with a connection each."""
        times, lock, left = [], threading.Lock(), collections.deque(codes)
        end = time.perf_counter() + SECONDS
        ready = threading.Barrier(clients)

        def work():
            with self.connect() as connection:
                ready.wait()
                while time.perf_counter() < end:
                    with lock:
                        if not left:
                            return
                        code = left.popleft()
                    start = time.perf_counter()
                    self.ask(connection, code)
                    with lock:
                        times.append((time.perf_counter() - start) * 1000)

        threads = [threading.Thread(target=work) for _ in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return times

    def in_turn(self, search, queries, codes):
        """The milliseconds of both, which are asked in turn."""
        ours, theirs = [], []
        end = time.perf_counter() + 2 * SECONDS
        with self.connect() as connection:
            work = [(ours, lambda number: search.ask(queries[number])), (theirs, lambda number: self.ask(connection, codes[number]))]
            for number in range(len(queries)):
                if time.perf_counter() > end:
                    break
                # Whoever comes second finds in the caches what the first has read.
                for times, ask in work if number % 2 else work[::-1]:
                    start = time.perf_counter()
                    ask(number)
                    times.append((time.perf_counter() - start) * 1000)
        return ours, theirs


def quantized(vector):
    greatest = max(map(abs, vector))
    return "[" + ",".join(str(round(value * 127 / greatest)) for value in vector) + "]"


def p(times, share):
    return statistics.quantiles(times, n=100)[share - 1]


class Bench:
    def __init__(self, akin, folder):
        self.akin = akin
        os.chmod(folder, 0o755)
        self.server = PostgresServer(
            os.path.join(folder, "server"), shared_buffers="2GB", maintenance_work_mem="3GB", max_wal_size="8GB")
        self.environment = {**os.environ, "PGPASSWORD": PASSWORD, "AKIN_DATA": os.path.join(folder, "data")}
        self.store = ["--store", self.server.address()]
        self.folder = folder

    def sql(self, statement, *arguments):
        with self.server.connect() as connection:
            answer = connection.execute(statement, arguments or None)
            return answer.fetchall() if answer.description else None

    def session(self, *options):
        return Session(self.akin, *self.store, *options, environment=self.environment)

    def facts(self, chunks, **new):
        """What was measured of a collection while it was made."""
        path = os.path.join(self.folder, f"made-up-{chunks}.json")
        known = json.loads(open(path, encoding="ascii").read()) if os.path.exists(path) else {}
        if new:
            known.update(new)
            with open(path, "w", encoding="ascii") as file:
                json.dump(known, file)
        return known

    def fill(self, chunks):
        """Makes the collection and its index, where they are not there."""
        name = f"made-up-{chunks}"
        there = self.sql("SELECT to_regclass('akin.collections') IS NOT NULL")[0][0]
        if not there or not self.sql("SELECT 1 FROM akin.collections WHERE name = %s AND documents >= %s", name, chunks):
            self.import_texts(chunks, name)
        number = self.sql("SELECT id FROM akin.collections WHERE name = %s", name)[0][0]
        if not self.sql("SELECT 1 FROM pg_class WHERE relname = %s", f"near_{number}"):
            start = time.perf_counter()
            session = self.session("--graph-from", "1000")
            session.ask("index/add", collection=name, documents=[{"id": "last", "text": "the last one"}])
            while not self.sql(
                    "SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE relname = %s AND indisvalid",
                    f"near_{number}"):
                time.sleep(0.5)
            self.facts(chunks, index_seconds=time.perf_counter() - start)
            session.end()
        return number

    def import_texts(self, chunks, name):
        session = self.session()
        session.ask("index/add", collection="one", documents=[{"id": "a", "text": "a text"}])
        session.end()
        exported = subprocess.run(
            [self.akin, "collections", "export", "one", *self.store], env=self.environment, capture_output=True, check=True)
        header = json.loads(exported.stdout.splitlines()[0])
        path = os.path.join(self.folder, "made-up.jsonl")
        with open(path, "w", encoding="ascii") as file:
            made_up.write_export(chunks, {**header, "name": name}, file)
        start = time.perf_counter()
        subprocess.run([self.akin, "collections", "import", path, *self.store], env=self.environment, check=True)
        self.facts(chunks, import_seconds=time.perf_counter() - start)
        os.unlink(path)
        self.sql("VACUUM ANALYZE")

    def use_index(self, number, use):
        """Has the server, which is nobody else's, use the index or leave it alone."""
        self.sql("UPDATE pg_index SET indisvalid = %s WHERE indexrelid = %s::regclass", use, f"akin.near_{number}")

    def measure(self, chunks, number):
        name = f"made-up-{chunks}"
        dimensions = self.sql("SELECT dimensions FROM akin.collections WHERE id = %s", number)[0][0]
        vectors, texts = made_up.Vectors(dimensions, 99), made_up.Texts(99)
        queries = [[float(value) for value in vectors.next().split(",")] for _ in range(max(QUERIES.values()))]
        codes = [quantized(vector) for vector in queries]
        queries = [[query] for query in queries]
        session = self.session()
        search = Search(session, name)
        rows, exact = [], {}
        for indexed in (False, True):
            self.use_index(number, indexed)
            bare = Bare(self.server, number, dimensions, indexed)
            # Enough that each statement is planned for good.
            bare.in_turn(search, queries[:12], codes)
            if indexed:
                found = [search.ask(query) for query in queries[:len(exact)]]
                recall = sum(len({*a} & {*exact[index]}) for index, a in enumerate(found)) / (FOUND * len(exact))
            else:
                recall = 1
                end = time.perf_counter() + SECONDS
                for index, query in enumerate(queries[:200]):
                    exact[index] = search.ask(query)
                    if time.perf_counter() > end:
                        break
            for clients in (1, 32):
                count = QUERIES[clients]
                if clients == 1:
                    ours, theirs = bare.in_turn(search, queries[:count], codes)
                else:
                    search.milliseconds(queries[:64], clients)
                    ours = search.milliseconds(queries[:count], clients)
                    theirs = bare.milliseconds(codes[:count], clients)
                rows.append([
                    "by the index" if indexed else "all looked at", str(clients), f"{len(ours):,}", f"{recall:.3f}",
                    f"{p(ours, 50):.1f}", f"{p(ours, 99):.1f}", f"{p(theirs, 50):.1f}", f"{p(theirs, 99):.1f}",
                    f"{p(ours, 50) / p(theirs, 50):.2f}"])
                print(" | ".join(rows[-1]), flush=True)
        words = []
        for mode in ("semantic", "keyword", "hybrid"):
            search = Search(session, name, mode=mode)
            questions = [texts.next(5) for _ in range(60)]
            search.milliseconds(questions[:5], 1)
            times = search.milliseconds(questions[5:], 1)
            words.append([f"words, {mode}", f"{p(times, 50):.1f}", f"{p(times, 99):.1f}"])
            print(" | ".join(words[-1]), flush=True)
        session.end()
        return rows, words

    def write(self, chunks, number, measured, note):
        rows, words = measured
        facts = self.facts(chunks)
        size = self.sql(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relnamespace = 'akin'::regnamespace AND relkind = 'r'")[0][0]
        index = self.sql("SELECT pg_relation_size(%s::regclass)", f"akin.near_{number}")[0][0]
        all_chunks = self.sql("SELECT sum(chunks) FROM akin.collections")[0][0]
        filled = facts["import_seconds"]
        lines = [
            f"{measure.machine()}.{' ' + note if note else ''}",
            f"Filled in {filled:,.0f} s ({chunks / filled:,.0f} a second), its index made in {facts['index_seconds']:,.0f} s; "
            f"{float(size) / float(all_chunks):,.0f} bytes a chunk with all indexes, {index / chunks:,.0f} of them the approximate one's.",
            "",
            *measure.table(
                ["vectors", "clients", "queries", "recall", "p50 ms", "p99 ms", "psycopg p50", "psycopg p99", "p50 to psycopg's"], rows),
            "",
            *measure.table(["one client, five words", "p50 ms", "p99 ms"], words),
        ]
        measure.write_section(f"chunks-{chunks}", f"{chunks:,} chunks", lines, PAGE)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--akin", default=measure.AKIN)
    parser.add_argument("--chunks", type=int, action="append", help="of a collection; may be repeated (200,000 and 1,000,000)")
    parser.add_argument("--folder", help="where the server is kept, and found again")
    parser.add_argument("--no-measuring", action="store_true", help="only fill")
    parser.add_argument("--note", default="", help="what is to be said about the machine")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="of one measurement, at most")
    arguments = parser.parse_args()
    globals()["SECONDS"] = arguments.seconds
    with tempfile.TemporaryDirectory() as temporary:
        bench = Bench(os.path.abspath(arguments.akin), os.path.abspath(arguments.folder or temporary))
        try:
            for chunks in arguments.chunks or [200_000, 1_000_000]:
                number = bench.fill(chunks)
                print(f"{chunks:,} chunks: {bench.facts(chunks)}", flush=True)
                if not arguments.no_measuring:
                    bench.write(chunks, number, bench.measure(chunks, number), arguments.note)
        finally:
            bench.server.stop()


if __name__ == "__main__":
    main()
