#!/usr/bin/env python3
"""From the start of the process to its first answer, and what it costs in CPU time: startup.py [PROGRAM...]

PROGRAM: .build/release/akin, linked dynamically, and .build-dist/akin, as `make install` links it, where it
is there. Weights are quantised and in the page cache.
"""

import os
import sys
import time

import measure
from measure import median

TIMES = 15
REQUEST = b'{"jsonrpc":"2.0","id":1,"method":"embed","params":{"input":"first"}}\n'
CASES = {
    "`--version`": (["--version"], b""), "`--help`": (["--help"], b""),
    "`embed` one text, 1 thread": (["embed", "--json", "--threads", "1", "first"], b""),
    "`serve`, first vector, 1 thread": (["serve", "--threads", "1"], REQUEST),
    "`serve`, first vector, all threads": (["serve"], REQUEST),
}


def run(program, arguments, request):
    """Seconds to the first byte of output, and of CPU until the end."""
    to_child, from_child = os.pipe(), os.pipe()
    actions = [
        (os.POSIX_SPAWN_DUP2, to_child[0], 0), (os.POSIX_SPAWN_DUP2, from_child[1], 1),
        (os.POSIX_SPAWN_CLOSE, to_child[1]), (os.POSIX_SPAWN_CLOSE, from_child[0])]
    start = time.perf_counter()
    child = os.posix_spawn(program, [program, *arguments], os.environ, file_actions=actions)
    os.close(to_child[0])
    os.close(from_child[1])
    os.write(to_child[1], request)
    first = os.read(from_child[0], 1 << 16)
    seconds = time.perf_counter() - start
    os.close(to_child[1])
    while os.read(from_child[0], 1 << 16):
        pass
    os.close(from_child[0])
    _, status, usage = os.wait4(child, 0)
    if status != 0 or not first:
        raise measure.Failure(f"{program} {arguments}: status {status}")
    return seconds, usage.ru_utime + usage.ru_stime


def main():
    linked = os.path.join(measure.TOP, ".build-dist/akin")
    programs = sys.argv[1:] or [measure.AKIN] + ([linked] if os.path.exists(linked) else [])
    names = {measure.AKIN: "linked dynamically", linked: "linked statically (`make install`)"}
    rows = []
    for program in programs:
        for case, (arguments, request) in CASES.items():
            runs = [run(program, arguments, request) for _ in range(TIMES)]
            seconds, cpu = zip(*runs)
            rows.append([
                f"{names.get(program, program)}: {case}", f"{1000 * median(seconds):.1f}", f"{1000 * min(seconds):.1f}",
                f"{1000 * median(cpu):.1f}"])
    lines = [f"{TIMES} starts each.", "", *measure.table(["", "median ms", "least ms", "CPU ms, whole life"], rows)]
    measure.write_section("startup", "Start", lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
