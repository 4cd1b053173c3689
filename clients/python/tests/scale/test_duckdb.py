"""The function of DuckDB."""

import unittest

import duckdb
import numpy as np
import pyarrow as pa
from cluster import by_id, expected, table, texts

import akin.duckdb
from akin.arrow import close


class DuckDBTests(unittest.TestCase):
    def setUp(self):
        self.connection = duckdb.connect(config={"threads": 2})
        self.addCleanup(self.connection.close)
        self.addCleanup(close)

    def arrow(self, words):
        return self.connection.sql(words).to_arrow_table()

    def test_vectors_of_a_table(self):
        space = akin.duckdb.register(self.connection)
        rows = table(5_000)
        self.connection.register("texts", rows)
        found = self.arrow("SELECT id, embed(text) AS embedding FROM texts ORDER BY id")
        self.assertEqual(found.schema.field("embedding").type.list_size, space.dimensions)
        np.testing.assert_array_equal(by_id(found), expected(texts(5_000)))

    def test_search_in_sql(self):
        akin.duckdb.register(self.connection, "vector")
        self.connection.register("texts", pa.table({"text": ["a train", "a cat", "a house"]}))
        found = self.connection.execute(
            "SELECT text FROM texts "
            "ORDER BY array_cosine_similarity(vector(text), vector('kitten')) DESC"
        ).fetchall()
        self.assertEqual(found[0], ("a cat",))

    def test_nulls_and_int8(self):
        akin.duckdb.register(self.connection, "bytes", dtype="int8", dimensions=8)
        found = self.connection.execute("SELECT bytes(NULL), bytes('a cat'), typeof(bytes('x'))")
        ((null, vector, kind),) = found.fetchall()
        self.assertIsNone(null)
        self.assertEqual((len(vector), kind), (8, "TINYINT[8]"))
        akin.duckdb.register(self.connection, "strict", nulls="error")
        with self.assertRaisesRegex(Exception, "row 0 is null"):
            self.connection.execute("SELECT strict(NULL)").fetchall()
        with self.assertRaisesRegex(ValueError, "akin.arrow.embed"):
            akin.duckdb.register(self.connection, "errors", errors="column")


if __name__ == "__main__":
    unittest.main()
