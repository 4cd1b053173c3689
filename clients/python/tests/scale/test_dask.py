"""Dask with two worker processes on this machine."""

import unittest

import dask
import dask.dataframe as dd
import numpy as np
import pandas as pd
import pyarrow as pa
from cluster import COUNT, Killer, by_id, expected, servers_below, table, texts
from distributed import Client, LocalCluster

import akin.dask
from akin import AkinError
from akin.arrow import SpaceError, close


def arrow(frame):
    return pa.Table.from_pandas(frame, preserve_index=False)


class DaskTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        dask.config.set({"distributed.logging.distributed": "critical"})
        cls.cluster = LocalCluster(
            n_workers=2, threads_per_worker=2, dashboard_address=None, silence_logs="CRITICAL"
        )
        cls.addClassCleanup(cls.cluster.close)
        cls.client = Client(cls.cluster)
        cls.addClassCleanup(cls.client.close)
        cls.addClassCleanup(close)
        cls.vectors = expected(texts())

    def frame(self, count=COUNT, parts=12):
        return dd.from_pandas(table(count).to_pandas(), npartitions=parts)

    def test_order_is_kept(self):
        made = akin.dask.embed(self.frame(), "text")
        self.assertEqual(made.dtypes["embedding"], pd.ArrowDtype(pa.list_(pa.float32(), 384)))
        found = arrow(made.compute())
        self.assertEqual(found["id"].to_pylist(), [*range(COUNT)])
        np.testing.assert_array_equal(by_id(found), self.vectors)
        # One server a worker process, with all of its threads.
        counts = [words[words.index("--threads") + 1] for words in self.commands()]
        self.assertEqual((len(counts) <= 2, {*counts}), (True, {"2"}))

    def commands(self):
        words = (server.cmdline() for server in servers_below())
        return [found for found in words if "--threads" in found]

    def test_a_worker_that_is_killed(self):
        killer = Killer(lambda worker: "spawn_main" in " ".join(worker.cmdline()))
        found = arrow(akin.dask.embed(self.frame(), "text").compute())
        killer.join(1)
        self.assertIsNotNone(killer.killed, "no worker was killed")
        np.testing.assert_array_equal(by_id(found), self.vectors)

    def test_nulls_and_errors(self):
        frame = pd.DataFrame({"text": ["a cat", None, "word " * 500]}, index=[7, 8, 9])
        parts = dd.from_pandas(frame, npartitions=1)
        with self.assertRaisesRegex(TypeError, r"row 1 \(index 8\) is null"):
            akin.dask.embed(parts, "text").compute()
        made = akin.dask.embed(parts, "text", nulls="null", dtype="int8").compute()
        self.assertEqual(made["embedding"].isna().tolist(), [False, True, False])
        made = akin.dask.embed(parts, "text", errors="column", overflow="error").compute()
        self.assertEqual(made["embedding_error"].isna().tolist(), [True, False, False])

    def test_what_is_wrong_is_said_before_work_begins(self):
        with self.assertRaisesRegex(ValueError, "there are id, text"):
            akin.dask.embed(self.frame(), "words")
        with self.assertRaisesRegex(AkinError, "akin pull"):
            akin.dask.embed(self.frame(), "text", model="no/model")

    def test_a_worker_with_another_model(self):
        other = akin.arrow.space(akin.arrow.embed(table(1), "text", precision="f32").schema)
        with self.assertRaisesRegex(SpaceError, "precision"):
            akin.dask.embed(self.frame(10, 1), "text", expected=other).compute()

    def test_the_same_call_is_the_same_task(self):
        names = {akin.dask.embed(self.frame(), "text")._name for _ in range(2)}
        self.assertEqual(len(names), 1)


if __name__ == "__main__":
    unittest.main()
