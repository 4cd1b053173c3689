#!/usr/bin/env python3
"""What the server costs: `embed` of 1,000 sentences by JSON-RPC over the engine's bare call, in turn, A B A B."""

import json

import measure
from measure import Server, Worker, median, spread

ROUNDS = 9
COUNT = 1000


def main():
    _, titles = measure.cranfield()
    texts = titles[:COUNT]
    path = measure.write_texts("sentences-1000", texts)
    lines = [
        f"{COUNT} titles in one request, {ROUNDS} rounds in turn, medians; the client's own parsing is not counted.", ""]
    rows = []
    for threads in (1, 2):
        engine, servers = Worker([measure.BENCH, measure.MODEL, str(threads)], threads), {}
        for encoding in ("float", "base64"):
            servers[encoding] = Server(threads, encoding)
        bare, over = [], {encoding: [] for encoding in servers}
        for _ in range(ROUNDS):
            bare.append(engine.run(path))
            for encoding, server in servers.items():
                over[encoding].append(server.call(texts))
        for worker in (engine, *servers.values()):
            worker.close()
        rows.append([f"bare engine, {threads} thread(s)", f"{1000 * median(bare):.0f} ±{spread(bare):.0f} %", ""])
        for encoding, seconds in over.items():
            # Medians of the ratios within a round: what disturbs the machine disturbs both.
            ratio = median([b / a for a, b in zip(bare, seconds)]) - 1
            rows.append([
                f"server, {encoding}, {threads} thread(s)", f"{1000 * median(seconds):.0f} ±{spread(seconds):.0f} %",
                f"{100 * ratio:+.1f} %"])
    lines += measure.table(["1,000 sentences", "ms", "overhead"], rows)
    measure.write_section("server", "The server over the engine", lines)
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
