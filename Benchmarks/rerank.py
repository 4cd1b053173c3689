#!/usr/bin/env python3
"""What reading 40 passages with a query costs beside embedding them, by the length of the passages: rerank.py.

A cross-encoder of MiniLM-L6's shape: the default model's blocks with a head of random weights, which cost what any weights do. CPU time
of a server on one thread, asked for one and the other in turn.
"""

import json
import os
import random
import shutil
import subprocess
import tempfile

import measure
from measure import median
from safetensors.numpy import load_file, save_file

ROUNDS = 15
COUNT = 40
WORDS = (9, 18, 30, 60, 100)


def cross_encoder(folder):
    import numpy

    source = measure.model_folder()
    for file in ("tokenizer.json", "tokenizer_config.json", "vocab.txt"):
        shutil.copy(os.path.join(source, file), folder)
    tensors = {f"bert.{name}": value for name, value in load_file(os.path.join(source, "model.safetensors")).items()}
    values = numpy.random.default_rng(1)
    for name, shape in (("bert.pooler.dense.weight", (384, 384)), ("classifier.weight", (1, 384))):
        tensors[name] = (values.standard_normal(shape) * 0.05).astype(numpy.float32)
        tensors[name.replace("weight", "bias")] = numpy.zeros(shape[0], numpy.float32)
    save_file(tensors, os.path.join(folder, "model.safetensors"), metadata={"format": "pt"})
    with open(os.path.join(source, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    config.update(architectures=["BertForSequenceClassification"], id2label={"0": "LABEL_0"})
    with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
        json.dump(config, file)


def processor_seconds(pid):
    """To the nanosecond, of all threads."""
    total = 0
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/schedstat", encoding="utf-8") as file:
            total += int(file.read().split()[0])
    return total / 1e9


def main():
    abstracts, _ = measure.cranfield()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        cross_encoder(folder)
        server = subprocess.Popen(
            [measure.AKIN, "serve", "--threads", "1", "--rerank-model", folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        def ask(method, **parameters):
            server.stdin.write(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode() + b"\n")
            server.stdin.flush()
            answer = json.loads(server.stdout.readline())
            if "result" not in answer:
                raise measure.Failure(str(answer)[:400])
            return answer["result"]["tokenCounts"]

        for words in WORDS:
            long = [text.split() for text in abstracts if len(text.split()) >= words]
            texts = [" ".join(text[:words]) for text in random.Random(words).sample(long, COUNT)]
            calls = (
                lambda: ask("embed", input=texts, encodingFormat="base64"),  # noqa: B023
                lambda: ask("rerank", query=measure.QUERY, documents=texts))  # noqa: B023
            seconds, tokens = ([], []), [sum(call()) / COUNT for call in calls]
            for _ in range(ROUNDS):
                for call, spent in zip(calls, seconds):
                    before = processor_seconds(server.pid)
                    call()
                    spent.append(processor_seconds(server.pid) - before)
            ratio = median([read / embedded for embedded, read in zip(*seconds)])
            rows.append([
                f"{tokens[0]:.0f}", f"{tokens[1]:.0f}", f"{1e3 * median(seconds[0]):.1f}", f"{1e3 * median(seconds[1]):.1f}", f"{ratio:.2f}"])
        server.stdin.close()
        server.wait()
    header = ["tokens a passage", "with the query", "embed, ms", "rerank, ms", "x"]
    lines = [f"{COUNT} passages, {ROUNDS} rounds in turn, CPU time on one thread, medians.", "", *measure.table(header, rows)]
    measure.write_section("rerank", "A second reading beside embedding", lines)


if __name__ == "__main__":
    main()
