#!/usr/bin/env python3
"""Search over many stored vectors, beside faiss, usearch and hnswlib in one run, on one thread.

    search_scale.py [--rows 200000] [--graph] [--peers flat,sq8,usearch,hnswlib] [--folder FOLDER] [--program PROGRAM]

Vectors are made up: points around a few thousand centres on the sphere, so that every query has near neighbours as texts do.
Akin's figure is a whole search of a collection, the rows of its results read from SQLite; the peers' are of the vectors
alone. `--graph` also makes and measures the approximate index. Times of making graphs are those of the processor.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

import numpy  # noqa: E402  (after the number of threads is set)

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.path.join(HERE, ".build/release/search-bench")
DIMENSIONS = 384
TOP = 10
ROUNDS = 5


def made_up(rows, queries, seed=7):
    """Unit vectors around centres, and queries near some of them."""
    random = numpy.random.default_rng(seed)
    centres = random.standard_normal((max(rows // 100, 10), DIMENSIONS), dtype=numpy.float32)

    def draw(count):
        chosen = centres[random.integers(0, len(centres), count)]
        vectors = chosen + 0.8 * random.standard_normal((count, DIMENSIONS), dtype=numpy.float32)
        return vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)

    stored = numpy.empty((rows, DIMENSIONS), dtype=numpy.float32)
    for first in range(0, rows, 50_000):
        stored[first:first + 50_000] = draw(min(50_000, rows - first))
    return stored, draw(queries)


def exact(stored, queries):
    """The rows nearest to each query, by float32."""
    best = []
    for query in queries:
        scores = stored @ query
        near = numpy.argpartition(-scores, TOP)[:TOP]
        best.append(set(near[numpy.argsort(-scores[near])].tolist()))
    return best


class Akin:
    """The search-bench program with a collection of the vectors."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen(
            [program, folder, str(DIMENSIONS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        json.loads(self.process.stdout.readline())

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit("search-bench ended")
        return json.loads(line)

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def peers(names, stored):
    """Name and function (queries -> rows) of each peer that is installed."""
    found = {}
    if "flat" in names or "sq8" in names:
        import faiss
        faiss.omp_set_num_threads(1)
        if "flat" in names:
            flat = faiss.IndexFlatIP(DIMENSIONS)
            flat.add(stored)
            found["faiss IndexFlatIP"] = lambda query: flat.search(query[None], TOP)[1][0]
        if "sq8" in names:
            quantised = faiss.IndexScalarQuantizer(
                DIMENSIONS, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
            quantised.train(stored[:50_000])
            quantised.add(stored)
            found["faiss SQ8"] = lambda query: quantised.search(query[None], TOP)[1][0]
    if "usearch" in names:
        from usearch.index import MetricKind, search
        codes = numpy.round(stored * 127).clip(-127, 127).astype(numpy.int8)
        found["usearch i8, exact"] = lambda query: search(
            codes, numpy.round(query * 127).clip(-127, 127).astype(numpy.int8), TOP, MetricKind.Cos, exact=True,
            threads=1).keys
    if "hnswlib" in names:
        import hnswlib
        graph = hnswlib.Index(space="ip", dim=DIMENSIONS)
        graph.init_index(max_elements=len(stored), ef_construction=120, M=16)
        graph.set_num_threads(1)
        start = time.process_time()
        graph.add_items(stored)
        graph.set_ef(256)
        found[f"hnswlib, M 16, ef 256, built in {time.process_time() - start:.0f} s"] = (
            lambda query: graph.knn_query(query[None], TOP)[0][0])
    return found


def recall(found, best):
    return sum(len(set(map(int, rows)) & truth) for rows, truth in zip(found, best)) / sum(map(len, best))


def measure(akin, query_file, queries, best, others):
    """Milliseconds a query (least and median of all rounds) and recall of Akin and its peers, in turn."""
    seconds, rows = {}, {}
    for _ in range(ROUNDS):
        answer = akin.ask("search", query_file, TOP)
        seconds.setdefault("akin", []).extend(answer["seconds"])
        rows["akin"] = answer["rows"]
        for name, search in others.items():
            found = []
            for query in queries:
                start = time.perf_counter()
                found.append(search(query))
                seconds.setdefault(name, []).append(time.perf_counter() - start)
            rows[name] = found
    return {
        name: (1000 * min(times), 1000 * float(numpy.median(times)), recall(rows[name], best))
        for name, times in seconds.items()}


def show(title, figures):
    base = figures.get("faiss IndexFlatIP")
    print(f"\n{title}\n\n| | least ms | median ms | of IndexFlatIP (least) | recall@{TOP} |\n|---|---|---|---|---|")
    for name, (least, median, part) in figures.items():
        ratio = f"{least / base[0]:.2f}" if base else ""
        print(f"| {name} | {least:.2f} | {median:.2f} | {ratio} | {part:.4f} |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--queries", type=int, default=50)
    parser.add_argument("--graph", action="store_true")
    parser.add_argument("--peers", default="flat,sq8,usearch,hnswlib")
    parser.add_argument("--folder", help="where the collection is kept for the next run")
    parser.add_argument("--program", default=PROGRAM, help="search-bench; that of Benchmarks unless given")
    options = parser.parse_args()
    folder = options.folder or tempfile.mkdtemp(prefix="akin-search-")
    os.makedirs(folder, exist_ok=True)
    stored, queries = made_up(options.rows, options.queries)
    vector_file, query_file = os.path.join(folder, "vectors.f32"), os.path.join(folder, "queries.f32")
    queries.tofile(query_file)
    best = exact(stored, queries)
    akin = Akin(options.program, folder)
    if not any(name.endswith(".sqlite") for name in os.listdir(folder)):
        stored.tofile(vector_file)
        filled = akin.ask("fill", vector_file, options.rows)
        print(f"filled with {options.rows} vectors in {filled['seconds']:.1f} s, {filled['bytes'] / 1e6:.0f} MB")
        os.remove(vector_file)
        akin.close()
        akin = Akin(options.program, folder)
    before = akin.memory()
    opened = akin.ask("open")["seconds"]
    grown = akin.memory() - before
    print(f"opened in {opened:.3f} s; memory grew by {grown / options.rows / DIMENSIONS:.2f} bytes a dimension")
    others = peers(options.peers.split(",") if options.peers else [], stored)
    show(f"{options.rows} vectors of {DIMENSIONS}, exact", measure(akin, query_file, queries, best, others))
    if options.graph:
        made = akin.ask("graph")
        print(f"\ngraph of {made['rows']} in {made['seconds']:.0f} s; recall on stored vectors {made['recall']:.4f}; "
              f"{akin.memory() / 1e6:.0f} MB resident")
        figures = measure(akin, query_file, queries, best, others)
        show(f"{options.rows} vectors, by the graph", {("akin, graph" if k == "akin" else k): v for k, v in figures.items()})
    akin.close()
    print(f"\npeak of this driver with its peers: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    if not options.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
