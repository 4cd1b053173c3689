"""Ray Data with actors on this machine."""

import logging
import os
import unittest

os.environ.setdefault("RAY_AUTH_MODE", "disabled")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

import numpy as np
import pyarrow as pa
import ray
from cluster import COUNT, Killer, by_id, expected, servers_below, table, texts

from akin.arrow import close, space
from akin.ray import Embedder


class RayTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        ray.init(num_cpus=4, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        cls.addClassCleanup(ray.shutdown)
        cls.addClassCleanup(close)
        ray.data.DataContext.get_current().enable_progress_bars = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        cls.vectors = expected(texts())

    def mapped(self, data, batch_format="pyarrow", actors=2, **options):
        return data.map_batches(
            Embedder,
            fn_constructor_kwargs={"column": "text", **options},
            compute=ray.data.ActorPoolStrategy(size=actors),
            num_cpus=1,  # Of four that Ray believes in: the rest is for reading.
            batch_size=100,
            batch_format=batch_format,
        )

    def data(self, count=COUNT, blocks=12):
        return ray.data.from_arrow(table(count)).repartition(blocks)

    def table(self, data):
        return pa.concat_tables(ray.get(data.to_arrow_refs()))

    def test_actors(self):
        made = self.table(self.mapped(self.data()))
        self.assertEqual(made.schema.field("embedding").type, pa.list_(pa.float32(), 384))
        self.assertEqual(space(made.schema).dimensions, 384)
        np.testing.assert_array_equal(by_id(made), self.vectors)

    def test_an_actor_that_is_killed(self):
        killer = Killer(lambda worker: worker.name().startswith("ray::"))
        made = by_id(self.table(self.mapped(self.data())))
        killer.join(1)
        self.assertIsNotNone(killer.killed, "no actor was killed")
        np.testing.assert_array_equal(made, self.vectors)

    def test_the_formats_of_batches(self):
        for batch_format in ("pyarrow", "pandas", "numpy"):
            with self.subTest(batch_format):
                made = self.mapped(self.data(200, 2), batch_format, actors=1)
                rows = sorted(made.take_all(), key=lambda row: row["id"])
                values = np.array([row["embedding"] for row in rows], np.float32)
                np.testing.assert_array_equal(values, self.vectors[:200])

    def test_nulls_and_errors(self):
        embedder = Embedder()
        column = pa.table({"text": ["a cat", None, "word " * 500]})
        with self.assertRaisesRegex(TypeError, r"the column 'text', row 1 is null"):
            embedder(column)
        made = Embedder(nulls="null", dtype="int8")(column)
        self.assertEqual(made["embedding"].null_count, 1)
        self.assertEqual(made["embedding_scale"].null_count, 1)
        made = Embedder(errors="column", overflow="error")(column)
        self.assertEqual(
            [v is None for v in made["embedding_error"].to_pylist()], [True, False, False]
        )
        with self.assertRaisesRegex(ValueError, "pyarrow"):
            Embedder(nulls="null")({"text": np.array(["a cat", None], dtype=object)})
        with self.assertRaisesRegex(ValueError, "there are text"):
            Embedder("words")(column)

    def test_an_actor_of_its_own_has_the_threads_that_it_was_granted(self):
        actor = ray.remote(num_cpus=2)(Embedder).remote()
        before = len(servers_below())
        found = ray.get(actor.embed.remote(["a cat", "a dog"]))
        np.testing.assert_array_equal(found, expected(["a cat", "a dog"]))
        started = [server.cmdline() for server in servers_below()][before:]
        self.assertEqual([words[words.index("--threads") + 1] for words in started], ["2"])
        ray.kill(actor)


if __name__ == "__main__":
    unittest.main()
