#!/usr/bin/env python3
"""Akin beside its peers: the same texts, in one run, in turn, A B C A B C; into RESULTS.md and peers.png.

    compare_peers.py [--model NAME_OR_FOLDER] [--rounds N] [--passages N] [--sentences N] [--threads 1,2] [--exports FOLDER]

`make bench-peers` runs it in .venv/peers, `make bench-peers OPTIONS="--model NAME"` with another model; a static one is compared
with the libraries of such models. Passages are the first Cranfield abstracts, cut at 256 tokens for everybody;
sentences are titles; the query has 13 tokens (BERT's). `cosine` is to sentence-transformers in float32, mean and least over the
passages and sentences. An engine that cannot be run ends the comparison, and one that has no such model is named: a table never
leaves one out in silence.
"""

import argparse
import os
import subprocess
import sys
import time

import numpy

import measure
from measure import Failure, Server, Worker, median, spread
from subject import Subject, find

REFERENCE = "sentence-transformers"
TITLES = {
    "sentence-transformers": "sentence-transformers, float32", "onnxruntime": "ONNX Runtime, float32, fused",
    "onnxruntime-int8": "ONNX Runtime, int8, dynamic", "openvino": "OpenVINO, float32 (runs bf16 where it can)",
    "openvino-int8": "OpenVINO, int8 (NNCF)", "ctranslate2-int8": "CTranslate2, int8", "llama.cpp-q8_0": "llama.cpp, Q8_0",
    "model2vec": "model2vec, its own library", "wordllama": "WordLlama, its own library",
    "akin-f32": "**Akin, float32**", "akin": "**Akin, q8_0**",
}
AKIN = {"akin": "q8_0", "akin-f32": "f32"}
QUERIES = 200
# Threads of an engine that has just answered may spin for a while.
REST = 0.3


def cut_texts(subject, abstracts):
    """The abstracts as far as their first 256 tokens go, so that no engine's own way of cutting matters."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(os.path.join(subject.folder, "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(subject.length)
    encodings = [tokenizer.encode(text) for text in abstracts]
    return [text[:max(end for _, end in encoding.offsets)] for text, encoding in zip(abstracts, encodings)]


def start(name, threads, options):
    if name in AKIN and options.server:
        return Server(threads, "base64", options.model, AKIN[name])
    if name in AKIN:
        return Worker([measure.BENCH, options.model, str(threads), AKIN[name]], threads)
    command = [
        sys.executable, os.path.join(measure.HERE, "peer.py"), name, str(threads), options.subject.folder, options.exports]
    return Worker(command, threads, {"TOKENIZERS_PARALLELISM": "true" if threads > 1 else "false"})


class Record:
    """What was measured of one engine with one number of threads."""

    def __init__(self):
        self.passages, self.sentences, self.query, self.first = [], [], [], []
        self.memory, self.vectors = None, None


def save(worker, path, dimensions):
    target = os.path.join(measure.WORK, "vectors.f32")
    worker.ask("save", path, target)
    return numpy.fromfile(target, dtype="<f4").reshape(-1, dimensions)


def session(threads, files, options):
    """All engines with that many threads, in turn; a record of each."""
    names = [*options.peers, "akin-f32", "akin"]
    records = {name: Record() for name in names}
    workers = {}
    try:
        for name in names:
            workers[name] = start(name, threads, options)
            records[name].first.append(workers[name].first)
        each = -(-QUERIES // options.rounds)
        for round in range(options.rounds):
            for name, worker in workers.items():
                record = records[name]
                record.passages.append(options.passages / worker.run(files["passages"]))
                time.sleep(REST)
                record.sentences.append(options.sentences / worker.run(files["sentences"]))
                time.sleep(REST)
                record.query += [1000 * seconds for seconds in worker.each(files["query"], each)]
                print(f"{threads} thread(s), round {round + 1}, {name}: {record.passages[-1]:.1f} passages/s, "
                      f"{record.sentences[-1]:.0f} sentences/s, query {median(record.query):.2f} ms", flush=True)
                time.sleep(REST)
        for name, worker in workers.items():
            records[name].vectors = numpy.concatenate(
                [save(worker, files[key], options.subject.dimensions) for key in ("passages", "sentences")])
            records[name].memory = worker.memory()
    finally:
        for worker in workers.values():
            worker.close()
    return records


def starts(options, threads=1, times=7):
    """Process start to first vector of the program as it is installed."""
    seconds = []
    for _ in range(times):
        server = Server(threads, model=options.model)
        seconds.append(server.first)
        server.close()
    return seconds


def cosines(vectors, reference):
    norms = numpy.linalg.norm(vectors, axis=1) * numpy.linalg.norm(reference, axis=1)
    return (vectors * reference).sum(axis=1) / norms


def rows(records):
    reference = records[REFERENCE].vectors
    peers = [record for name, record in records.items() if name not in AKIN]
    best_passages = max(median(record.passages) for record in peers)
    best_sentences = max(median(record.sentences) for record in peers)
    best_query = min(median(record.query) for record in peers)
    for name, record in records.items():
        cosine = cosines(record.vectors, reference)
        passages, sentences, query = median(record.passages), median(record.sentences), median(record.query)
        yield [
            TITLES[name],
            f"{passages:.1f} ±{spread(record.passages):.0f} %", f"{passages / best_passages:.2f}",
            f"{sentences:.0f} ±{spread(record.sentences):.0f} %", f"{sentences / best_sentences:.2f}",
            f"{query:.2f}", f"{query / best_query:.2f}",
            f"{cosine.mean():.5f} / {cosine.min():.5f}",
            f"{record.first[0]:.2f}", f"{record.memory['peak']:.0f}"]


HEADER = [
    "engine", "passages/s", "x", "sentences/s", "x", "query p50 ms", "x", "cosine mean / min", "first s", "peak MB"]


def report(all_records, first, options):
    lines = [
        f"{measure.machine()}. Load before: {options.load}. {options.passages} passages, {options.sentences} sentences, {QUERIES} queries, "
        f"{options.rounds} rounds in turn; medians, and half the distance of the extremes. `x`: against the fastest peer. "
        "`first`: from the start of the process to its first vector, libraries in the page cache; Akin's rows are "
        + ("`akin serve`, asked over its pipe, in base64." if options.server else
           "the engine in a process of its own without the server (akin-bench)."),
    ]
    lines += [f"Left out: {', '.join(options.left_out.values())}."] if options.left_out else []
    for threads, records in all_records.items():
        lines += ["", f"### {threads} thread{'s' if threads > 1 else ''}", "", *measure.table(HEADER, list(rows(records)))]
    if {1, 2} <= set(all_records):
        gains = [
            [TITLES[name], *(f"{median(getattr(all_records[2][name], work)) / median(getattr(record, work)):.2f}"
                             for work in ("passages", "sentences"))]
            for name, record in all_records[1].items()]
        lines += ["", "### Two threads over one", "", *measure.table(["engine", "passages", "sentences"], gains)]
    lines += [
        "", f"`akin serve --threads 1`, from the start of the process to the first answer: median {1000 * median(first):.0f} ms, "
        f"least {1000 * min(first):.0f} ms of {len(first)}."]
    if options.model == measure.MODEL:
        measure.write_section("peers", "Beside the peers", lines)
    else:
        measure.write_section("peers " + options.subject.name, "Beside the peers: " + options.subject.name, lines)
    print("\n".join(lines))


def plot(records, path):
    """Speed against exactness, one thread: the corner up right is where to be."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    reference = records[REFERENCE].vectors
    figure, axes = pyplot.subplots(1, 2, figsize=(9, 3.6), dpi=110)
    names = list(records)
    colors = ["#d62728" if name in AKIN else "#7f9fbf" for name in names]
    labels = [TITLES[name].replace("*", "").replace(" (runs bf16 where it can)", "") for name in names]
    values = [median(records[name].passages) for name in names]
    axes[0].barh(labels, values, color=colors)
    for index, name in enumerate(names):
        least = cosines(records[name].vectors, reference).min()
        axes[0].text(values[index], index, f" {values[index]:.0f}   (cosine ≥ {least:.4f})", va="center", fontsize=7)
    axes[0].set_xlim(0, max(values) * 1.45)
    axes[0].set_title("passages a second, one thread", fontsize=9)
    queries = [median(records[name].query) for name in names]
    axes[1].barh(labels, queries, color=colors)
    for index, value in enumerate(queries):
        axes[1].text(value, index, f" {value:.2f}", va="center", fontsize=7)
    axes[1].set_xlim(0, max(queries) * 1.15)
    axes[1].set_title("one query, ms, one thread", fontsize=9)
    axes[1].set_yticks([])
    for axis in axes:
        axis.invert_yaxis()
        axis.tick_params(labelsize=7)
        axis.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path)


def prepare(options, files):
    """The files that the peers read."""
    exporter = os.path.join(measure.HERE, "export_peers.py")
    subprocess.run([sys.executable, exporter, options.subject.folder, options.exports, files["sentences"]], check=True)
    if "llama.cpp-q8_0" not in options.peers:
        return
    # Akin makes it where it is not there yet.
    subprocess.run([measure.AKIN, "embed", "--model", options.model, "x"], check=True, stdout=subprocess.DEVNULL)
    link = os.path.join(options.exports, "q8_0.gguf")
    if os.path.lexists(link):
        os.remove(link)
    os.symlink(measure.quantised_file(options.model), link)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=measure.MODEL)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--passages", type=int, default=256)
    parser.add_argument("--sentences", type=int, default=1024)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--server", action="store_true", help="ask 'akin serve' in place of akin-bench, which then need not be built")
    parser.add_argument("--exports", default=os.path.join(measure.TOP, ".venv/peers-models"))
    options = parser.parse_args()
    options.subject = Subject(find(options.model))
    if os.path.isdir(options.model):
        options.model = options.subject.folder = os.path.abspath(options.model)
    options.peers, options.left_out = options.subject.peers()
    options.load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    if options.model != measure.MODEL:
        options.exports = os.path.join(options.exports, options.subject.name)
    abstracts, titles = measure.cranfield()
    passages = cut_texts(options.subject, abstracts[:options.passages])
    files = {
        "passages": measure.write_texts("passages", passages),
        "sentences": measure.write_texts("sentences", titles[:options.sentences]),
        "query": measure.write_texts("query", [measure.QUERY]),
    }
    if not options.subject.is_static:
        prepare(options, files)
    records = {threads: session(threads, files, options) for threads in map(int, options.threads.split(","))}
    report(records, starts(options), options)
    if options.model == measure.MODEL:
        plot(records[min(records)], os.path.join(measure.HERE, "peers.png"))


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"compare_peers.py: {failure}")
