#!/usr/bin/env python3
"""Wheels, without a build backend, so that they are the same bytes each time.

    packaging/wheel.py program PROGRAM TAG LICENCES OUTPUT_FOLDER    `akin`: the program, the Python client, a folder of licences
    packaging/wheel.py model MODEL_FOLDER OUTPUT_FOLDER              `akin-model-minilm`: the default model
"""

import base64
import hashlib
import json
import os
import pathlib
import re
import sys
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLIENT = ROOT / "clients" / "python"
EPOCH = max(int(os.environ.get("SOURCE_DATE_EPOCH", "0")), 315532800)
SUMMARY = "Text that means the same: embeddings, similarity and search on this machine's CPU"


class Wheel:
    def __init__(self, name, version, tags, output):
        self.base = f"{name.replace('-', '_')}-{version}"
        self.tags = tags
        python, abi, platforms = tags[0].split("-")
        platform = ".".join(tag.split("-")[2] for tag in tags)
        self.path = pathlib.Path(output) / f"{self.base}-{python}-{abi}-{platform}.whl"
        self.archive = zipfile.ZipFile(self.path, "w")
        self.record = []

    def add(self, name, data, mode=0o644):
        info = zipfile.ZipInfo(name, time.gmtime(EPOCH)[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = (0o100000 | mode) << 16
        self.archive.writestr(info, data, compresslevel=9)
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        self.record.append(f"{name},sha256={digest},{len(data)}")

    def close(self, metadata, licences):
        """`licences`: the bytes of each by its name, which the metadata lists."""
        info = f"{self.base}.dist-info"
        self.add(f"{info}/METADATA", metadata.encode())
        for name, licence in licences.items():
            self.add(f"{info}/licenses/{name}", licence)
        tags = "".join(f"Tag: {tag}\n" for tag in self.tags)
        purity = "true" if self.tags[0].endswith("-any") else "false"
        self.add(
            f"{info}/WHEEL",
            f"Wheel-Version: 1.0\nGenerator: akin packaging\nRoot-Is-Purelib: {purity}\n{tags}".encode(),
        )
        record = [*self.record, f"{info}/RECORD,,"]
        self.add(f"{info}/RECORD", ("\n".join(record) + "\n").encode())
        self.archive.close()
        print(self.path)


def version():
    text = (ROOT / "Sources/akin/Version.swift").read_text()
    return re.search(r'current = "(.*)"', text)[1]


def metadata(name, summary, extra="", licence="MIT", readme=None):
    if readme is None:
        # By its last line the registry of MCP servers knows that the package is the server's.
        name_there = json.loads((ROOT / "packaging/server.json").read_text("utf-8"))["name"]
        readme = (CLIENT / "README.md").read_text("utf-8") + f"\n<!-- mcp-name: {name_there} -->\n"
    return (
        f"Metadata-Version: 2.4\nName: {name}\nVersion: {version()}\nSummary: {summary}\n"
        f"License-Expression: {licence}\nLicense-File: LICENSE\nRequires-Python: >=3.9\n{extra}"
        f"Description-Content-Type: text/markdown\n\n{readme}"
    )


def program(path, tag, licences, output):
    tags = [f"py3-none-{platform}" for platform in tag.split(".")]
    wheel = Wheel("akin", version(), tags, output)
    for file in sorted((CLIENT / "src").rglob("*")):
        if file.suffix in (".py", ".typed"):
            wheel.add(file.relative_to(CLIENT / "src").as_posix(), file.read_bytes())
    wheel.add(f"{wheel.base}.data/scripts/akin", pathlib.Path(path).read_bytes(), 0o755)
    extras = "".join(
        f"Provides-Extra: {extra}\nRequires-Dist: {package}; extra == '{extra}'\n"
        for extra, package in (
            ("numpy", "numpy"),
            ("progress", "tqdm"),
            ("langchain", "langchain-core"),
            ("llama-index", "llama-index-core"),
            ("model", f"akin-model-minilm=={version()}"),
        )
    )
    texts = {"LICENSE": (ROOT / "LICENSE").read_bytes()}
    # Of all that is linked into the program.
    texts |= {f"linked/{file.name}": file.read_bytes() for file in sorted(pathlib.Path(licences).iterdir())}
    extras += "".join(f"License-File: {name}\n" for name in texts if name != "LICENSE")
    wheel.close(metadata("akin", SUMMARY, extras), texts)


def model(folder, output):
    wheel = Wheel("akin-model-minilm", version(), ["py3-none-any"], output)
    folder = pathlib.Path(folder)
    wheel.add("akin_model_minilm.py", b'"""The default model of Akin, which the program beside it finds."""\n')
    # In a virtual environment `share` is beside `bin`, where the program looks.
    place = f"{wheel.base}.data/data/share/akin/models/sentence-transformers/all-MiniLM-L6-v2"
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != "akin-manifest.json":
            wheel.add(f"{place}/{file.relative_to(folder).as_posix()}", file.read_bytes())
    summary = "The default model of Akin: sentence-transformers/all-MiniLM-L6-v2"
    text = f"# {summary}\n\n`pip install akin[model]` installs it with the program, which then needs no network.\n"
    notice = (
        b"The model all-MiniLM-L6-v2 is by Nils Reimers and the contributors of sentence-transformers, under the\n"
        b"Apache License, Version 2.0: https://www.apache.org/licenses/LICENSE-2.0\n"
    )
    wheel.close(metadata("akin-model-minilm", summary, licence="Apache-2.0", readme=text), {"LICENSE": notice})


if __name__ == "__main__":
    {"program": program, "model": model}[sys.argv[1]](*sys.argv[2:])
