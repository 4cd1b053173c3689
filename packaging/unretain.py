#!/usr/bin/env python3
"""Takes from ELF objects, and from the objects in archives, the mark that keeps code which nothing calls.

    packaging/unretain.py FILE...    changed in place

Swift marks what a module shows to others with SHF_GNU_RETAIN, since a library might be loaded by a program that looks
its names up. Nothing loads a static program, so that the linker may leave out what it cannot reach, as of C. Only
sections of code and of plain data lose the mark: the tables that Swift's runtime reads from end to end (conformances,
types, protocols; the names swift5_...) keep it, and all that they lead to.

The layout is that of the ELF-64 specification with GNU's flag; a file that is neither such an object nor an archive is
refused.
"""

import re
import struct
import sys

SHF_GNU_RETAIN = 1 << 21
PLAIN = re.compile(rb"\.(text|rodata|data|data\.rel\.ro|bss|tdata|tbss)(\.|\0)")
SECTION = struct.Struct("<IIQQQQIIQQ")


def unretain(name, data, start):
    """Clears the flag in the headers of one object that begins at `start`."""
    if data[start : start + 6] != b"\x7fELF\x02\x01":
        raise SystemExit(f"{name}: no 64-bit little-endian ELF object at byte {start}")
    (table,) = struct.unpack_from("<Q", data, start + 40)
    size, count, names = struct.unpack_from("<HHH", data, start + 58)
    if size != SECTION.size:
        raise SystemExit(f"{name}: section headers of {size} bytes, expected {SECTION.size}")
    table += start
    first = SECTION.unpack_from(data, table)
    # More sections than the fields hold are told in the first one's.
    count = count or first[5]
    names = first[6] if names == 0xFFFF else names
    strings = start + SECTION.unpack_from(data, table + names * size)[4]
    for at in range(table, table + count * size, size):
        fields = list(SECTION.unpack_from(data, at))
        if fields[2] & SHF_GNU_RETAIN and PLAIN.match(data, strings + fields[0]):
            fields[2] &= ~SHF_GNU_RETAIN
            SECTION.pack_into(data, at, *fields)


def objects(data):
    """Where the objects begin in an archive of System V's kind; in a file that is no archive, at its beginning."""
    if data[:8] != b"!<arch>\n":
        yield 0
        return
    at = 8
    while at < len(data):
        size = int(data[at + 48 : at + 58])
        # The names that begin with a slash and no digit are the archive's own index and table.
        if not re.match(rb"/[ /S]", data[at : at + 16]):
            yield at + 60
        at += 60 + size + size % 2


for path in sys.argv[1:]:
    with open(path, "rb") as file:
        content = bytearray(file.read())
    for start in objects(content):
        unretain(path, content, start)
    with open(path, "wb") as file:
        file.write(content)
