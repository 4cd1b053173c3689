#!/usr/bin/env python3
"""Names what differs between two programs that were meant to be the same: sections, functions, and the instructions there.

    packaging/differences.py FIRST SECOND [--map FILE]

FILE is the linker's map of the second (AKIN_LINK_MAP of packaging/link.sh), which knows the names that a stripped program
has not; without it only sections are told. Instructions are shown where `objdump` is there.
"""

import argparse
import bisect
import collections
import difflib
import re
import shutil
import struct
import subprocess

SHOWN = 20


def sections(program):
    """Name, address, offset and size of each section of a 64-bit little-endian ELF file that has bytes in it."""
    if program[:6] != b"\x7fELF\x02\x01":
        raise SystemExit("no 64-bit little-endian ELF program")
    (table,) = struct.unpack_from("<Q", program, 40)
    size, count, names = struct.unpack_from("<HHH", program, 58)
    found = [struct.unpack_from("<IIQQQQ", program, table + number * size) for number in range(count)]
    words = program[found[names][4] :]
    return [
        (words[name : words.index(b"\0", name)].decode(), address, offset, size)
        for name, kind, _, address, offset, size in found
        if kind not in (0, 8)
    ]


def symbols(path):
    """For each section of a map by lld the addresses and the names there, in order."""
    found = collections.defaultdict(dict)
    section = ""
    row = re.compile(r"^ *([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+) +\d+( *)(\S.*)$")
    with open(path, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            match = row.match(line)
            # Objects are indented deeper than sections, and symbols than objects.
            if match and len(match[3]) < 8:
                section = match[4]
            elif match and len(match[3]) >= 16:
                found[section][int(match[1], 16)] = match[4]
    return {section: sorted(names.items()) for section, names in found.items()}


def listing(program, start, stop):
    command = ["objdump", "--disassemble", "--no-show-raw-insn", f"--start-address={start}", f"--stop-address={stop}", program]
    lines = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.splitlines()
    return [line.strip() for line in lines if re.match(r" *[0-9a-f]+:\t", line)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first")
    parser.add_argument("second")
    parser.add_argument("--map")
    options = parser.parse_args()
    one, two = (open(path, "rb").read() for path in (options.first, options.second))
    if len(one) != len(two):
        print(f"{len(one)} and {len(two)} bytes: what is behind the first difference may only have moved")
    places = [at for at, (a, b) in enumerate(zip(one, two)) if a != b]
    print(f"two builds differ in {len(places)} bytes:")

    known = symbols(options.map) if options.map else {}
    table = sections(two)
    counts = collections.Counter()
    for at in places:
        name, begin, offset, _ = next(
            (section for section in table if section[2] <= at < section[2] + section[3]), ("no section", 0, 0, 0)
        )
        names = known.get(name, [])
        index = bisect.bisect(names, begin + at - offset, key=lambda row: row[0])
        counts[name, index, names[index - 1][1] if index else None] += 1
    for (section, index, symbol), count in counts.most_common(SHOWN):
        print(f"  {count} in {section}" + (f": {demangled(symbol)}" if symbol else ""))
        if section != ".text" or not symbol or not shutil.which("objdump"):
            continue
        start, stop = (known[section][min(at, len(known[section]) - 1)][0] for at in (index - 1, index))
        pair = [listing(path, start, stop) for path in (options.first, options.second)]
        for line in list(difflib.unified_diff(*pair, lineterm="", n=2))[2 : 2 + SHOWN]:
            print(f"      {line}")
    if len(counts) > SHOWN:
        print(f"  and in {len(counts) - SHOWN} other places")


def demangled(name):
    if not shutil.which("swift-demangle"):
        return name
    return subprocess.run(["swift-demangle", "--compact", name], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout.strip()


if __name__ == "__main__":
    main()
