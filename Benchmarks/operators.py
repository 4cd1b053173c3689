#!/usr/bin/env python3
"""Rows a second and core in Spark, Ray, Dask and DuckDB: Akin, the bare engine and sentence-transformers in the same operators.

Two workers of one thread each, asked in turn. The bare engine is `akin embed` on two threads, without a server. Each operator has worked
once before the clock runs, so that its workers and servers are there, as they are in a long run; with `--cold` it has not, and all that
it takes to begin is counted.

Usage: operators.py [--rows 100000] [--words 60] [--peer-rows N] [--rounds 3] [--cold] [--only spark,ray,dask,duckdb] [--names REGEX]
"""

import argparse
import contextlib
import logging
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import warnings

import measure
import psutil
import pyarrow as pa

WORKERS = 2
WORDS = 60  # of a row unless said otherwise, some 80 tokens


class Clock:
    """Wall time and the CPU time of this process and all below it, also of those that have ended: Ray's actors end with their work."""

    #: Seconds between two looks. What a process takes after the last one is known only where its parents have waited for it.
    INTERVAL = 0.1

    def __enter__(self):
        self._seen = {}
        self._before = self._look()
        self._ended = threading.Event()
        self._watch = threading.Thread(target=self._look_again, daemon=True)
        self._watch.start()
        self._start = time.perf_counter()
        return self

    def __exit__(self, *_):
        self.seconds = time.perf_counter() - self._start
        self._ended.set()
        self._watch.join()
        waited = self._since(self._look())
        self._seen.pop("ended")
        self.cpu = max(waited, self._since(self._seen))

    def _since(self, found):
        return sum(value - self._before.get(process, 0) for process, value in found.items())

    def _look_again(self):
        while not self._ended.wait(self.INTERVAL):
            self._look()

    def _look(self):
        """What each process has taken that is there; one that has ended keeps in `_seen` what it was last seen with."""
        found = {}
        me = psutil.Process()
        for process in [me, *me.children(recursive=True)]:
            with contextlib.suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                found[process.pid, process.create_time()] = times.user + times.system
                if process == me:
                    found["ended"] = times.children_user + times.children_system
        self._seen.update(found)
        return found


def texts(count):
    abstracts, _ = measure.cranfield()
    pieces = []
    for abstract in abstracts:
        words, size = abstract.split(), int(os.environ["AKIN_BENCH_WORDS"])
        pieces += [" ".join(words[start : start + size]) for start in range(0, len(words) - size + 1, size)]
    return [f"{number} {pieces[number % len(pieces)]}" for number in range(count)]


def table(count):
    return pa.table({"id": pa.array(range(count)), "text": texts(count)})


class Peer:
    """sentence-transformers as Ray's and Spark's pages have it: a model a worker."""

    def __init__(self):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        self._model = SentenceTransformer(os.environ["AKIN_PEER_MODEL"], device="cpu")

    def encode(self, items):
        return self._model.encode(list(items), batch_size=32, show_progress_bar=False)

    def __call__(self, batch):
        return {**batch, "embedding": self.encode(batch["text"])}


class MadeUp:
    """Vectors of no text in the place of Akin's: what a cluster takes by itself. Zeros would be written as next to nothing."""

    WIDTH = 384
    #: Made once in a process.
    numbers = None

    def __call__(self, table, kind=None):
        import numpy as np

        own = type(self)
        if own.numbers is None:
            own.numbers = np.random.default_rng(1).standard_normal(4096 * self.WIDTH, np.float32)
        values = pa.array(np.resize(own.numbers, table.num_rows * self.WIDTH))
        lists = pa.FixedSizeListArray.from_arrays(values, self.WIDTH)
        return table.append_column("embedding", lists if kind is None else lists.cast(kind))

    def batches(self, batches):
        for batch in batches:
            yield from self(pa.Table.from_batches([batch]), pa.list_(pa.float32())).to_batches()

    def partition(self, frame):
        import pandas as pd

        array = self(pa.table({"text": frame["text"].tolist()}))["embedding"].combine_chunks()
        return frame.assign(embedding=pd.Series(pd.arrays.ArrowExtensionArray(array), index=frame.index))


def bare(count):
    """`akin embed` on all threads."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "texts")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(text + "\n" for text in texts(count))
        words = [os.environ["AKIN"], "embed", "--threads", str(WORKERS), "--file", path, "--output", f"{folder}/v.npy"]
        yield lambda: subprocess.run(words, check=True)


def arrow(count):
    """No cluster: one process, two threads."""
    import akin.arrow

    rows = table(count)
    yield lambda: akin.arrow.embed(rows, "text", threads=WORKERS).num_rows
    akin.arrow.close()


def spark(count, way):
    from pyspark.ml.functions import predict_batch_udf
    from pyspark.sql import SparkSession
    from pyspark.sql.types import ArrayType, FloatType

    import akin.spark

    os.environ.update(PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1")
    session = SparkSession.builder.master(f"local[{WORKERS}]").config("spark.driver.host", "127.0.0.1")
    for name in ("spark.ui.enabled", "spark.ui.showConsoleProgress"):
        session = session.config(name, "false")
    session = session.config("spark.log.level", "OFF").getOrCreate()
    with tempfile.TemporaryDirectory() as folder:
        rows = [*enumerate(texts(count))]
        frame = session.createDataFrame(session.sparkContext.parallelize(rows, WORKERS), "id long, text string")
        frame.write.parquet(f"{folder}/in")
        frame = session.read.parquet(f"{folder}/in")

        def make():
            return Peer().encode

        if way == "mapInArrow":
            made = akin.spark.embed(frame, "text")
        elif way == "itself":
            made = frame.mapInArrow(MadeUp().batches, "id long, text string, embedding array<float>")
        else:
            udf = (
                akin.spark.embed_udf()
                if way == "predict_batch_udf"
                else predict_batch_udf(make, return_type=ArrayType(FloatType()), batch_size=4096)
            )
            made = frame.select("id", udf("text").alias("embedding"))
        yield lambda: made.write.mode("overwrite").parquet(f"{folder}/out")
    session.stop()
    akin.arrow.close()


def ray(count, what):
    os.environ.update(RAY_AUTH_MODE="disabled", RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO="0")
    import ray

    import akin.ray

    # More than there are: those that read and write need one beside the two actors.
    ray.init(num_cpus=2 * WORKERS, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray").setLevel(logging.ERROR)
    data = ray.data.from_arrow(table(count)).repartition(4 * WORKERS).materialize()
    options = {"compute": ray.data.ActorPoolStrategy(size=WORKERS), "num_cpus": 1, "batch_size": 1024}
    if what == "peer":
        made = data.map_batches(Peer, batch_format="numpy", **options)
    else:
        made = data.map_batches(MadeUp if what == "itself" else akin.ray.Embedder, batch_format="pyarrow", **options)
    # Ray makes its actors anew for each run: what they take to start is in its time.
    yield lambda: made.materialize().count()
    ray.shutdown()


def dask(count, what):
    import dask.dataframe as dd
    from distributed import Client, LocalCluster

    import akin.dask

    with LocalCluster(n_workers=WORKERS, threads_per_worker=1, dashboard_address=None, silence_logs="CRITICAL") as cluster:
        with Client(cluster), tempfile.TemporaryDirectory() as folder:
            dd.from_pandas(table(count).to_pandas(), npartitions=2 * WORKERS).to_parquet(f"{folder}/in")
            frame = dd.read_parquet(f"{folder}/in")
            if what == "itself":
                made = frame.map_partitions(MadeUp().partition, meta=MadeUp().partition(frame._meta))
            else:
                made = akin.dask.embed(frame, "text")
            yield lambda: made.to_parquet(f"{folder}/out")
    akin.arrow.close()


def duckdb(count):
    import duckdb

    import akin.duckdb

    connection = duckdb.connect(config={"threads": WORKERS})
    akin.duckdb.register(connection)
    connection.register("texts", table(count))
    yield lambda: connection.sql("SELECT id, embed(text) AS embedding FROM texts").to_arrow_table().num_rows
    connection.close()
    akin.arrow.close()


def measured(make, count, rounds, cold):
    """The seconds and the CPU seconds of each round, after one that is not counted."""
    operator = make(count)
    work = next(operator)
    if not cold:
        work()
    found = []
    for _ in range(rounds):
        with Clock() as clock:
            work()
        found.append((clock.seconds, clock.cpu))
    for _ in operator:
        pass
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--peer-rows", type=int, help="of sentence-transformers (a tenth)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--words", type=int, default=WORDS, help="of a row")
    parser.add_argument("--cold", action="store_true", help="count what an operator takes to begin")
    parser.add_argument("--only", default="spark,ray,dask,duckdb")
    parser.add_argument("--names", default="", help="only those of whose names this is a regular expression, beside the bare engine")
    parser.add_argument("--note", default="", help="what is to be said about the machine")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ.setdefault("AKIN", measure.AKIN)
    os.environ["AKIN_BENCH_WORDS"] = str(arguments.words)
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    os.environ["AKIN_PEER_MODEL"] = measure.model_folder()
    os.environ["PYTHONPATH"] = os.pathsep.join([measure.HERE, os.environ.get("PYTHONPATH", "")])
    peers = arguments.peer_rows or max(1, arguments.rows // 10)
    operators = [
        ("", "bare engine (`akin embed`)", bare, arguments.rows),
        ("", "akin.arrow", arrow, arguments.rows),
        ("spark", "akin.spark.embed (mapInArrow)", lambda n: spark(n, "mapInArrow"), arguments.rows),
        ("spark", "akin.spark.embed_udf (predict_batch_udf)", lambda n: spark(n, "predict_batch_udf"), arguments.rows),
        ("spark", "Spark by itself: made-up vectors, mapInArrow", lambda n: spark(n, "itself"), arguments.rows),
        ("ray", "akin.ray.Embedder (map_batches)", lambda n: ray(n, "akin"), arguments.rows),
        ("ray", "Ray by itself: made-up vectors", lambda n: ray(n, "itself"), arguments.rows),
        ("dask", "akin.dask.embed (map_partitions)", lambda n: dask(n, "akin"), arguments.rows),
        ("dask", "Dask by itself: made-up vectors", lambda n: dask(n, "itself"), arguments.rows),
        ("duckdb", "akin.duckdb (a function of SQL)", duckdb, arguments.rows),
        ("spark", "sentence-transformers in predict_batch_udf", lambda n: spark(n, "peer"), peers),
        ("ray", "sentence-transformers in map_batches", lambda n: ray(n, "peer"), peers),
    ]
    wanted = {"", *arguments.only.split(",")}
    rows, bare_rate, bare_cpu = [], None, None
    for kind, name, make, count in operators:
        if kind not in wanted or make is not bare and not re.search(arguments.names, name):
            continue
        found = measured(make, count, arguments.rounds, arguments.cold)
        rate = count / statistics.median(seconds for seconds, _ in found) / WORKERS
        cpu = statistics.median(cpu for _, cpu in found)
        per_cpu = count / cpu
        bare_rate, bare_cpu = bare_rate or rate, bare_cpu or per_cpu
        rows.append(
            [name, str(count), f"{rate:.0f}", f"{rate / bare_rate:.2f}", f"{cpu:.1f}", f"{per_cpu:.0f}", f"{per_cpu / bare_cpu:.2f}"])
        print(" | ".join(rows[-1]), flush=True)
        # As far as it has come: a run may take hours.
        write(rows, arguments)


def write(rows, arguments):
    rounds = f"{arguments.rounds} rounds, medians" if arguments.rounds > 1 else "one round"
    lines = [
        f"{measure.machine()}. Rows of {arguments.words} words, {WORKERS} workers of one thread each on two cores; {rounds}."
        + (" What an operator takes to begin is in its figures." if arguments.cold else "")
        + (f" {arguments.note}" if arguments.note else ""),
        "`x` is the share of the bare engine's rate in the same run. CPU time is that of the whole cluster, its reading, its writing and the",
        "interpreters included. Ray makes its actors and their servers anew in each round.",
        "",
        *measure.table(["operator", "rows", "rows/s a core", "x", "CPU s", "rows a second of CPU", "x"], rows),
    ]
    name = "operators" if arguments.words == WORDS else f"operators-{arguments.words}-words"
    title = "In the operators of clusters" + ("" if arguments.words == WORDS else f", rows of {arguments.words} words")
    measure.write_section(name, title, lines)


if __name__ == "__main__":
    sys.exit(main())
