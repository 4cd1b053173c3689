"""Columns of Arrow to columns of vectors, and what their metadata says."""

import concurrent.futures
import json
import multiprocessing
import os
import pickle
import tempfile
import unittest
from unittest import mock

from support import fake

from akin import Akin, Document, InvalidParametersError, ServerDiedError

try:
    import numpy as np
    import pandas  # noqa: F401 - where it is missing, so are the others
    import pyarrow as pa

    from akin import arrow
    from akin._bulk import Settings, Worker
except ImportError as error:
    raise unittest.SkipTest(f"{error.name} is not installed") from None

TEXTS = ["a cat", "a dog", "a train"]


def vectors(table, column="embedding"):
    array = table[column]
    values = (array.combine_chunks() if hasattr(array, "chunks") else array).flatten()
    return values.to_numpy().reshape(len(table), -1)


def embed_in_worker(settings):
    worker = Worker(settings, 1)
    return worker.embed(TEXTS).vectors.tolist(), os.getpid(), worker._akin.server_pid


class AddTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(arrow.close)
        data = mock.patch.dict(os.environ, {"AKIN_DATA": folder.name})
        data.start()
        self.addCleanup(data.stop)
        self.akin = Akin()
        self.addCleanup(self.akin.close)

    def test_a_collection_is_filled_without_embedding(self):
        rows = pa.table(
            {"id": range(700), "text": [f"Report {i} of the tides." for i in range(700)]}
        )
        rows = rows.append_column(
            "year", pa.array([1900 + i if i % 2 else None for i in range(700)])
        )
        for dtype in ("float32", "int8"):
            with self.subTest(dtype):
                table = arrow.embed(rows, "text", dtype=dtype)
                change = arrow.add(self.akin, dtype, table.slice(1), metadata=["year"])
                self.assertEqual((change.added, change.chunks, change.embedded), (699, 699, 0))
                self.assertEqual(arrow.add(self.akin, dtype, table.slice(1)).updated, 350)
                again = arrow.add(self.akin, dtype, table.slice(1).combine_chunks())
                self.assertEqual(again.unchanged, 699)
                hit = self.akin.search("Report 33 of the tides.", collection=dtype, top_k=1)[0]
                self.assertEqual((hit.id, round(hit.similarity or 0, 2)), ("33", 1))
        # As Spark writes them.
        made = arrow.embed(rows.slice(0, 9), "text")
        lists = made["embedding"].combine_chunks().cast(pa.list_(pa.float32()))
        field = made.schema.field("embedding").with_type(lists.type)
        spark = made.drop(["embedding"]).append_column(field, lists)
        self.assertEqual(arrow.add(self.akin, "spark", spark.slice(3)).embedded, 0)

    def test_rows_without_a_vector_are_embedded_by_the_server(self):
        rows = pa.table({"id": ["a", "b"], "text": ["word " * 300, "a cat"]})
        table = arrow.embed(rows, "text", errors="column", overflow="error")
        self.assertGreater(arrow.add(self.akin, "some", table).embedded, 0)

    def test_what_does_not_belong_together(self):
        rows = pa.table({"id": [1, 2], "text": ["a cat", "the weather in March"]})
        table = arrow.embed(rows, "text")
        turned = table.set_column(2, table.schema.field(2), table["embedding"].take([1, 0]))
        with self.assertRaisesRegex(InvalidParametersError, r"documents\[0\].vector.*cosine"):
            arrow.add(self.akin, "wrong", turned)
        with self.assertRaisesRegex(arrow.SpaceError, "dimensions"):
            arrow.add(self.akin, "wrong", arrow.embed(rows, "text", dimensions=8))
        with self.assertRaisesRegex(ValueError, "does not say which model"):
            arrow.add(self.akin, "wrong", rows.append_column("embedding", table["embedding"]))
        with self.assertRaisesRegex(ValueError, "no column 'key'"):
            arrow.add(self.akin, "wrong", table, id="key")
        space = json.loads(arrow.space(table.schema).to_json())
        other = json.dumps({**space, "fingerprint": "0" * 64})
        field = table.schema.field("embedding").with_metadata({"akin": other})
        with self.assertRaisesRegex(InvalidParametersError, "fingerprint"):
            arrow.add(self.akin, "wrong", table.set_column(2, field, table["embedding"]))
        self.assertEqual(self.akin.index_list(), [])

    def test_vectors_in_documents(self):
        fingerprint = self.akin.model_info()["fingerprint"]
        vector = self.akin.embed("a cat")
        for given in (vector, vector.tolist()):
            document = Document("a cat", id="1", vector=given)
            change = self.akin.index_add([document], collection="one", fingerprint=fingerprint)
            self.assertEqual(change.embedded, 0)
        with self.assertRaisesRegex(InvalidParametersError, "fingerprint"):
            self.akin.index_add([{"id": "1", "text": "x", "vector": vector}], collection="one")


class ArrowTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(arrow.close)
        with Akin() as akin:
            cls.akin_vectors = akin.embed(TEXTS)
            cls.detailed = akin.embed_detailed(TEXTS, dtype="int8", dimensions=16)

    def test_columns_of_texts(self):
        for kind in (
            pa.string(),
            pa.large_string(),
            pa.string_view(),
            pa.dictionary(pa.int32(), pa.string()),
        ):
            with self.subTest(str(kind)):
                table = pa.table({"id": [3, 1, 2], "text": pa.array(TEXTS).cast(kind)})
                made = arrow.embed(table, "text")
                np.testing.assert_array_equal(vectors(made), self.akin_vectors)
                self.assertEqual(made.drop(["embedding"]).to_pydict(), table.to_pydict())

    def test_batches_and_chunks(self):
        table = pa.table({"text": pa.chunked_array([TEXTS[:1], [], TEXTS[1:]])})
        np.testing.assert_array_equal(vectors(arrow.embed(table, "text")), self.akin_vectors)
        made = arrow.embed(pa.record_batch({"text": TEXTS}), "text", "v")
        self.assertIsInstance(made, pa.RecordBatch)
        np.testing.assert_array_equal(vectors(made, "v"), self.akin_vectors)
        # A part of an array, whose first values are another's.
        part = pa.record_batch({"text": TEXTS}).slice(1)
        np.testing.assert_array_equal(vectors(arrow.embed(part, "text")), self.akin_vectors[1:])

    def test_nothing_has_a_type_too(self):
        made = arrow.embed(pa.table({"text": pa.array([], pa.string())}), "text")
        self.assertEqual(made.schema.field("embedding").type, pa.list_(pa.float32(), 384))
        made = arrow.embed(pa.table({"text": pa.nulls(2)}), "text", nulls="null")
        self.assertEqual(made["embedding"].null_count, 2)

    def test_int8(self):
        table = pa.table({"text": TEXTS})
        made = arrow.embed(table, "text", dtype="int8", dimensions=16)
        self.assertEqual(made.schema.field("embedding").type, pa.list_(pa.int8(), 16))
        np.testing.assert_array_equal(vectors(made), self.detailed.vectors)
        np.testing.assert_array_equal(made["embedding_scale"].to_numpy(), self.detailed.scales)

    def test_more_than_one_request_holds(self):
        texts = [f"number {i} " + "x " * (i % 50) for i in range(700)]
        with Akin() as akin:
            expected = akin.embed(texts)
        made = arrow.embed(pa.table({"text": texts}), "text", batch_size=16)
        np.testing.assert_array_equal(vectors(made), expected)

    def test_a_null_names_its_row_or_stays_one(self):
        table = pa.table({"text": ["a cat", None, "a train"]})
        with self.assertRaisesRegex(TypeError, r"^the column 'text', row 1 is null \(None\): fill"):
            arrow.embed(table, "text")
        made = arrow.embed(table, "text", nulls="null")
        self.assertEqual(made["embedding"].is_null().to_pylist(), [False, True, False])
        kept = np.array(made["embedding"].drop_null().to_pylist(), np.float32)
        np.testing.assert_array_equal(kept, self.akin_vectors[[0, 2]])
        made = arrow.embed(table, "text", nulls="null", dtype="int8")
        self.assertEqual(made["embedding_scale"].is_null().to_pylist(), [False, True, False])

    def test_errors_by_row(self):
        long = "word " * 500
        texts = [long, "a cat", None, long, "x" * 1_000_001, "a train", long]
        table = pa.table({"text": texts})
        for size in (1, 3, 256):
            with self.subTest(size):
                made = arrow.embed(
                    table, "text", errors="column", overflow="error", batch_size=size
                )
                kept = np.array(made["embedding"].drop_null().to_pylist(), np.float32)
                np.testing.assert_array_equal(kept, self.akin_vectors[[0, 2]])
                errors = made["embedding_error"].to_pylist()
                self.assertEqual([e is None for e in errors], [t in TEXTS for t in texts])
                self.assertRegex(errors[0], "^expected at most 256 tokens.*found 502 tokens")
                self.assertRegex(errors[2], "^is null")
                self.assertRegex(errors[4], "^expected at most 1000000 characters")
        with self.assertRaisesRegex(Exception, r"^the column 'text', row 2: expected at most 256"):
            arrow.embed(table.slice(1), "text", overflow="error", nulls="null", batch_size=2)

    def test_what_is_no_column_of_texts(self):
        table = pa.table({"n": [1], "b": [b"x"], "l": [["x"]], "t": ["x"], "embedding": ["x"]})
        for column in ("n", "b", "l"):
            with self.assertRaisesRegex(TypeError, f"'{column}': expected texts, found the type"):
                arrow.embed(table, column, "v")
        with self.assertRaisesRegex(ValueError, "no column 'text'; there are n, b, l, t"):
            arrow.embed(table, "text")
        with self.assertRaisesRegex(ValueError, "a column 'embedding' already"):
            arrow.embed(table, "t")

    def test_options_are_checked(self):
        table = pa.table({"text": TEXTS})
        for options, kind, words in (
            ({"batchsize": 3}, TypeError, "no option 'batchsize'; there are arguments, batch_size"),
            ({"dtype": "float16"}, ValueError, "expected 'float32' or 'int8', found 'float16'"),
            ({"dtype": "ubinary"}, ValueError, "dtype"),
            ({"nulls": "skip"}, ValueError, "nulls"),
            ({"errors": True}, ValueError, "errors"),
            ({"threads": 0}, ValueError, "threads: expected 1 or more"),
            ({"batch_size": -1}, ValueError, "batch_size"),
        ):
            with self.subTest(str(options)), self.assertRaisesRegex(kind, words):
                arrow.embed(table, "text", **options)

    def test_the_schema_says_what_the_vectors_are(self):
        table = pa.table({"text": TEXTS}, metadata={"mine": "kept"})
        made = arrow.embed(table, "text", prompt="query: ")
        twice = arrow.embed(made, "text", "small", dimensions=8, dtype="int8")
        self.assertEqual(twice.schema.metadata[b"mine"], b"kept")
        space = arrow.space(twice.schema)
        self.assertEqual(space.model, "sentence-transformers/all-MiniLM-L6-v2")
        self.assertEqual((space.dimensions, space.dtype, space.precision), (384, "float32", "q8_0"))
        self.assertEqual(json.loads(space.options), {"prompt": "query: "})
        self.assertRegex(space.probe, "^[0-9a-f]{64}$")
        with Akin() as akin:
            self.assertEqual(space.fingerprint, akin.model_info()["fingerprint"])
        self.assertRegex(space.fingerprint, "^[0-9a-f]{64}$")
        self.assertEqual(arrow.space(twice.schema, "small").dimensions, 8)
        # Where a field's metadata has been lost.
        plain = pa.schema([pa.field(f.name, f.type) for f in twice.schema], twice.schema.metadata)
        self.assertEqual(arrow.space(plain), space)
        with self.assertRaisesRegex(ValueError, "does not say which model"):
            arrow.space(twice.schema, "text")
        with self.assertRaisesRegex(ValueError, "no column 'v'"):
            arrow.space(twice.schema, "v")

    def test_spaces_that_cannot_be_compared(self):
        table = pa.table({"text": TEXTS[:1]})
        space = arrow.space(arrow.embed(table, "text").schema)
        arrow.embed(table, "text", expected=space)
        # A copy with other times of files makes the same bits.
        members = json.loads(space.to_json())
        copy = arrow.Space.from_json({**members, "fingerprint": "0" * 64})
        arrow.embed(table, "text", expected=copy)
        others = {
            "fingerprint": {**members, "fingerprint": "0" * 64, "probe": "0" * 64},
            "precision": {**members, "precision": "f32"},
            "dimensions": {**members, "dimensions": 8},
            "dtype": {**members, "dtype": "int8"},
            "options": {**members, "options": '{"prompt": "x"}'},
        }
        for name, other in others.items():
            with self.subTest(name), self.assertRaisesRegex(arrow.SpaceError, name):
                arrow.embed(table, "text", expected=arrow.Space.from_json(other))
        with self.assertRaisesRegex(ValueError, "probe missing"):
            arrow.Space.from_json({k: v for k, v in members.items() if k != "probe"})

    def test_other_files_have_another_probe(self):
        """Whatever differs between two models shows in the bits of the probe."""
        table = pa.table({"text": TEXTS[:1]})
        probes = {
            arrow.space(arrow.embed(table, "text", **options).schema).probe
            for options in ({}, {"pooling": "cls"}, {"prompt": "x"}, {"overflow": "window"})
        }
        self.assertEqual(len(probes), 4)
        same = arrow.space(arrow.embed(table, "text", threads=2, dtype="int8").schema).probe
        self.assertIn(same, probes)

    def test_settings_go_to_other_processes_and_have_a_server_there(self):
        settings = Settings.of(None, {"overflow": "window", "arguments": ["--max-batch", "9"]})
        self.assertEqual(pickle.loads(pickle.dumps(settings)), settings)
        self.assertEqual(hash(pickle.loads(pickle.dumps(settings))), hash(settings))
        context = multiprocessing.get_context("spawn")
        with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
            found = [*pool.map(embed_in_worker, [settings] * 3)]
        self.assertEqual([one[0] for one in found], [self.akin_vectors.tolist()] * 3)
        # One server for all tasks of a process.
        self.assertEqual(len({one[1:] for one in found}), 1)

    def test_threads_are_those_granted_unless_told(self):
        for options, granted, words in (
            ({}, 2, ["--threads", "2"]),
            ({"threads": 1}, 2, ["--threads", "1"]),
            ({}, None, []),
            ({"shared": True}, 2, ["--shared"]),
            ({"shared": True, "threads": 1}, 2, ["--shared", "--threads", "1"]),
        ):
            with self.subTest(str(options)):
                worker = Worker(Settings.of("no/model", options), granted)
                self.assertEqual(worker._akin._options["arguments"], words)
                self.assertIsNone(worker._akin.server_pid)

    def test_a_server_that_dies_is_asked_again_and_then_given_up(self):
        table = pa.table({"text": TEXTS})
        arrow.embed(table, "text", arguments=["--max-batch", "8"])
        worker = Worker(Settings.of(None, {"arguments": ["--max-batch", "8"]}))
        os.kill(worker._akin.server_pid, 9)
        made = arrow.embed(table, "text", arguments=["--max-batch", "8"])
        np.testing.assert_array_equal(vectors(made), self.akin_vectors)
        with self.assertRaises(ServerDiedError):
            arrow.embed(table, "text", command=fake("die"))

    def test_a_stream_is_in_order_and_may_be_left(self):
        worker = Worker(Settings.of(None, {}))
        parts = [TEXTS[:2], [], TEXTS[2:], TEXTS]
        found = [rows.vectors for rows in worker.stream((part, str) for part in parts)]
        expected = np.concatenate([self.akin_vectors, self.akin_vectors])
        np.testing.assert_array_equal(np.concatenate(found), expected)
        stream = worker.stream((part, str) for part in parts)
        next(stream)
        stream.close()
        self.assertEqual(len(worker.embed(TEXTS).vectors), 3)


if __name__ == "__main__":
    unittest.main()
