#!/usr/bin/env python3
"""Memory of `akin serve` over many requests: memory.py [REQUESTS], 100,000 unless said otherwise.

Requests of every size follow each other, mostly single sentences, some of 32 passages; the resident memory is read after
each tenth. What an idle server holds is read after a second of rest.
"""

import json
import sys
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


def main():
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
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
