"""Folders that change behind Akin's back, or seem to."""

import os
import shlex
import shutil
import subprocess
import time
import unittest

from attack import AKIN, Attack


class Changes(Attack):
    def index(self, *arguments, **options):
        return self.akin("index", *arguments, status=0, **options)

    def settle(self):
        """Waits until a change of a file is told by its times."""
        time.sleep(2.1)

    def text(self):
        return self.akin("collections", "export", self.folder, status=0).stdout

    def test_the_same_size_and_time_are_no_proof(self):
        path = self.write("a.txt", "Old words.\n")
        self.settle()
        self.index()
        self.index()
        times = os.stat(path)
        for way in ("written in place", "another file in its place"):
            with self.subTest(way):
                new = "New words.\n" if way == "written in place" else "Odd words.\n"
                if way == "written in place":
                    self.write("a.txt", new)
                else:
                    os.replace(self.write(self.path("other.txt"), new), path)
                os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
                self.settle()
                self.index()
                self.assertIn(new.strip(), self.text())

    def test_times_at_the_ends_of_the_world(self):
        for number, seconds in enumerate((0, 1, -1, -2**33, 2**33, 10413792000)):
            os.utime(self.write(f"{number}.txt"), (seconds, seconds))
        self.settle()
        self.index()
        self.assertIn("6 files (nothing changed", self.index().stdout)
        before = self.index("--json").stdout
        self.assertIn('"unchanged":6', before)
        self.write("1.txt", "Other text entirely.\n")
        os.utime(os.path.join(self.folder, "1.txt"), (1, 1))
        self.assertIn("1 updated", self.index().stdout)

    def test_everything_is_read_again_on_demand(self):
        self.write("a.txt")
        self.settle()
        self.index()
        self.assertIn('"unchanged":1', self.index("--force", "--json").stdout)

    def unprivileged(self):
        """What takes root's right to read everything away, so that rights of files count."""
        if os.geteuid() != 0:
            return []
        prefix = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
        if not shutil.which("setpriv") or subprocess.run([*prefix, "true"], check=False).returncode:
            raise unittest.SkipTest("root cannot give up its rights here (setpriv)")
        return prefix

    def test_a_store_that_cannot_be_looked_into_is_named(self):
        self.write("a.txt")
        self.index()
        store = self.path("data", "collections")
        prefix = self.unprivileged()
        for arguments in (["check", "."], ["status", "."], ["remove", "."], ["list"]):
            os.chmod(store, 0)
            try:
                done = self.akin("collections", *arguments, prefix=prefix)
            finally:
                os.chmod(store, 0o700)
            with self.subTest(arguments):
                self.assertEqual(done.returncode, 74, done.stderr)
                self.assertIn(f"akin: {store} cannot be read or written: Permission denied", done.stderr)

    def test_what_cannot_be_read_is_not_deleted(self):
        self.write("sub/deep/a.txt", "Volcanoes.\n")
        self.write("b.txt", "Glaciers.\n")
        self.write("c.txt")
        self.index()
        before = self.documents()
        sub, b = os.path.join(self.folder, "sub"), os.path.join(self.folder, "b.txt")
        prefix = self.unprivileged()
        for path in (sub, os.path.join(sub, "deep"), b):
            with self.subTest(path):
                mode = os.stat(path).st_mode
                os.chmod(path, 0)
                try:
                    done = self.index("--verbose", "--force", prefix=prefix)
                finally:
                    os.chmod(path, mode)
                self.assertIn("cannot be read", done.stdout)
                self.assertEqual(self.documents(), before)
        os.remove(b)
        self.index()
        self.assertEqual(self.documents(), ["c.txt", "sub/deep/a.txt"])

    def in_own_mounts(self, script):
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-euc", script], env={**self.environment, "AKIN": AKIN, "F": self.folder},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=120, check=False)
        if "unshare failed" in done.stdout or "must be superuser" in done.stdout:
            raise unittest.SkipTest("this system lets nobody here mount a file system")
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def test_an_emptied_mount_point_deletes_nothing(self):
        output = self.in_own_mounts("""
            mount -t tmpfs tmpfs "$F"; echo Volcanoes. >"$F/a.txt"; mkdir "$F/.git-not"; "$AKIN" index "$F"
            umount "$F"
            if "$AKIN" index "$F"; then echo WRONG; fi
            "$AKIN" search --no-update volcanoes "$F" --files || true
            "$AKIN" index --emptied "$F"
        """)
        self.assertNotIn("WRONG", output)
        self.assertIn("is it mounted?", output)
        self.assertIn("1 removed", output)

    def test_a_mount_point_in_a_folder_deletes_nothing_either(self):
        self.write("own.txt")
        os.mkdir(os.path.join(self.folder, "disk"))
        output = self.in_own_mounts("""
            mount -t tmpfs tmpfs "$F/disk"; echo Volcanoes. >"$F/disk/a.txt"; "$AKIN" index "$F"
            umount "$F/disk"
            rm "$F/own.txt"; echo Glaciers. >"$F/new.txt"
            "$AKIN" index --verbose "$F"
            "$AKIN" collections export "$F"
            rmdir "$F/disk"
            "$AKIN" index "$F"
            "$AKIN" collections export "$F" | grep -c Volcanoes
            "$AKIN" index --emptied --json "$F"
        """)
        self.assertIn("(1 added, 1 removed", output)
        self.assertIn("disk/\tits file system is not mounted", output)
        self.assertIn("Volcanoes", output)
        self.assertIn('"removed":1', output)

    def test_what_changes_during_the_first_update_is_followed(self):
        for number in range(600):
            self.write(f"{number}.txt", f"Note {number} tells of {number * 7} ships and {number * 3} harbours.\n")
        log = self.path("watch")
        with open(log, "w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [AKIN, "index", "--watch", "--color", "never"], cwd=self.folder, env=self.environment, stdout=output, stderr=output)
            try:
                deadline = time.monotonic() + 60
                while not os.path.exists(self.path("data", "collections")):
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.01)
                time.sleep(0.2)
                # The walk is over, and the update is not.
                self.write("late.txt", "Volcanoes throw out lava.\n")
                self.write("0.txt", "Glaciers move slowly.\n")
                while "late.txt" not in self.akin("collections", "export", self.folder).stdout:
                    self.assertLess(time.monotonic(), deadline, open(log, encoding="utf-8").read())
                    time.sleep(0.3)
                while "Glaciers" not in self.akin("collections", "export", self.folder).stdout:
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.3)
            finally:
                process.terminate()
                process.wait(30)


class Encodings(Attack):
    TEXTS = {
        "utf-16": "Die Flüsse fließen ins Meer.\n", "utf-16-le-bom": "Реки текут в море.\n", "utf-16-be-bom": "川は海に流れる。\n",
        "utf-32": "Rivers flow: ½ of them.\n", "utf-8-sig": "Les rivières coulent vers la mer.\n",
        "latin-1": "Die Flüsse fließen ins Meer.\nÜber die Brücke gehen viele Leute in die große Stadt.\n",
        "cp1252": "“Rivers” flow – and “lakes” lie… it’s so, for 10 € a day.\n",
        "shift_jis": "川は海に流れる。\n日本語のテキストです。\n", "euc-jp": "川は海に流れる。\n日本語のテキストです。\n",
        "gb18030": "河流流向大海。\n这是中文文本，讲的是山和水。\n", "big5": "河流流向大海。這是中文文本。\n",
        "koi8-r": "Реки текут в море. Это русский текст.\n", "cp1251": "Реки текут в море. Это русский текст.\n",
    }

    def test_texts_are_decoded_as_they_were_meant(self):
        for name, text in self.TEXTS.items():
            if name == "utf-16-le-bom":
                data = b"\xff\xfe" + text.encode("utf-16-le")
            elif name == "utf-16-be-bom":
                data = b"\xfe\xff" + text.encode("utf-16-be")
            else:
                data = text.encode(name)
            self.write(f"{name}.txt", data)
        self.write("spanish.txt", "El niño comió la piña en España.\n".encode("latin-1"))
        self.akin("index", status=0)
        import json
        found = {}
        for line in self.akin("collections", "export", self.folder).stdout.splitlines()[1:]:
            document = json.loads(line)
            found[document["path"]] = "".join(chunk["text"] for chunk in document["chunks"])
        for name, text in {**self.TEXTS, "spanish": "El niño comió la piña en España.\n"}.items():
            with self.subTest(name):
                self.assertEqual(found.get(f"{name}.txt", "").split(), text.split())

    def test_subtitles_and_messages_too(self):
        """Nobody says of subtitles what they are in, and not all programs say it of a message."""
        names = ("utf-16", "utf-8-sig", "latin-1", "cp1252", "shift_jis", "gb18030", "koi8-r", "cp1251")
        for name in names:
            text = self.TEXTS[name] * 3
            self.write(f"{name}.srt", f"1\n00:00:01,000 --> 00:00:09,000\n{text}".encode(name))
            if not name.startswith("utf"):
                self.write(f"{name}.eml", b"Subject: a\n\n" + text.encode(name))
        for name in names:
            for kind in ("srt", "eml"):
                if not os.path.exists(os.path.join(self.folder, f"{name}.{kind}")):
                    continue
                with self.subTest(f"{name}.{kind}"):
                    words = self.akin("extract", f"{name}.{kind}", status=0).stdout.split()
                    self.assertEqual(words[1 if kind == "eml" else 0:][:8], (self.TEXTS[name] * 3).split()[:8])

    def test_what_is_not_recognised_is_left_out_and_said_so(self):
        self.write("noise.txt", bytes(range(0x80, 0x100)) * 3 + b"\xff\xfe")
        self.write("half.txt", "Die Flüsse fließen.\n".encode() + b"\xc3\n" + "ほげ".encode() + b"\x80\x81\n")
        self.write("odd.txt", b"\xff\xfea\0b")
        self.write("late-nul.log", b"words and words\n" * 1000 + b"\0\0\0" + b"more words\n")
        done = self.akin("index", "--verbose", status=0)
        self.assertNotIn("\ufffd", self.akin("collections", "export", self.folder).stdout)
        self.assertRegex(done.stdout, "late-nul.log\tbinary")
        for name in ("odd.txt", "noise.txt"):
            self.assertRegex(done.stdout, f"{name}\t(its encoding is not recognised|binary)")


if __name__ == "__main__":
    unittest.main()
