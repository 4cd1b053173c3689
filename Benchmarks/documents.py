#!/usr/bin/env python3
"""Ten questions over real documents of Debian, and what taking their texts out costs beside the plain programs.

Usage: Benchmarks/documents.py PATH_OF_AKIN [FOLDER]

FOLDER has the packages unpacked; without it they are taken from Debian by apt-get download. A question counts where the place that
answers it is among the first three hits.
"""

import gzip
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

PACKAGES = ["debian-policy", "developers-reference", "debian-faq"]
DOCUMENTS = [
    "usr/share/developers-reference/developers-reference.epub", "usr/share/doc/debian-policy/fhs/fhs-3.0.pdf.gz",
    "usr/share/doc/debian/FAQ/debian-faq.en.pdf.gz", "usr/share/doc/debian-policy/debconf_specification.html",
]
#: A question, and words of the text that answers it, in the document.
QUESTIONS = [
    ("which directory keeps temporary files that survive a reboot", "fhs-3.0.pdf", "/var/tmp"),
    ("where should add-on application software packages be installed", "fhs-3.0.pdf", "/opt"),
    ("what is stored in the directory for variable state information", "fhs-3.0.pdf", "/var/lib"),
    ("how do I find out which package a file belongs to", "debian-faq.en.pdf", "dpkg --search"),
    ("why are releases named after characters of Toy Story", "debian-faq.en.pdf", "Toy Story"),
    ("how can I upgrade to a newer release", "debian-faq.en.pdf", "upgrade"),
    ("how do I orphan a package that I no longer maintain", "developers-reference.epub", "orphan"),
    ("what happens when a maintainer has gone missing", "developers-reference.epub", "maintainer"),
    ("how soon may a package be uploaded by someone who does not maintain it", "developers-reference.epub", "NMU"),
    ("what do the priorities of a debconf question mean", "debconf_specification.html", "priorit"),
]


def run(*command, **options):
    return subprocess.run(command, check=options.pop("check", True), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **options)


def seconds(*command):
    """The best of three."""
    times = []
    for _ in range(3):
        start = time.monotonic()
        run(*command)
        times.append(time.monotonic() - start)
    return min(times)


def main():
    akin = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as top:
        source = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(top, "packages")
        if len(sys.argv) <= 2:
            source.mkdir()
            run("apt-get", "download", *PACKAGES, cwd=source)
            for package in source.glob("*.deb"):
                run("dpkg-deb", "-x", package, source)
        folder = pathlib.Path(top, "documents")
        folder.mkdir()
        for name in DOCUMENTS:
            path = source / name
            if path.suffix == ".gz":
                (folder / path.stem).write_bytes(gzip.decompress(path.read_bytes()))
            else:
                shutil.copy(path, folder)
        os.environ["AKIN_DATA"] = str(pathlib.Path(top, "data"))
        for path in sorted(folder.iterdir()):
            size = path.stat().st_size / 1e6
            own = seconds(akin, "extract", path)
            plain = seconds("pdftotext", path, "-") if path.suffix == ".pdf" else None
            beside = f", pdftotext alone {plain / size:.2f}" if plain else ""
            print(f"{path.name}: {size:.2f} MB, {own / size:.2f} s a MB to its text{beside}", flush=True)
        start = time.monotonic()
        report = json.loads(run(akin, "index", folder, "--json").stdout)
        print(f"indexed: {report['chunks']} chunks in {time.monotonic() - start:.1f} s")
        found = 0
        for question, name, words in QUESTIONS:
            hits = [json.loads(line) for line in run(akin, "search", "--json", "-k3", question, folder, check=False).stdout.splitlines()]
            right = [hit for hit in hits if hit["path"].endswith(name) and words.lower() in hit["text"].lower()]
            found += bool(right)
            shown = right[0] if right else hits[0] if hits else {"path": "nothing", "location": ""}
            print(f"{'yes' if right else 'no ':3}  {question}: {os.path.basename(shown['path'])}#{shown.get('location', '')}")
        print(f"{found} of {len(QUESTIONS)} answered")


if __name__ == "__main__":
    main()
