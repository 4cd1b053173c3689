"""Spark in a cluster of two workers on this machine, each with an executor of its own."""

import os
import sys
import tempfile
import unittest

import numpy as np
import pyarrow.parquet as pq
from cluster import COUNT, Killer, by_id, expected, servers_below, texts
from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql.types import ArrayType, ByteType, FloatType

from akin import ModelError
from akin.arrow import SpaceError, close
from akin.spark import embed, embed_udf, space


def wordy(frame):
    """As the frame has it, with Spark's error in one text."""
    try:
        frame.collect()
    except Exception as error:
        return str(error)
    raise AssertionError("no error")


class SparkTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        os.environ["PYSPARK_PYTHON"] = sys.executable
        os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
        cls.spark = (
            SparkSession.builder.master("local-cluster[2,1,1024]")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.log.level", "OFF")
            .config("spark.executor.memory", "512m")
            .config("spark.task.maxFailures", "3")
            .config("spark.sql.execution.arrow.maxRecordsPerBatch", "200")
            .config("spark.executorEnv.AKIN", os.environ["AKIN"])
            .config("spark.executorEnv.PYTHONPATH", os.pathsep.join(sys.path))
            .getOrCreate()
        )
        cls.addClassCleanup(cls.spark.stop)
        cls.addClassCleanup(close)
        cls.vectors = expected(texts())

    def frame(self, parts=6, count=COUNT):
        rows = [*enumerate(texts(count))]
        return self.spark.createDataFrame(
            self.spark.sparkContext.parallelize(rows, parts), "id long, text string"
        )

    def rows(self, *values):
        return self.spark.createDataFrame([*enumerate(values)], "id long, text string").coalesce(1)

    def test_predict_batch_udf(self):
        made = self.frame().select("id", embed_udf()("text").alias("embedding"))
        np.testing.assert_array_equal(by_id(made.toArrow()), self.vectors)

    def test_in_sql(self):
        self.spark.udf.register("embed", embed_udf(dimensions=16))
        self.rows("a cat", "a dog").createOrReplaceTempView("texts")
        made = self.spark.sql("SELECT id, embed(text) AS embedding FROM texts").toArrow()
        np.testing.assert_array_equal(by_id(made), expected(["a cat", "a dog"], dimensions=16))

    def test_a_worker_that_is_killed(self):
        killer = Killer(lambda worker: "pyspark.daemon" in " ".join(worker.cmdline()))
        frame = embed(self.frame(), "text")
        self.assertEqual(frame.schema["embedding"].dataType, ArrayType(FloatType()))
        made = by_id(frame.toArrow())
        killer.join(1)
        self.assertIn("pyspark.daemon", killer.killed or "none was killed")
        np.testing.assert_array_equal(made, self.vectors)

    def test_int8_has_scales(self):
        made = embed(self.frame(count=50), "text", dtype="int8")
        self.assertEqual(made.schema["embedding"].dataType, ArrayType(ByteType()))
        found = made.orderBy("id").toArrow()
        values = by_id(found).astype(np.float32) * found["embedding_scale"].to_numpy()[:, None]
        np.testing.assert_allclose(values, self.vectors[:50], atol=2e-3)
        bytes_alone = self.frame(count=50).select("id", embed_udf(dtype="int8")("text").alias("v"))
        np.testing.assert_array_equal(by_id(bytes_alone.toArrow(), "v"), by_id(found))

    def test_nulls(self):
        frame = self.rows("a cat", None, "a dog")
        for made in (embed(frame, "text"), frame.select(embed_udf()("text"))):
            self.assertRegex(wordy(made), r"partition 0, the column.*, row 1 is null")
        cat, dog = expected(["a cat", "a dog"])
        by_udf = frame.select("id", embed_udf(nulls="null")("text").alias("embedding"))
        for made in (embed(frame, "text", nulls="null"), by_udf):
            first, second, third = (row.embedding for row in made.orderBy("id").collect())
            self.assertEqual((first, second, third), (cat.tolist(), None, dog.tolist()))

    def test_errors_by_row(self):
        frame = self.rows("a cat", None, "word " * 500)
        made = embed(frame, "text", errors="column", overflow="error").orderBy("id").collect()
        self.assertEqual([row.embedding is None for row in made], [False, True, True])
        self.assertIsNone(made[0].embedding_error)
        self.assertIn("is null", made[1].embedding_error)
        self.assertIn("at most 256 tokens", made[2].embedding_error)
        self.assertIn("row 2", wordy(embed(frame, "text", overflow="error", nulls="null")))

    def test_what_the_vectors_are_is_written_with_them(self):
        made = embed(self.rows("a cat"), "text")
        with tempfile.TemporaryDirectory() as folder:
            made.write.parquet(f"{folder}/vectors")
            again = self.spark.read.parquet(f"{folder}/vectors")
            self.assertEqual(space(again), space(made))
            self.assertEqual(pq.read_table(f"{folder}/vectors").num_rows, 1)
        self.assertEqual(space(made).model, "sentence-transformers/all-MiniLM-L6-v2")
        with self.assertRaisesRegex(ValueError, "which model"):
            space(made, "text")

    def test_a_worker_with_another_model(self):
        other = space(embed(self.rows("x"), "text", precision="f32"))
        self.assertIn(SpaceError.__name__, wordy(embed(self.rows("x"), "text", expected=other)))

    def test_what_is_wrong_is_said_before_work_begins(self):
        frame = self.rows("a cat")
        for wrong, kind, words in (
            (lambda: embed(frame, "txt"), ValueError, "there are id, text"),
            (lambda: embed(frame, "id"), TypeError, "bigint"),
            (lambda: embed(frame, "text", "id"), ValueError, "already"),
            (lambda: embed(frame, "text", "v", "no/model"), ModelError, "akin pull"),
            (lambda: embed_udf(errors="column"), ValueError, "akin.spark.embed"),
            (lambda: embed_udf(dtpe="int8"), TypeError, "dtpe"),
        ):
            with self.assertRaisesRegex(kind, words):
                wrong()

    def test_one_server_a_worker_with_the_threads_of_a_task(self):
        for _ in range(2):
            embed(self.frame(4, 100), "text").collect()
        found = [server.cmdline() for server in servers_below() if "--threads" in server.cmdline()]
        # Two workers, whatever the number of partitions; each task has one CPU.
        self.assertLessEqual(len(found), 4)
        self.assertTrue(all(words[words.index("--threads") + 1] == "1" for words in found), found)

    def test_nothing_is_started_where_nothing_is_embedded(self):
        self.assertIsNone(TaskContext.get())
        before = len(servers_below())
        embed_udf(arguments=["--max-batch", "7"])
        self.assertEqual(len(servers_below()), before)


if __name__ == "__main__":
    unittest.main()
