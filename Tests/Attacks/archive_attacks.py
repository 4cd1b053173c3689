"""Archives of models for `akin pull --from`, as a stranger makes them."""

import hashlib
import io
import json
import os
import resource
import subprocess
import tarfile
import time

from attack import AKIN, Attack

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "Fixtures", "models")
NAME = "org/small"
MANIFEST = f"{NAME}/akin-manifest.json"


class HostileArchives(Attack):
    def setUp(self):
        super().setUp()
        self.place = self.path("model.tar")
        self.cache = self.path("cache")
        self.environment |= {"AKIN_CACHE": self.cache, "HF_HOME": self.cache}
        folder = os.path.join(FIXTURES, "sentence")
        self.files = {}
        for top, _, names in os.walk(folder):
            for name in names:
                with open(os.path.join(top, name), "rb") as file:
                    self.files[os.path.relpath(os.path.join(top, name), folder)] = file.read()
        self.files = {name: content for name, content in self.files.items() if name.endswith((".json", ".safetensors", ".txt"))
                      and name.split("/")[-1] in ("config.json", "modules.json", "model.safetensors", "tokenizer.json",
                                                  "tokenizer_config.json", "vocab.txt", "sentence_bert_config.json",
                                                  "config_sentence_transformers.json")}

    def manifest(self, files=None, **changes):
        """A manifest of these files; `changes`: other members for a file of this name, whose dots are underlines."""
        entries = []
        for name, content in (self.files if files is None else files).items():
            entry = {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "modified": 0}
            entries.append(entry | changes.get(name.replace(".", "_"), {}))
        return json.dumps({"source": "made up", "revision": None, "files": entries}).encode()

    def archive(self, entries, format=tarfile.USTAR_FORMAT):
        """Writes an archive of (name or TarInfo, bytes)."""
        with tarfile.open(self.place, "w", format=format) as archive:
            for name, content in entries:
                info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
                if info.isreg() and not info.size:
                    info.size = len(content)
                archive.addfile(info, io.BytesIO(content))

    def entries(self, files=None):
        return [(f"{NAME}/{name}", content) for name, content in (self.files if files is None else files).items()]

    def whole(self):
        return [(MANIFEST, self.manifest()), *self.entries()]

    def pull(self, *arguments, **options):
        return self.akin("pull", "--quiet", "--from", self.place, *arguments, **options)

    def assert_refused(self, what, word=None):
        done = self.pull(deadline=60)
        self.assertNotEqual(done.returncode, 0, what)
        self.assertTrue(done.stderr.strip() and "\n  at " not in done.stderr, (what, done.stderr))
        if word:
            self.assertIn(word, done.stderr, what)
        left = [os.path.join(top, name) for top, _, names in os.walk(self.top) for name in names
                if not name.endswith(".lock") and os.path.join(top, name) != self.place]
        self.assertEqual(left, [], what)
        self.assertFalse(os.path.exists("/tmp/akin-escape"), what)

    def special(self, name, kind, link=""):
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        return info, b""

    def test_archives_that_good_programs_make(self):
        for format in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
            for prefix in ("", "./"):
                entries = [(prefix + name, content) for name, content in self.whole()]
                folder = tarfile.TarInfo(prefix + "org")
                folder.type = tarfile.DIRTYPE
                # The order is anybody's, and so are times, owners and modes.
                strange = tarfile.TarInfo(prefix + MANIFEST)
                strange.mtime, strange.mode, strange.uid, strange.uname = 12345678.25, 0o6777, 4321, "nobodyé"
                self.archive([(folder, b""), *entries[1:], (strange, self.manifest())], format)
                self.assertEqual(self.pull(status=0).stderr, "")
                self.assertIn(NAME, self.akin("models", status=0).stdout)
                self.akin("embed", "--model", NAME, "a fox", status=0)
                mode = os.stat(os.path.join(self.cache, "models", NAME, "akin-manifest.json")).st_mode
                self.assertEqual(mode & 0o7111, 0)
        self.assertEqual(self.akin("models", "export", NAME, "-o", self.place, status=0).stderr, "")
        self.pull(status=0)
        self.pull(NAME, status=0)

    def test_names_that_lead_out(self):
        for name in ("/tmp/akin-escape", "/org/small/config.json", "../escape/config.json", "org/../../escape/config.json",
                     "org/small/../../../config.json", "org/small//config.json", "..", ".", "org/small/./config.json",
                     "org/small/config.json/../x", "org/small/.bashrc", "org/small/evil.sh", "org/small/1_x/../../config.json",
                     "-org/small/config.json", "org/sm\x1b[31mall/config.json", "org/small/\udcff.json", "././org/small/config.json",
                     ".//org/small/config.json", "org/small/conﬁg.json", "org/small/CONFIG.JSON", "a" * 3000 + "/config.json"):
            for format in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
                with self.subTest(name=name):
                    self.archive([*self.whole(), (name, b"x")], format)
                    self.assert_refused(name)

    def test_what_is_neither_a_file_nor_a_folder(self):
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE,
                     tarfile.GNUTYPE_SPARSE, b"D", b"M", b"V", b"N", b"\xff"):
            # In place of a file, beside it, and as the folder that others are in.
            for name in (f"{NAME}/config.json", "org"):
                self.archive([self.special(name, kind, "/etc"), *self.whole()])
                self.assert_refused((kind, name))

    def test_a_manifest_that_lies(self):
        other = self.files | {"config.json": self.files["config.json"] + b"\n"}
        no_config = {name: content for name, content in self.files.items() if name != "config.json"}
        lies = {
            "no manifest": (b"", self.files), "another file": (self.manifest(), other),
            "a file too few": (self.manifest(), no_config), "a file that it does not name": (self.manifest(no_config), self.files),
            "another size": (self.manifest(config_json={"bytes": 1}), self.files),
            "another hash": (self.manifest(config_json={"sha256": "0" * 64}), self.files),
            "a hash of another kind": (self.manifest(config_json={"sha256": "x"}), self.files),
            "no hash": (self.manifest(config_json={"sha256": None}), self.files),
            "a path that leads out": (self.manifest(config_json={"path": "../config.json"}), self.files),
            "a file twice": (self.manifest()[:-2] + b"," + json.dumps(
                json.loads(self.manifest())["files"][0]).encode() + b"]}", self.files),
            "itself": (self.manifest(self.files | {"akin-manifest.json": b""}), self.files),
            "no JSON": (b"{", self.files), "another JSON": (b"[]", self.files), "nested": (b"[" * 100000, self.files),
            "too long": (self.manifest() + b" " * (2 << 20), self.files), "numbers": (self.manifest().replace(b'"bytes": ', b'"bytes": 1e308'), self.files),
            "no model": (self.manifest({}), {}), "no weights": (
                self.manifest({"config.json": self.files["config.json"]}), {"config.json": self.files["config.json"]}),
        }
        for what, (manifest, files) in lies.items():
            self.archive(([(MANIFEST, manifest)] if manifest else []) + self.entries(files))
            self.assert_refused(what)
        for what, entries in {
                "two models": [*self.whole(), ("org/other/config.json", b"{}")], "twice": [*self.whole(), self.whole()[1]],
                "two manifests": [*self.whole(), self.whole()[0]],
                "weights that are none": [(MANIFEST, self.manifest(self.files | {"model.safetensors": b"x" * 99})),
                                          *self.entries(self.files | {"model.safetensors": b"x" * 99})]}.items():
            self.archive(entries)
            self.assert_refused(what)

    def test_attributes_that_say_something_else(self):
        """Of pax: other names, sizes and holes than the header's own."""
        self.archive(self.whole())
        with open(self.place, "rb") as file:
            good = file.read()
        for attributes in ({"path": "../../escape/config.json"}, {"size": "1"}, {"linkpath": "/etc/passwd"},
                           {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": f"{NAME}/config.json", "GNU.sparse.realsize": "1"}):
            info = tarfile.TarInfo(f"{NAME}/config.json")
            info.size, info.pax_headers = len(self.files["config.json"]), attributes
            first = info.tobuf(tarfile.PAX_FORMAT) + self.files["config.json"]
            with open(self.place, "wb") as file:
                file.write(first + b"\0" * (-len(first) % 512) + good)
            self.assert_refused(attributes)

    def test_files_that_are_no_archive(self):
        self.archive(self.whole())
        with open(self.place, "rb") as file:
            good = file.read()
        for count in (0, 1, 511, 512, 513, 1024, len(good) // 3, len(good) // 2):
            self.write(self.place, good[:count])
            self.assert_refused(count)
        sized = bytearray(good)
        sized[124:136] = b"77777777777\0"
        negative = bytearray(good)
        negative[124:136] = b"\xff" * 12
        for header in (sized, negative):
            header[148:156] = b"%06o\0 " % (sum(header[:148]) + sum(header[156:512]) + 8 * 32)
            self.write(self.place, bytes(header))
            self.assert_refused("a size")
        # What has no end, or is no file.
        for place in ("/dev/zero", "/dev/null", self.top, "/proc/self/mem", self.path("nowhere")):
            self.assertNotEqual(self.akin("pull", "--from", place, deadline=60).returncode, 0, place)
        os.remove(self.place)
        os.mkfifo(self.place)
        self.assertNotEqual(self.pull(deadline=60).returncode, 0)

    def test_a_hole_of_gigabytes(self):
        """A file that takes no place on its disk, and whose manifest is true to it."""
        size = 8 << 30
        # As the header has it: 64 GB less a byte is the most.
        info = tarfile.TarInfo(f"{NAME}/model.safetensors")
        info.size = size
        manifest = json.loads(self.manifest(self.files, model_safetensors={"bytes": size}))
        content = json.dumps(manifest).encode()
        self.archive([(MANIFEST, content), *self.entries({name: text for name, text in self.files.items() if name != "model.safetensors"})])
        with open(self.place, "r+b") as file:
            with tarfile.open(self.place) as archive:
                archive.getmembers()
                end = archive.offset - 512
            file.seek(end)
            file.write(info.tobuf(tarfile.GNU_FORMAT))
            file.truncate(end + 512 + size + 1024)

        def bounded():
            # Of the disk no more than this, and of memory only what it maps.
            resource.setrlimit(resource.RLIMIT_FSIZE, (64 << 20, 64 << 20))

        process = subprocess.Popen(
            [AKIN, "pull", "--quiet", "--from", self.place], env=self.environment, stderr=subprocess.PIPE, preexec_fn=bounded)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        peak = 0
        while process.poll() is None:
            try:
                with open(f"/proc/{process.pid}/status") as file:
                    peak = max([peak, *(int(line.split()[1]) for line in file if line.startswith("RssAnon:"))])
            except OSError:
                break
            time.sleep(0.05)
        self.assertNotEqual(process.wait(), 0)
        self.assertLess(peak, 200 << 10, "kilobytes")
        self.assertFalse(os.path.exists(os.path.join(self.cache, "models", NAME)))

    def test_many_headers(self):
        """Files of nothing by the hundred thousand cost no more than their headers."""
        header = tarfile.TarInfo("org/")
        header.type = tarfile.DIRTYPE
        with open(self.place, "wb") as file:
            file.write(header.tobuf(tarfile.USTAR_FORMAT) * 50_000)
            for number in range(50_000):
                name = f"{NAME}/{number}_{'Aa'[number % 2]}/config.json"
                file.write(tarfile.TarInfo(name).tobuf(tarfile.USTAR_FORMAT))
            file.write(b"\0" * 1024)
        self.assert_refused("many")

    def test_another_model_than_asked_for(self):
        self.archive(self.whole())
        for name in ("org/other", "small", "sentence-transformers/all-MiniLM-L6-v2", "../small", ""):
            done = self.pull(name)
            self.assertEqual((done.returncode == 0, "org/small" in done.stderr), (False, True), name)
        self.pull(NAME, status=0)

    def test_two_at_once_and_one_that_is_killed(self):
        self.archive(self.whole())
        command = [AKIN, "pull", "--quiet", "--from", self.place]
        for _ in range(5):
            running = [subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE) for _ in range(4)]
            for process in running:
                self.assertEqual((process.communicate()[1], process.returncode), (b"", 0))
        for delay in range(0, 20, 2):
            process = subprocess.Popen(command, env=self.environment)
            time.sleep(delay / 1000)
            process.kill()
            process.wait()
        self.pull(status=0)
        self.akin("embed", "--model", NAME, "a fox", status=0)
        self.assertEqual(os.listdir(os.path.join(self.cache, "partial")), [])
