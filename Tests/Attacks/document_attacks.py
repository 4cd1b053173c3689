"""Hostile documents: each costs itself at most, reads nothing else, runs nothing, and is told."""

import io
import json
import os
import random
import shlex
import shutil
import subprocess
import time
import unittest
import zipfile

from attack import AKIN, Attack, Watched

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FIXTURES = os.path.join(ROOT, "Tests", "Fixtures", "documents")
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def fixture(name):
    with open(os.path.join(FIXTURES, name), "rb") as file:
        return file.read()


def archive(parts, method=zipfile.ZIP_DEFLATED):
    bytes_ = io.BytesIO()
    with zipfile.ZipFile(bytes_, "w", method) as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return bytes_.getvalue()


def word(body):
    return archive({"word/document.xml": body})


def pdf(objects, trailer="/Root 1 0 R"):
    """A PDF of these objects, its table of them right."""
    text, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n".encode() + content.encode() + b"\nendobj\n"
    start = len(text)
    text += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    text += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return text + f"trailer\n<< /Size {len(objects) + 1} {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()


class HostileDocuments(Attack):
    def indexed(self, *names):
        """The folder is indexed, with a good text beside: what is left out, and that only these are."""
        self.write("good.txt", "The tide follows the moon.\n")
        done = self.akin("index", "--verbose", status=0)
        left = dict(line.split("\t", 1) for line in done.stdout.splitlines() if "\t" in line)
        self.assertEqual(self.documents(), ["good.txt"])
        self.assertEqual(sorted(left), sorted(names), done.stdout)
        return left, done.stderr

    def test_archives_that_unpack_to_more_than_fits(self):
        zeros = b"<w:document xmlns:w='%s'>" % WORD.encode() + b" " * (600 << 20)
        self.write("bomb.docx", word(zeros))
        self.write("bomb.odt", archive({"content.xml": zeros}))
        self.write("bomb.epub", archive({"META-INF/container.xml": zeros}))
        left, errors = self.indexed("bomb.docx", "bomb.odt", "bomb.epub")
        for reason in left.values():
            self.assertIn("unpack to more than 256 MB", reason)
        self.assertIn("3 documents could not be read", errors)

    def test_entities(self):
        nested = "".join(f"<!ENTITY a{n} '{'&a%d;' % (n - 1) * 10}'>" for n in range(1, 12))
        laughs = f"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY a0 'ha'>{nested}]><w:document xmlns:w='{WORD}'>&a11;</w:document>"
        outside = (
            "<?xml version='1.0'?><!DOCTYPE d [<!ENTITY f SYSTEM 'file:///etc/passwd'>"
            f"<!ENTITY n SYSTEM 'http://127.0.0.1:9/x'>]><w:document xmlns:w='{WORD}'><w:p><w:t>&f;&n;</w:t></w:p></w:document>")
        self.write("laughs.docx", word(laughs))
        self.write("outside.docx", word(outside))
        left, _ = self.indexed("laughs.docx", "outside.docx")
        for reason in left.values():
            self.assertIn("entities", reason)

    def test_pages_that_lead_in_circles(self):
        cyclic = pdf([
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 9 >>",
            "<< /Type /Pages /Kids [2 0 R 3 0 R] /Parent 3 0 R /Count 9 >>"])
        form = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream"
        itself = pdf([
            "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 5 0 R /Resources << /XObject << /F 4 0 R >> >> >>", form,
            "<< /Length 5 >>\nstream\n/F Do\nendstream"])
        length = pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Length 2 0 R >>\nstream\nx\nendstream"])
        for name, content in (("cyclic.pdf", cyclic), ("itself.pdf", itself), ("length.pdf", length)):
            self.write(name, content)
        self.indexed("cyclic.pdf", "itself.pdf", "length.pdf")

    def test_what_is_nested_too_deep(self):
        deep = 200_000
        self.write("deep.docx", word(f"<w:document xmlns:w='{WORD}'>" + "<w:p>" * deep))
        self.write("deep.rtf", "{\\rtf1 " + "{" * deep)
        self.write("deep.ipynb", '{"cells": ' + "[" * deep)
        self.write("deep.eml", "".join(
            f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(3000)))
        self.write("deep.html", "<div>" * deep + "a tide" + "</div>" * deep)
        done = self.akin("index", "--verbose", status=0)
        self.assertNotIn("signal", done.stdout + done.stderr)

    def test_a_pdftotext_of_the_strangers_is_not_run(self):
        trace = self.path("ran")
        script = f"#!/bin/sh\necho ran >>{shlex.quote(trace)}\n"
        for name in ("pdftotext", "akin", "sh", "bin/pdftotext"):
            self.write(name, script, 0o755)
        self.write("paper.pdf", fixture("paper.pdf"))
        self.write("report.docx", fixture("report.docx"))
        environment = {"PATH": f".:{self.folder}:{self.folder}/bin:{os.environ['PATH']}", "LD_PRELOAD": "", "LD_LIBRARY_PATH": "."}
        watched = Watched(self)
        self.akin("index", prefix=watched.prefix, environment=environment, status=0)
        self.assertFalse(os.path.exists(trace))
        started = [call.split('"')[1] for call in watched.calls() if call.startswith("execve(") and call.endswith("= 0")]
        own = os.path.realpath(AKIN)
        self.assertEqual(sorted(set(started)), sorted({own, "/usr/bin/pdftotext"}))
        self.assertFalse([call for call in watched.calls() if call.startswith(("socket(", "connect("))])
        self.assertIn("paper.pdf", self.documents())

    def test_a_document_in_place_of_another_thing(self):
        os.mkfifo(os.path.join(self.folder, "pipe.pdf"))
        os.symlink("/etc/passwd", os.path.join(self.folder, "link.docx"))
        os.mkdir(os.path.join(self.folder, "folder.epub"))
        self.write("none.pdf", "")
        left, _ = self.indexed("pipe.pdf", "link.docx", "none.pdf")
        self.assertEqual(left["link.docx"], "symbolic link")

    def test_a_damaged_document_is_told_once_it_is_looked_for(self):
        self.write("broken.pdf", b"%PDF-1.4\n" + bytes(random.Random(1).randbytes(5000)))
        # What has changed just now may change again without its times telling.
        time.sleep(2.1)
        done = self.akin("search", "tides", ".")
        self.assertIn("broken.pdf could not be read as a document", done.stderr)
        # It stays known as such, and is not tried again until it changes.
        watched = Watched(self)
        self.write("good.txt", "The tide follows the moon.\n")
        self.akin("index", prefix=watched.prefix, status=0)
        self.assertFalse([call for call in watched.calls() if "pdftotext" in call])

    def test_where_pdftotext_is_missing_that_is_said(self):
        if os.geteuid() != 0 or not shutil.which("unshare"):
            raise unittest.SkipTest("hiding a program takes root and unshare")
        for number in range(3):
            self.write(f"{number}.pdf", fixture("paper.pdf"))
        hidden = ["unshare", "-m", "sh", "-c", 'mount --bind /dev/null /usr/bin/pdftotext && exec "$@"', "sh"]
        done = self.akin("search", "tides", ".", prefix=hidden)
        self.assertIn("install poppler-utils to search 3 PDFs here", done.stderr)
        done = self.akin("index", prefix=hidden, status=0)
        self.assertIn("install poppler-utils to search 3 PDFs here", done.stderr)
        answer = json.loads(self.akin(
            "serve", prefix=hidden, status=0,
            text=json.dumps({"jsonrpc": "2.0", "id": 1, "method": "index/add", "params": {"folder": self.folder}}) + "\n").stdout)
        self.assertEqual(answer["result"]["notes"], ["install poppler-utils to search 3 PDFs here"])
        # And once it is there they are searched.
        self.assertEqual(self.akin("search", "-k1", "tides", ".").stdout.split("\t")[0][1:], ".pdf#page=1")

    def test_what_the_reader_of_a_document_can_do(self):
        compiler = shutil.which("cc") or shutil.which("clang")
        probe, place = self.path("probe"), self.path("place")
        os.makedirs(os.path.join(place, "granted"))
        for name in ("secret", "granted/file"):
            with open(os.path.join(place, name), "w", encoding="utf-8") as file:
                file.write("secret")
        subprocess.run(
            [compiler, "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", f"{ROOT}/Sources/CConfinement/include",
             f"{ROOT}/Sources/CConfinement/confinement.c", os.path.join(ROOT, "Tests/Attacks/confinement_probe.c"), "-lpthread",
             "-o", probe], check=True)
        lines = subprocess.run([probe, place], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()
        nothing, libraries, programs, with_null = (set(line.split()) for line in lines)
        if "calls" not in nothing:
            raise unittest.SkipTest("this system has no seccomp")
        self.assertEqual(nothing - {"files"}, {"limits", "calls", "threads", "root"})
        if "files" not in nothing:
            raise unittest.SkipTest("this system has no Landlock: what pdftotext may read is not told apart")
        # What is granted by name, as the objects of a history are to git, is read and not written.
        self.assertEqual(libraries, {"limits", "files", "calls", "threads", "root", "system", "granted"})
        self.assertEqual(programs, {"limits", "files", "calls", "threads", "root", "system", "granted", "programs"})
        self.assertEqual(with_null, programs | {"null"})

    def test_a_text_without_end(self):
        self.write("long.html", "<p>" + "tide " * 6_000_000)
        self.write("long.ipynb", json.dumps({"cells": [{"cell_type": "markdown", "source": "tide " * 6_000_000}]}))
        left, _ = self.indexed("long.html", "long.ipynb")
        for reason in left.values():
            self.assertIn("more than", reason)
