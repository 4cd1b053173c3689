"""Columns of other libraries in place of lists, and rows that hold no text."""

import unittest

from akin import Akin, Document

try:
    import numpy as np
    import pandas as pd
    import polars as pl
    import pyarrow as pa
except ImportError as error:
    raise unittest.SkipTest(f"{error.name} is not installed") from None

TEXTS = ["a cat", "a dog", "a train"]

COLUMNS = {
    "numpy": np.array,
    "numpy objects": lambda values: np.array(values, dtype=object),
    "pandas": lambda values: pd.Series(values, index=[30, 10, 20][: len(values)]),
    "pandas strings": lambda values: pd.Series(values, dtype="string"),
    "pandas index": pd.Index,
    "polars": pl.Series,
    "pyarrow": pa.array,
    "pyarrow chunks": lambda values: pa.chunked_array([values[:1], values[1:]]),
    "a tuple": tuple,
    "a generator": iter,
}
WITH_NULLS = [name for name in COLUMNS if name not in ("numpy",)]


class ColumnTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.akin = Akin()
        cls.addClassCleanup(cls.akin.close)
        cls.vectors = cls.akin.embed(TEXTS)

    def test_texts(self):
        for name, column in COLUMNS.items():
            with self.subTest(name):
                np.testing.assert_array_equal(self.akin.embed(column(TEXTS)), self.vectors)
                self.assertEqual(self.akin.embed_detailed(column(TEXTS)).token_counts, [4, 4, 4])
                self.assertEqual(len(self.akin.tokenize(column(TEXTS))), 3)
                self.assertEqual(len(self.akin.embed_tokens(column(TEXTS))), 3)

    def test_queries_and_documents(self):
        for name, column in COLUMNS.items():
            with self.subTest(name):
                found = self.akin.search(column(["kitten", "rails"]), column(TEXTS), top_k=1)
                self.assertEqual([hits[0].text for hits in found], ["a cat", "a train"])
                scores = self.akin.similarity(column(TEXTS), column(TEXTS[:1]))
                self.assertEqual(scores.argmax(0).tolist(), [0])

    def test_a_null_names_its_row(self):
        for name in WITH_NULLS:
            for method in (self.akin.embed, self.akin.embed_tokens, self.akin.tokenize):
                with self.subTest(f"{name}, {method.__name__}"):
                    with self.assertRaisesRegex(TypeError, r"texts\[1\] is null"):
                        method(COLUMNS[name](["a cat", None]))
            with self.subTest(name):
                with self.assertRaisesRegex(TypeError, r"documents\[2\] is null"):
                    self.akin.search("x", COLUMNS[name]([*TEXTS[:2], None]))
                with self.assertRaisesRegex(TypeError, r"left\[1\] is null"):
                    self.akin.similarity(COLUMNS[name](["a cat", None]))

    def test_nan_and_na_are_nulls(self):
        for null in (float("nan"), pd.NA, pd.NaT, np.nan):
            with self.assertRaisesRegex(TypeError, r"texts\[1\] is null"):
                self.akin.embed(["a cat", null])

    def test_what_is_no_text_is_named(self):
        for value in (7, 1.5, True, b"bytes", {"text": "x"}, ["nested"], np.float32(1)):
            with self.subTest(repr(value)):
                kind = type(value).__name__
                with self.assertRaisesRegex(TypeError, rf"texts\[1\]: expected a text.*{kind}"):
                    self.akin.embed(["a cat", value])

    def test_what_is_no_list_is_refused_and_not_iterated(self):
        frame = pd.DataFrame({"text": TEXTS})
        table = pa.table({"text": TEXTS})
        for value in ({"a": 1}, {"a", "b"}, b"bytes", 7, None, 1.5, frame, pl.from_pandas(frame)):
            with self.subTest(type(value).__name__), self.assertRaisesRegex(TypeError, "texts"):
                self.akin.embed(value)
        with self.assertRaisesRegex(TypeError, "column"):
            self.akin.embed(table)
        with self.assertRaisesRegex(TypeError, "single text"):
            self.akin.search("x", "a document")

    def test_a_stream_takes_columns_and_no_single_text(self):
        for name, column in COLUMNS.items():
            with self.subTest(name):
                rows = np.stack([*self.akin.embed_stream(column(TEXTS))])
                np.testing.assert_array_equal(rows, self.vectors)
        for value in ("a cat", b"bytes", {"a": 1}, {"a"}, 7):
            with self.subTest(repr(value)), self.assertRaisesRegex(TypeError, "texts"):
                list(self.akin.embed_stream(value))

    def test_a_stream_names_the_row_too(self):
        with self.assertRaisesRegex(TypeError, r"texts\[2\] is null"):
            list(self.akin.embed_stream(iter(["a", "b", None])))

    def test_documents_without_a_text(self):
        for nothing in (None, float("nan"), pd.NA):
            documents = [{"text": "a cat"}, {"text": nothing}]
            with self.assertRaisesRegex(TypeError, r"documents\[1\]: its text is null"):
                self.akin.search("x", documents)
        with self.assertRaisesRegex(TypeError, r"documents\[1\]: its text is null"):
            self.akin.search("x", [Document("a"), Document(None)])
        # Of a table's rows: gaps in other columns are left out.
        rows = pd.DataFrame({"text": TEXTS, "uri": [None, "file:///a", None]}).to_dict("records")
        self.assertEqual(len(self.akin.search("x", rows)), 3)

    def test_vectors(self):
        rows = [vector.tolist() for vector in self.vectors]
        for column in (pl.Series(rows), pa.array(rows), pd.Series(rows), rows, self.vectors):
            with self.subTest(type(column).__name__):
                scores = self.akin.similarity(column)
                np.testing.assert_allclose(np.diag(scores), 1, atol=1e-5)
