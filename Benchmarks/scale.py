#!/usr/bin/env python3
"""What hundreds of millions of texts take: cores, hours, bytes, money, failures and queries, from the rates in RESULTS.md and SEARCH.md.

Ingest and queries are simulated event by event, with the same random numbers in each run. docs/scale.md holds what this prints.

Usage: scale.py [--write | --check]    prints the tables; puts them into docs/scale.md; fails where the page has others
"""

import argparse
import difflib
import heapq
import os
import random
import re
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PAGE = os.path.join(os.path.dirname(HERE), "docs/scale.md")
SIZES = (100_000_000, 1_000_000_000)
CORES = {SIZES[0]: 64, SIZES[1]: 256}
SHARD = 1_000_000  # Rows of a stored shard, the size that SEARCH.md measured.

# What is assumed and not measured. Money is of the order that clouds ask for.
ASSUMED = {
    "a core for an hour": (0.04, "$"),
    "a GB of object storage for a month": (0.023, "$"),
    "a host to serve, 16 cores and 128 GB, for an hour": (1.00, "$"),
    "share of a host's memory for shards": (0.75, ""),
    "time until a lost worker is replaced": (180, "s"),
    "network and merging of one query": (1.0, "ms"),
    "documents that change in a day": (0.002, "of all"),
}


def assumed(name):
    return ASSUMED[name][0]


class Measured:
    """The rates, each with the page and the words that it is from."""

    def __init__(self):
        self.rows = []
        results, search = read("RESULTS.md"), read("SEARCH.md")
        one_thread = results.split("### 1 thread")[1].split("###")[0]
        operators = between(results, "<!-- begin operators -->", "<!-- end operators -->")
        million = search.split("1,000,000 vectors (")[1].split("The rows of the graph")[0]
        self.passages = self._take("passages a second of a core", one_thread, r"Akin, q8_0\*\* \| ([\d.]+)", "RESULTS.md, one thread")
        self.query = self._take("embedding of a query, ms", one_thread, r"Akin, q8_0\*\* .*?(\d\.\d\d) \| \d\.\d\d \| 0\.999", "RESULTS.md, one thread")
        self.kept = self._take(
            "of which a cluster keeps, by CPU time", operators, r"mapInArrow\).*\| ([\d.]+) \|$", "RESULTS.md, operators: Spark, mapInArrow")
        self.fill = self._take("filling a collection of 1,000,000, s", million, r"filled in (\d+) s", "SEARCH.md, a busy machine")
        self.graph = self._take("making its graph, s", million, r"Akin, graph\*\* \(made in (\d+) s\)", "SEARCH.md, a busy machine")
        self.stored = self._take("MB on disk", million, r"([\d,]+) MB on disk", "SEARCH.md")
        self.resident = self._take("MB of memory to search it", million, r"(\d+) MB resident with the graph", "SEARCH.md")
        self.search = self._take("a search by the graph, ms", million, r"Akin, graph\*\*.*?\| [\d.]+ \| ([\d.]+)", "SEARCH.md, a busy machine")
        self.scan = self._take("a search that scans, ms", million, r"Akin, scan\*\* \| [\d.]+ \| ([\d.]+)", "SEARCH.md, a busy machine")

    def _take(self, name, text, pattern, source):
        found = re.search(pattern, text, re.MULTILINE)
        if found is None:
            sys.exit(f"scale.py: {source} has no line for '{name}' any more ({pattern})")
        value = float(found[1].replace(",", ""))
        self.rows.append([name, f"{value:,g}", source])
        return value

    @property
    def rate(self):
        """Rows a second of a core of a cluster."""
        return self.passages * self.kept


def read(name):
    with open(os.path.join(HERE, name), encoding="utf-8") as file:
        return file.read()


def between(text, begin, end):
    return text.split(begin)[1].split(end)[0]


def stages(measured):
    """Each stage of an index of N passages: what it costs where nothing fails."""
    rows = []
    for count in SIZES:
        cores, shards = CORES[count], count / SHARD
        hour, month = assumed("a core for an hour"), assumed("a GB of object storage for a month")

        def work(name, seconds, size=None, count=count, cores=cores, hour=hour, month=month):
            hours = seconds / 3600
            kept = "" if size is None else f"{size / 1e9:,.0f} GB"
            money = dollars(hours * hour) + ("" if size is None else f", then {dollars(size / 1e9 * month)} a month")
            rows.append([f"{count:,}", name, f"{hours:,.0f}", f"{hours / cores:.1f} on {cores}", kept, money])

        work("embed, int8 shards in Parquet", count / measured.rate, count * (384 + 4 + 8))
        work("fill collections of 1,000,000", shards * measured.fill, shards * measured.stored * 1e6)
        work("make their graphs", shards * measured.graph)
        hosts = 2 * groups(measured, count)
        price = hosts * assumed("a host to serve, 16 cores and 128 GB, for an hour") * 730
        memory = f"{shards * measured.resident / 1e3:,.0f} GB of memory, twice"
        rows.append([f"{count:,}", "serve, each shard on two hosts", "", f"{hosts} hosts", memory, f"{dollars(price)} a month"])
    return table(["passages", "stage", "core hours", "hours", "bytes", "cost"], rows)


def dollars(amount):
    return f"${amount:,.2f}" if amount < 10 else f"${amount:,.0f}"


def groups(measured, count):
    """Hosts that hold all shards once."""
    room = 128e9 * assumed("share of a host's memory for shards")
    return -(-int(count / SHARD * measured.resident * 1e6) // int(room))


def ingest(count, cores, rows, mean_life, rate, seed=1):
    """Workers of one core take tasks of `rows` until all are done; a worker that dies loses its task.

    Returns hours until the last task is done, the share of core time that was lost, and the workers that died.
    """
    random_ = random.Random(seed)
    waiting = count // rows
    died, lost, end = 0, 0.0, 0.0
    # When each worker is free, and when it dies next.
    workers = [(0.0, random_.expovariate(1 / mean_life)) for _ in range(cores)]
    heapq.heapify(workers)
    while waiting:
        now, death = heapq.heappop(workers)
        seconds = rows / rate * random_.uniform(0.9, 1.1)
        if now + seconds > death:
            # The task waits again, and is computed from its first row: its vectors are the same bits.
            died += 1
            lost += max(0.0, death - now)
            back = max(now, death) + assumed("time until a lost worker is replaced")
            heapq.heappush(workers, (back, back + random_.expovariate(1 / mean_life)))
            continue
        waiting -= 1
        end = max(end, now + seconds)
        heapq.heappush(workers, (now + seconds, death))
    return end / 3600, lost / (end * cores), died


def failures(measured):
    rows = []
    for count in SIZES:
        for size in (10_000, 100_000, 1_000_000):
            line = [f"{count:,} on {CORES[count]} cores", f"{size:,}", f"{size / measured.rate / 60:,.0f}"]
            for life in (500, 24):
                hours, lost, died = ingest(count, CORES[count], size, life * 3600, measured.rate)
                line += [f"{hours:.2f}", f"{100 * lost:.1f} %", f"{died}"]
            rows.append(line)
    header = ["passages", "rows of a task", "minutes of a task"]
    for life in (500, 24):
        header += [f"hours, a worker living {life} h", "lost", "died"]
    return table(header, rows)


def serve(measured, count, rate, queries, is_one_lost=False, seed=1):
    """Queries that come at random ask every shard, on the less busy of the two hosts that hold it.

    Returns milliseconds of each query, and the share of the time that the cores of the busiest hosts work.
    """
    random_ = random.Random(seed)
    parts = groups(measured, count)
    shards = round(count / SHARD / parts)
    # When each of a host's 16 cores is free.
    hosts = [[[0.0] * 16 for _ in range(1 if is_one_lost and part == 0 else 2)] for part in range(parts)]
    now, busy, times = 0.0, [0.0] * parts, []
    for _ in range(queries):
        now += random_.expovariate(rate)
        start = now + measured.query / 1e3
        done = start
        for part, replicas in enumerate(hosts):
            cores = min(replicas, key=sum)
            for _ in range(shards):
                free = heapq.heappop(cores)
                seconds = measured.search / 1e3 * random_.lognormvariate(0, 0.25)
                busy[part] += seconds
                finish = max(free, start) + seconds
                heapq.heappush(cores, finish)
                done = max(done, finish)
        times.append(1e3 * (done - now) + assumed("network and merging of one query"))
    return times, max(worked / (now * 16 * len(replicas)) for worked, replicas in zip(busy, hosts))


def queries(measured):
    rows = []
    for count, number in zip(SIZES, (1500, 300)):
        for rate in (5, 20, 60):
            for is_one_lost in (False, True):
                times, busy = serve(measured, count, rate, number, is_one_lost)
                if busy > 0.95:
                    cells = ["more than they can", ""]
                else:
                    cells = [f"{statistics.median(times):.0f}", f"{statistics.quantiles(times, n=100)[98]:.0f}"]
                hosts = f"{2 * groups(measured, count)}" + (" but one" if is_one_lost else "")
                rows.append([f"{count:,}", hosts, f"{rate}", *cells, f"{100 * min(busy, 1):.0f} %"])
    return table(["passages", "hosts", "queries a second", "p50 ms", "p99 ms", "cores of the busiest busy"], rows)


def new_model(measured):
    """Rounds of catching up until what has changed meanwhile takes less than a minute: then readers are moved."""
    rows = []
    for count in SIZES:
        cores = CORES[count]
        hours = ingest(count, cores, 100_000, 24 * 3600, measured.rate)[0]
        total, rounds, left = hours, 0, hours * 3600
        while left > 60:
            changed = count * assumed("documents that change in a day") * left / 86400
            left = changed / (measured.rate * cores)
            total += left / 3600
            rounds += 1
        stored = count * (measured.stored + 396) / 1e9
        rows.append([f"{count:,}", f"{cores}", f"{hours:.1f}", f"{rounds}", f"{total:.1f}", f"{stored:,.0f} GB", f"{2 * stored:,.0f} GB"])
    return table(["passages", "cores", "hours of the first pass", "rounds after it", "hours until readers move", "bytes before", "while both stand"], rows)


def table(header, rows):
    """Lines of a Markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(header) + " |", "|---" + "|---:" * (len(header) - 1) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]


def tables():
    measured = Measured()
    assumptions = [[name, f"{value:,g} {unit}".strip()] for name, (value, unit) in ASSUMED.items()]
    return {
        "measured": table(["measured", "value", "where"], measured.rows),
        "assumed": table(["assumed", "value"], assumptions),
        "stages": stages(measured),
        "failures": failures(measured),
        "queries": queries(measured),
        "new-model": new_model(measured),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--write", action="store_true")
    group.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    found = tables()
    if not arguments.write and not arguments.check:
        for name, lines in found.items():
            print(f"{name}\n\n" + "\n".join(lines) + "\n")
        return 0
    with open(PAGE, encoding="utf-8") as file:
        before = file.read()
    after = before
    for name, lines in found.items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        if begin not in after or end not in after:
            sys.exit(f"scale.py: docs/scale.md has no place for the table '{name}'")
        head, rest = after.split(begin)
        after = head + "\n".join([begin, *lines, end]) + rest.split(end, 1)[1]
    if arguments.write:
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(after)
    elif after != before:
        sys.stdout.writelines(difflib.unified_diff(before.splitlines(True), after.splitlines(True), "docs/scale.md", "scale.py"))
        print("docs/scale.md is not what Benchmarks/scale.py says: run it with --write, and read the text beside the tables again")
        return 1
    print(f"docs/scale.md: {len(found)} tables are as computed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
