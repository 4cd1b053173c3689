#!/usr/bin/env python3
"""Archives whose bytes depend on their files alone: names in order, one time, no owner.

    packaging/archive.py tar FOLDER OUTPUT.tar.gz     the folder itself is the first part of every name
    packaging/archive.py sum FILE...                  SHA256SUMS
"""

import gzip
import hashlib
import io
import os
import pathlib
import sys
import tarfile

EPOCH = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))


def tar(folder, output):
    folder = pathlib.Path(folder)
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in [folder, *sorted(folder.rglob("*"))]:
            info = archive.gettarinfo(path, str(path.relative_to(folder.parent)))
            info.mtime, info.uid, info.gid, info.uname, info.gname = EPOCH, 0, 0, "", ""
            is_program = path.is_dir() or os.access(path, os.X_OK)
            info.mode = 0o755 if is_program else 0o644
            with open(path, "rb") if path.is_file() and not path.is_symlink() else io.BytesIO() as file:
                archive.addfile(info, file if info.isreg() else None)
    with open(output, "wb") as file, gzip.GzipFile("", "wb", 9, file, EPOCH) as packed:
        packed.write(raw.getvalue())


def sums(paths):
    for path in sorted(paths, key=lambda path: pathlib.Path(path).name):
        data = pathlib.Path(path).read_bytes()
        print(f"{hashlib.sha256(data).hexdigest()}  {pathlib.Path(path).name}")


if __name__ == "__main__":
    if sys.argv[1] == "tar":
        tar(*sys.argv[2:])
    else:
        sums(sys.argv[2:])
