#!/usr/bin/env python3
"""The engine alone: passages, sentences and one query, on one thread and on two, and the tokenizer."""

import measure
from measure import Worker, median, spread

ROUNDS = 5


def main():
    abstracts, titles = measure.cranfield()
    passages, sentences = measure.write_texts("first-256", abstracts[:256]), measure.write_texts("titles", titles[:1024])
    query, everything = measure.write_texts("query", [measure.QUERY]), measure.write_texts("abstracts", abstracts)
    workers = {threads: Worker([measure.BENCH, measure.MODEL, str(threads)], threads) for threads in (1, 2)}
    results = {threads: ([], [], []) for threads in workers}
    for _ in range(ROUNDS):
        for threads, worker in workers.items():
            results[threads][0].append(256 / worker.run(passages))
            results[threads][1].append(1024 / worker.run(sentences))
            results[threads][2].extend(1000 * seconds for seconds in worker.each(query, 100))
    tokenizing = workers[1].ask("tokenize", everything, ROUNDS)["seconds"]
    for worker in workers.values():
        worker.close()
    rows = [
        [f"{threads}", f"{median(p):.1f} ±{spread(p):.0f} %", f"{median(s):.0f} ±{spread(s):.0f} %", f"{median(q):.2f}"]
        for threads, (p, s, q) in results.items()]
    size = sum(len(text.encode()) for text in abstracts) / 1e6
    lines = [
        f"{measure.machine()}. {ROUNDS} rounds in turn, medians and half the distance of the extremes.", "",
        *measure.table(["threads", "passages/s", "sentences/s", "query p50 ms"], rows), "",
        f"Tokenizing all {len(abstracts)} abstracts: {1000 * median(tokenizing):.1f} ms of one thread, "
        f"{size / median(tokenizing):.0f} MB/s."]
    measure.write_section("engine", "The engine", lines)
    print("\n".join(lines))


if __name__ == "__main__":
    main()
