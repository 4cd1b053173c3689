#!/usr/bin/env python3
"""What one document costs beside other collections: neighbours.py [AKIN [COUNTS...]], 0 100 1000 unless said otherwise.

In one data folder, collections are made until there are as many as wanted; then a text that is new is added to one more, again
and again, and the median of its time is compared with the time alone. Prints a table of Markdown.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

ROUNDS = 200


class Server:
    def __init__(self, akin, data):
        self.process = subprocess.Popen(
            [akin, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "AKIN_DATA": data})
        self.number = 0

    def ask(self, method, **parameters):
        self.number += 1
        message = {"jsonrpc": "2.0", "id": self.number, "method": method, "params": parameters}
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            sys.exit(f"{method}: {answer['error']}")
        return answer["result"]

    def add(self, collection, text):
        start = time.perf_counter()
        self.ask("index/add", collection=collection, documents=[{"id": "1", "text": text}])
        return time.perf_counter() - start

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def measured(akin, data, label):
    """The median of the milliseconds of a new text in one more collection; of a server that has opened no other."""
    server = Server(akin, data)
    times = [server.add("measured", f"{label}, round {number}, of its own") for number in range(ROUNDS)]
    server.end()
    return statistics.median(times[20:]) * 1000


def main():
    akin = sys.argv[1] if len(sys.argv) > 1 else ".build/release/akin"
    counts = [int(text) for text in sys.argv[2:]] or [0, 100, 1000]
    with tempfile.TemporaryDirectory() as data:
        print("| other collections | a new document, ms | to alone |\n|---:|---:|---:|")
        made, alone = 0, None
        for count in counts:
            filler = Server(akin, data)
            for number in range(made, count):
                filler.add(f"other {number}", f"Text number {number} of another collection.")
            filler.end()
            made = count
            time.sleep(2)
            # Alone and beside others in turn, since machines have moods.
            value = min(measured(akin, data, f"{count} {turn}") for turn in range(3))
            alone = alone or value
            print(f"| {count} | {value:.2f} | {value / alone:.2f} |", flush=True)


if __name__ == "__main__":
    main()
