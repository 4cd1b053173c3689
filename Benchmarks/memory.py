#!/usr/bin/env python3
"""Memory of `akin serve` over many requests: memory.py [REQUESTS], 100,000 unless said otherwise; or of the tables of words of other
models: memory.py --models MODEL...

Requests of every size follow each other, mostly single sentences, some of 32 passages; the resident memory is read after
each tenth. What an idle server holds is read after a second of rest.
"""

import argparse
import json
import os
import threading
import time

import measure
from measure import Server

STEPS = 10
# Asked ahead, so that the server is never idle between two requests.
WINDOW = 64


def feed(server, requests, texts, room):
    for index in range(requests):
        # Each 500th request is a large one.
        many = texts["passages"][index % 200:][:32] if index % 500 == 250 else texts["sentences"][index % 1000]
        request = {"jsonrpc": "2.0", "id": index, "method": "embed", "params": {"input": many, "encodingFormat": "base64"}}
        room.acquire()
        server.process.stdin.write(json.dumps(request).encode() + b"\n")
        server.process.stdin.flush()


def serve(server, requests, texts):
    room = threading.Semaphore(WINDOW)
    writer = threading.Thread(target=feed, args=(server, requests, texts, room))
    writer.start()
    for _ in range(requests):
        if b'"result"' not in server.process.stdout.readline()[:64]:
            raise measure.Failure("a request failed")
        room.release()
    writer.join()


def mapping(pid, path):
    """Megabytes (2^20) of a file that a process has mapped: all of it, what is resident, and what is the process's own."""
    found, sizes = False, {"Size": 0, "Rss": 0, "Private_Dirty": 0}
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as file:
        for line in file:
            key, _, rest = line.partition(":")
            if "-" in key and key.split("-")[0].isalnum():
                found = os.path.realpath(line.split(maxsplit=5)[-1].strip()) == os.path.realpath(path)
            elif found and key in sizes:
                sizes[key] += int(rest.split()[0]) / 1024
    return sizes


def tables(models):
    """A row a model: what a server with it holds after a sentence and after a thousand, and how much of that is the model's file."""
    _, titles = measure.cranfield()
    rows = []
    for model in models:
        server = Server(1, model=model)
        path = measure.quantised_file(model)
        for count in (1, 1000):
            server.call(titles[:count])
            time.sleep(1)
            memory, file = server.memory(), mapping(server.process.pid, path)
            rows.append([
                os.path.basename(os.path.normpath(model)), str(count),
                *(f"{value:.1f}" for value in (file["Size"], file["Rss"], file["Private_Dirty"], memory["own"], memory["resident"]))])
            print(*rows[-1], flush=True)
        server.close()
    header = ["model", "sentences", "its file", "of it resident", "of it written", "own", "resident"]
    lines = [
        "`akin serve --threads 1` in q8_0, MB (2^20). The table of words is read where it is, in the mapped file: pages that the system "
        "drops when it needs them, and that are there once for all processes. `own` is what is no file's: the panels of the linear layers, "
        "the tokenizer, and what a request needs.", "", *measure.table(header, rows)]
    measure.write_section("memory tables", "Memory of large tables", lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("requests", type=int, nargs="?", default=100_000)
    parser.add_argument("--models", nargs="+")
    options = parser.parse_args()
    if options.models:
        return tables(options.models)
    requests = options.requests
    abstracts, titles = measure.cranfield()
    texts = {"passages": abstracts, "sentences": titles}
    server = Server(1)
    rows = []

    def note(name):
        time.sleep(1)
        memory = server.memory()
        rows.append([name, *(f"{memory[key]:.1f}" for key in ("resident", "own", "peak"))])
        print(*rows[-1], flush=True)

    note("after one sentence")
    server.call(abstracts[:256])
    note("after 256 passages in one request")
    for step in range(STEPS):
        serve(server, requests // STEPS, texts)
        note(f"after {requests // STEPS * (step + 1):,} requests")
    server.close()
    lines = [
        "`akin serve --threads 1`, MB (2^20), idle for a second each time. `own` is without pages of files, which the "
        "system drops when it needs them.", "", *measure.table(["", "resident", "own", "peak"], rows)]
    measure.write_section("memory", "Memory", lines)


if __name__ == "__main__":
    main()
