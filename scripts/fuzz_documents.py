#!/usr/bin/env python3
"""Damaged documents, many of every kind, to the reader itself: each must end as a text or as a reason, and never by a signal.

Usage: scripts/fuzz_documents.py PATH_OF_AKIN [--count 2000] [--seed 1] [--keep FOLDER] [NAME...]

The documents of Tests/Fixtures/documents are damaged as bytes and, where they are archives, in the parts that are packed in them, in
turns. What ends by a signal, or with a status, is kept in FOLDER.
"""

import argparse
import collections
import concurrent.futures
import io
import json
import os
import pathlib
import random
import subprocess
import sys
import time
import zipfile

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests/Fixtures/documents"
FORMATS = {
    ".pdf": "pdf", ".docx": "docx", ".pptx": "pptx", ".xlsx": "xlsx", ".odt": "openDocument", ".ods": "openDocument",
    ".epub": "epub", ".ipynb": "notebook", ".html": "html", ".eml": "message", ".mbox": "mailbox", ".rtf": "rtf",
    ".srt": "subtitles", ".vtt": "subtitles",
}
ARCHIVES = {".docx", ".pptx", ".xlsx", ".odt", ".ods", ".epub"}
#: What readers stumble over.
WORDS = [
    b"<", b">", b"&", b"&#0;", b"&#x110000;", b"]]>", b"<!--", b"\x00", b"\xff\xfe", b"{", b"}", b"\\", b"\\u-32768 ", b"\\bin2147483647 ",
    b"99999999999999999999", b"-1", b"<w:p>", b"</w:p>", b"<table:table-row table:number-rows-repeated='2147483647'>", b"../../../../etc/passwd",
    b"=?utf-8?B?/////w==?=", b"Content-Type: multipart/mixed; boundary=\"\"\r\n", b"endobj", b"obj", b"stream", b"/Kids [1 0 R]", b"[[[[[[", b"\"\\ud800\"",
]


def damage(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not data:
            return bytes(data)
        at, end = rng.randrange(len(data)), 0
        end = min(len(data), at + rng.choice((1, 2, 8, 64, 1024)))
        kind = rng.randrange(8)
        if kind == 0:
            data[at] = rng.randrange(256)
        elif kind == 1:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 2:
            del data[at:end]
        elif kind == 3:
            data[at:at] = data[at:end]
        elif kind == 4:
            data[at:at] = rng.choice(WORDS)
        elif kind == 5:
            data[at:end] = rng.choice(WORDS)
        elif kind == 6:
            other = rng.randrange(len(data))
            data[at:at] = data[other:other + (end - at)]
        else:
            data[at:at] = data[at:end] * rng.choice((2, 10, 100))
    return bytes(data)


def damaged(path, data, rng):
    if path.suffix not in ARCHIVES or rng.random() < 0.3:
        return damage(data, rng)
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    names = [name for name in source.namelist() if name.endswith((".xml", ".rels", ".opf", ".xhtml"))]
    chosen = set(rng.sample(names, min(len(names), rng.choice((1, 1, 2)))))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, damage(content, rng) if name in chosen else content)
    return target.getvalue()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("akin")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", default="fuzz-findings")
    options = parser.parse_intermixed_args()
    failed = 0
    for path in sorted(FOLDER.iterdir()):
        if path.suffix not in FORMATS or options.names and path.name not in options.names:
            continue
        data, ends, longest, began = path.read_bytes(), collections.Counter(), 0.0, time.monotonic()

        def run(number):
            content = damaged(path, data, random.Random(f"{options.seed} {path.name} {number}"))
            start = time.monotonic()
            done = subprocess.run(
                [options.akin, "extraction-process", FORMATS[path.suffix]], input=content, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, timeout=120)
            return number, content, done, time.monotonic() - start

        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for number, content, done, seconds in pool.map(run, range(options.count)):
                longest = max(longest, seconds)
                try:
                    answer = json.loads(done.stdout) if done.returncode == 0 else None
                except ValueError:
                    answer = None
                if answer is not None:
                    ends["text" if "text" in answer else "reason"] += 1
                    continue
                ends[f"ended with {done.returncode}"] += 1
                failed += 1
                os.makedirs(options.keep, exist_ok=True)
                (pathlib.Path(options.keep) / f"{number}-{path.name}").write_bytes(content)
        shown = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
        print(f"{path.name}: {options.count} damaged: {shown}; the longest took {longest:.1f} s, all {time.monotonic() - began:.0f} s", flush=True)
    print(f"seed {options.seed}: {failed} ended otherwise than as a text or a reason")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
