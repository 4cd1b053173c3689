"""`python -m akin embed` with Parquet files: shards, interruptions, what is refused."""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from akin import Akin

try:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    import akin.parquet
    from akin import arrow
    from akin.parquet import ParquetError
except ImportError as error:
    raise unittest.SkipTest(f"{error.name} is not installed") from None

COUNT = 1000


def texts(count=COUNT):
    return [f"Letter {i}: {'the sea ' * (i % 7)}is {i % 13} miles away." for i in range(count)]


def vectors(table, column="embedding"):
    return table[column].combine_chunks().flatten().to_numpy().reshape(table.num_rows, -1)


class ParquetTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.addClassCleanup(arrow.close)
        with Akin() as akin:
            cls.vectors = akin.embed(texts())

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.input = str(self.folder / "in.parquet")
        self.output = str(self.folder / "out.parquet")
        self.write(texts())

    def write(self, items, name="in.parquet", first=0):
        table = pa.table(
            {"id": range(first, first + len(items)), "text": pa.array(items, pa.string())}
        )
        pq.write_table(table, self.folder / name, row_group_size=300)

    def run_program(self, *words, **options):
        return subprocess.run(
            [sys.executable, "-m", "akin", "embed", *words],
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **options,
        )

    def check(self, files, expected=None):
        table = pa.concat_tables([pq.read_table(file, partitioning=None) for file in files])
        self.assertEqual(table["id"].to_pylist(), [*range(table.num_rows)])
        np.testing.assert_array_equal(
            vectors(table), self.vectors if expected is None else expected
        )
        return table

    def test_an_output_that_is_a_link_leads_where_it_led(self):
        target = self.folder / "target" / "out.parquet"
        target.parent.mkdir()
        os.symlink(os.path.join("target", "out.parquet"), self.output)
        # A link to nothing, and one to a file that is replaced.
        for restart in (False, True):
            akin.parquet.embed(self.input, "text", self.output, restart=restart)
            self.assertTrue(os.path.islink(self.output))
            self.assertFalse(target.is_symlink())
            self.assertEqual(pq.read_metadata(target).num_rows, COUNT)
        self.assertEqual(os.listdir(target.parent), ["out.parquet"])
        os.unlink(target)
        os.symlink(self.input, target)
        with self.assertRaisesRegex(ParquetError, "is read too"):
            akin.parquet.embed(self.input, "text", self.output, restart=True)

    def test_an_output_that_is_no_file_is_refused_and_left_as_it_is(self):
        pipe = str(self.folder / "pipe")
        os.mkfifo(pipe)
        link = str(self.folder / "link")
        os.symlink("/dev/stdout", link)
        streams = ["/dev/stdout", "/dev/null", "/dev/fd/1", "/proc/self/fd/1"]
        for output in (*streams, pipe, link, str(self.folder)):
            with self.assertRaisesRegex(ParquetError, "is no file"):
                akin.parquet.embed(self.input, "text", output)
        self.assertEqual(sorted(os.listdir(self.folder)), ["in.parquet", "link", "pipe"])
        # A stream that is a file has been opened by somebody who keeps it.
        with open(self.output, "wb") as stream:
            done = self.run_program(
                "--input", self.input, "--column", "text", "--output", "/dev/stdout", stdout=stream
            )
        self.assertEqual(done.returncode, 1)
        self.assertIn("is no file", done.stderr)
        self.assertEqual(os.path.getsize(self.output), 0)

    def test_one_file(self):
        words = ["--input", self.input, "--column", "text", "--output", self.output]
        done = self.run_program(*words, "--model", "all-MiniLM-L6-v2")
        self.assertEqual((done.returncode, done.stderr), (0, f"1000 rows: {self.output}\n"))
        os.remove(self.output)
        done = self.run_program(*words)
        self.assertEqual((done.returncode, done.stderr), (0, f"1000 rows: {self.output}\n"))
        table = self.check([self.output])
        self.assertEqual(table.schema.names, ["id", "text", "embedding"])
        self.assertEqual(table.schema.field("embedding").type.list_size, 384)
        self.assertEqual(arrow.space(pq.read_schema(self.output)).dimensions, 384)
        self.assertEqual(sorted(os.listdir(self.folder)), ["in.parquet", "out.parquet"])
        # The same command has nothing to do; another one does not write over it.
        before = os.stat(self.output).st_mtime_ns
        again = akin.parquet.embed(self.input, "text", self.output)
        self.assertEqual((again.resumed, os.stat(self.output).st_mtime_ns), (1000, before))
        with self.assertRaisesRegex(ParquetError, "is there already"):
            akin.parquet.embed(self.input, "text", self.output, dimensions=8)

    def test_shards_of_a_chosen_size(self):
        shards = str(self.folder / "shards")
        steps = []
        written = akin.parquet.embed(
            self.input, "text", shards, shard_rows=450, progress=steps.append
        )
        self.assertEqual(
            [pq.read_metadata(file).num_rows for file in written.files], [450, 450, 100]
        )
        self.assertEqual((steps[-1].done, steps[-1].total), (1000, 1000))
        self.check(written.files)
        # As one data set, for who reads folders.
        self.assertEqual(pq.read_table(shards).num_rows, 1000)
        self.assertEqual(
            akin.parquet.embed(self.input, "text", shards, shard_rows=450).resumed, 1000
        )

    def test_several_files_and_columns(self):
        (self.folder / "many").mkdir()
        for part in range(3):
            self.write(texts()[part * 300 : part * 300 + 300], f"many/{part}.parquet", part * 300)
        written = akin.parquet.embed(
            str(self.folder / "many"),
            "text",
            str(self.folder / "s"),
            shard_rows=250,
            columns=["id"],
        )
        table = self.check(written.files, self.vectors[:900])
        self.assertEqual(table.schema.names, ["id", "text", "embedding"])
        pattern = str(self.folder / "many" / "[01].parquet")
        self.assertEqual(akin.parquet.embed(pattern, "text", self.output).rows, 600)
        pq.write_table(pa.table({"text": ["x"]}), self.folder / "many" / "3.parquet")
        with self.assertRaisesRegex(ParquetError, "its columns are not those of"):
            akin.parquet.embed(str(self.folder / "many"), "text", str(self.folder / "t.parquet"))

    def test_killed_anywhere_and_gone_on_with(self):
        words = ["--input", self.input, "--column", "text", "--shard-rows", "100", "-j", "1"]
        for number, sent in enumerate((signal.SIGKILL, signal.SIGINT, signal.SIGTERM)):
            shards = self.folder / f"killed-{number}"
            command = [sys.executable, "-m", "akin", "embed", *words, "--output", str(shards)]
            with self.subTest(sent.name):
                process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
                end = time.monotonic() + 60
                while not (shards / "part-00001.parquet").exists() and time.monotonic() < end:
                    time.sleep(0.002)
                process.send_signal(sent)
                status = process.wait()
                self.assertIn(status, (0, 130, -sent))
                times = {f: os.stat(f).st_mtime_ns for f in shards.glob("part-*.parquet")}
                done = self.run_program(*words, "--output", str(shards))
                self.assertEqual(done.returncode, 0, done.stderr)
                self.check(sorted(shards.glob("part-*.parquet")))
                # What was whole is not made again, and nothing else is left.
                for file, modified in times.items():
                    self.assertEqual(os.stat(file).st_mtime_ns, modified)
                self.assertEqual([*shards.glob("*.partial")], [])

    def test_a_torn_shard_is_made_again(self):
        shards = self.folder / "shards"
        written = akin.parquet.embed(self.input, "text", str(shards), shard_rows=300)
        os.truncate(written.files[1], 1000)
        again = akin.parquet.embed(self.input, "text", str(shards), shard_rows=300)
        self.assertEqual(again.resumed, 300)
        self.check(again.files)

    def test_other_work_in_the_same_place(self):
        shards = str(self.folder / "shards")
        akin.parquet.embed(self.input, "text", shards, shard_rows=300)
        with self.assertRaisesRegex(ParquetError, "other dtype, output|other output, dtype"):
            akin.parquet.embed(self.input, "text", shards, shard_rows=300, dtype="int8")
        self.write(texts(500))
        with self.assertRaisesRegex(ParquetError, "other inputs.*--restart"):
            akin.parquet.embed(self.input, "text", shards, shard_rows=300)
        written = akin.parquet.embed(self.input, "text", shards, shard_rows=300, restart=True)
        self.check(written.files, self.vectors[:500])
        with self.assertRaisesRegex(ParquetError, "something else"):
            akin.parquet.embed(self.input, "text", str(self.folder), shard_rows=10)

    def test_two_at_once(self):
        shards = str(self.folder / "shards")
        job = akin.parquet.Job(shards, {}, 10)
        self.addCleanup(job.release)
        with self.assertRaisesRegex(ParquetError, "another process works on this now"):
            akin.parquet.embed(self.input, "text", shards, shard_rows=10)

    def test_nulls_and_errors(self):
        self.write(["a cat", "word " * 500, None] * 3)
        for words, expected in (
            ([], "in.parquet: the column 'text', row 2 is null"),
            (["--nulls", "null", "--overflow", "error"], "row 1: expected at most 256 tokens"),
        ):
            done = self.run_program(
                "--input", self.input, "--column", "text", "--output", self.output, *words
            )
            self.assertEqual(done.returncode, 1)
            self.assertIn(expected, done.stderr)
            self.assertEqual(os.listdir(self.folder), ["in.parquet"])
        written = akin.parquet.embed(
            self.input, "text", self.output, errors="column", overflow="error", dtype="int8"
        )
        table = pq.read_table(self.output)
        self.assertEqual(written.failed, 6)
        self.assertEqual(table["embedding"].is_null().to_pylist(), [False, True, True] * 3)
        self.assertEqual(table["embedding_error"].is_null().to_pylist(), [True, False, False] * 3)
        self.assertEqual(table.schema.field("embedding").type.value_type, pa.int8())

    def test_int8_takes_a_byte_a_component(self):
        akin.parquet.embed(self.input, "text", self.output, dtype="int8")
        group = pq.read_metadata(self.output).row_group(0)
        sizes = {
            group.column(i).path_in_schema.split(".")[0]: group.column(i).total_compressed_size
            for i in range(group.num_columns)
        }
        self.assertLess(sizes["embedding"] / COUNT, 384 * 1.05)

    def test_files_that_cannot_be_read(self):
        for source, column, words in (
            (str(self.folder / "no.parquet"), "text", "no such file"),
            (__file__, "text", "not a parquet file"),
            (self.input, "txt", "no column 'txt'; there are id, text"),
        ):
            with self.assertRaisesRegex((ParquetError, ValueError), words):
                akin.parquet.embed(source, column, self.output)
        with self.assertRaisesRegex(TypeError, "int64"):
            akin.parquet.embed(self.input, "id", self.output)
        with self.assertRaisesRegex(ParquetError, "is read too"):
            akin.parquet.embed(self.input, "text", self.input)
        self.assertEqual(os.listdir(self.folder), ["in.parquet"])

    def test_a_file_without_rows(self):
        self.write([])
        written = akin.parquet.embed(self.input, "text", self.output)
        self.assertEqual((written.rows, pq.read_table(self.output).num_rows), (0, 0))
        self.assertEqual(arrow.space(pq.read_schema(self.output)).dimensions, 384)

    def test_memory_does_not_grow_with_the_file(self):
        self.write(["short"] * 40_000, "long.parquet")
        peaks = []
        for name, rows in (("in.parquet", 1000), ("long.parquet", 40_000)):
            script = (
                "import sys, resource, akin.parquet\n"
                "source, shards = sys.argv[1:]\n"
                "done = akin.parquet.embed(\n"
                "    source, 'text', shards, shard_rows=20_000, dimensions=64\n"
                ")\n"
                "print(done.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
            )
            found = subprocess.run(
                [sys.executable, "-c", script, self.folder / name, self.folder / f"{name}.shards"],
                capture_output=True,
                text=True,
                check=True,
            ).stdout.split()
            self.assertEqual(int(found[0]), rows)
            peaks.append(int(found[1]) / (1 << 20 if sys.platform == "darwin" else 1 << 10))
        # In MB. The vectors of a row group are 4, all of them 10, and as numbers of Python 250.
        self.assertLess(peaks[1] - peaks[0], 30)


if __name__ == "__main__":
    unittest.main()
