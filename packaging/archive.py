#!/usr/bin/env python3
"""Archives whose bytes depend on their files alone: names in order, one time, no owner.

    packaging/archive.py tar FOLDER OUTPUT.tar.gz     the folder itself is the first part of every name
    packaging/archive.py sum FILE                     its line of SHA256SUMS
    packaging/archive.py sums FOLDER                  writes SHA256SUMS of what is distributed in it
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


def sum_line(path):
    return f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"


def sums(folder):
    # A release writes the last two anew, for all platforms.
    paths = [path for path in sorted(folder.iterdir()) if path.is_file() and path.name not in ("SHA256SUMS", "akin.rb", "flake.nix")]
    (folder / "SHA256SUMS").write_text("".join(map(sum_line, paths)), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1] == "tar":
        tar(*sys.argv[2:])
    elif sys.argv[1] == "sum":
        sys.stdout.write(sum_line(pathlib.Path(sys.argv[2])))
    else:
        sums(pathlib.Path(sys.argv[2]))
