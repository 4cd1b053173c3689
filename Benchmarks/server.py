#!/usr/bin/env python3
"""What the server costs: `embed` of 1,000 sentences by JSON-RPC over the engine's bare call, in turn, A B A B."""

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
        workers = {"bare engine": engine, **{f"server, {encoding}": server for encoding, server in servers.items()}}
        seconds = {name: [] for name in workers}
        before = {name: measure.cpu_seconds(worker.process.pid) for name, worker in workers.items()}
        for _ in range(ROUNDS):
            seconds["bare engine"].append(engine.run(path))
            for encoding, server in servers.items():
                seconds[f"server, {encoding}"].append(server.call(texts))
        spent = {name: measure.cpu_seconds(worker.process.pid) - before[name] for name, worker in workers.items()}
        for name, worker in workers.items():
            worker.close()
            # The median of the ratios within a round: what disturbs the machine disturbs both.
            ratio = median([b / a for a, b in zip(seconds["bare engine"], seconds[name])]) - 1
            cpu = spent[name] / spent["bare engine"] - 1
            rows.append([
                f"{name}, {threads} thread{'s' if threads > 1 else ''}",
                f"{1000 * median(seconds[name]):.0f} ±{spread(seconds[name]):.0f} %", f"{100 * ratio:+.1f} %",
                f"{100 * cpu:+.1f} %"])
    lines += measure.table(["1,000 sentences", "ms", "overhead", "in CPU time"], rows)
    measure.write_section("server", "The server over the engine", lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
