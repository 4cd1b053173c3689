"""`python -m akin parquet`: a collection as Parquet, and back to the last bit."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

try:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from akin import _collection
    from akin.parquet import ParquetError
except ImportError as error:
    raise unittest.SkipTest(f"{error.name} is not installed") from None


class CollectionTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()
        self.notes = self.folder / "notes"
        (self.notes / "sub").mkdir(parents=True)
        for number in range(6):
            text = f"# Part {number}\n\nThe river is {number} miles long. 🦉\n\n## Banks\n\nOld.\n"
            (self.notes / "sub" / f"part{number}.md").write_text(text, encoding="utf-8")
        (self.notes / "binary.dat").write_bytes(b"a\0b")
        self.output = str(self.folder / "notes.parquet")

    def run_akin(self, *words, store="first", text=None):
        done = subprocess.run(
            [sys.executable, "-m", "akin", *words],
            input=text,
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "AKIN_DATA": str(self.folder / store)},
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def exported(self):
        self.run_akin("index", str(self.notes), "--max-filesize", "500K")
        return self.run_akin("collections", "export", str(self.notes))

    def test_what_comes_back_is_the_same_collection(self):
        exported = self.exported()
        self.run_akin("parquet", "-o", self.output, text=exported)
        table = pq.read_table(self.output)
        chunks = sum(len(json.loads(line)["chunks"]) for line in exported.splitlines()[1:])
        self.assertEqual(table.num_rows, chunks)
        self.assertEqual(table.schema.field("embedding").type, pa.list_(pa.float32(), 384))
        self.assertIn("The river is 0 miles long. 🦉", table["text"].to_pylist()[0])
        back = self.run_akin("parquet", self.output)
        self.run_akin("collections", "import", "-", store="second", text=back)
        self.assertEqual(
            self.run_akin("collections", "export", str(self.notes), store="second"), exported
        )
        self.assertIn("nothing changed", self.run_akin("index", str(self.notes), store="second"))

    def test_documents_of_a_program(self):
        documents = [
            {"id": "a", "text": "Tea grows here.", "metadata": {"kind": "x", "n": 1.5, "b": True}},
            {"id": "b\u0000c", "text": "Zero."},
            {"id": "blank", "text": "  "},
        ]
        call = {"jsonrpc": "2.0", "id": 1, "method": "index/add"}
        call["params"] = {"collection": "facts", "documents": documents}
        self.run_akin("serve", text=json.dumps(call) + "\n")
        exported = self.run_akin("collections", "export", "facts")
        self.assertEqual(_collection.write(iter(exported.splitlines()), self.output), 3)
        back = "".join(line + "\n" for line in _collection.lines(self.output))
        self.run_akin("collections", "import", "-", store="second", text=back)
        self.assertEqual(self.run_akin("collections", "export", "facts", store="second"), exported)

    def test_what_is_no_export_makes_no_file(self):
        exported = self.exported().splitlines()
        for lines, message in [
            ([], "no export"),
            (["{}"], "no export"),
            (exported[:-1], "is cut"),
            ([*exported[:2], "{"], ":3: no document"),
            ([exported[0], '{"chunks": [{"span": "x"}]}'], "standard input"),
        ]:
            with self.subTest(message=message):
                with self.assertRaisesRegex(ParquetError, message):
                    _collection.write(iter(lines), self.output)
                self.assertEqual([f for f in os.listdir(self.folder) if "parquet" in f], [])
        pq.write_table(pa.table({"x": [1]}), self.output)
        for path in (self.output, str(self.notes / "binary.dat"), str(self.folder / "nothing")):
            with self.assertRaises(ParquetError):
                list(_collection.lines(path))


if __name__ == "__main__":
    unittest.main()
