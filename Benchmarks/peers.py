#!/usr/bin/env python3
"""Akin beside sentence-transformers and llama.cpp: the same texts, one thread, in turn, A B C A B C.

    peers.py --model FOLDER [--akin PROGRAM] [--texts FILE.jsonl] [--count N] [--rounds N]

FOLDER is the default model's folder (`akin pull` prints it). The texts are the abstracts of the Cranfield collection, one
JSON object a line with "kind" and "text"; AKIN_EVAL names the folder of cranfield.jsonl (default ../shared/eval). Needs a
Python with sentence-transformers and llama-cpp-python; an engine that is missing is said to be missing. Prints medians
over the rounds and ratios; absolute times say little on a shared machine.
"""

import argparse
import json
import os
import statistics
import subprocess
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

QUERY = "how do heat transfer and skin friction change on a blunt body"


class Akin:
    name = "Akin, q8_0"

    def __init__(self, options):
        command = [options.akin, "serve", "--threads", "1", "--model", options.model]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.embed([QUERY])

    def embed(self, texts):
        import base64
        import numpy

        request = {"jsonrpc": "2.0", "id": 1, "method": "embed", "params": {"input": texts, "encodingFormat": "base64"}}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        result = json.loads(self.process.stdout.readline())["result"]
        return numpy.stack([numpy.frombuffer(base64.b64decode(text), "<f4") for text in result["embeddings"]])


class SentenceTransformers:
    name = "sentence-transformers, float32"

    def __init__(self, options):
        import torch
        from sentence_transformers import SentenceTransformer

        torch.set_num_threads(1)
        self.model = SentenceTransformer(options.model, device="cpu")
        self.embed([QUERY])

    def embed(self, texts):
        return self.model.encode(texts, batch_size=32, show_progress_bar=False)


class LlamaCpp:
    name = "llama.cpp, Q8_0"

    def __init__(self, options):
        import llama_cpp

        # Akin's own quantised file, which llama.cpp reads: the same weights for both.
        file = options.gguf
        self.model = llama_cpp.Llama(
            file, embedding=True, n_threads=1, n_threads_batch=1, n_ctx=512, n_batch=512, n_ubatch=512, verbose=False)
        self.embed([QUERY])

    def embed(self, texts):
        import numpy

        return numpy.stack([self.model.embed(text, normalize=True, truncate=True) for text in texts])


def cosine(left, right):
    import numpy

    norms = numpy.linalg.norm(left, axis=1) * numpy.linalg.norm(right, axis=1)
    return (left * right).sum(axis=1) / norms


def passages(options):
    """Abstracts short enough that no engine cuts them."""
    with open(options.texts, encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    texts = [row["text"] for row in rows if row["kind"] == "document" and 200 < len(row["text"]) < 1000]
    return texts[: options.count]


def measure(engines, texts, rounds):
    rates = {engine.name: [] for engine in engines}
    latencies = {engine.name: [] for engine in engines}
    vectors = {}
    for _ in range(rounds):
        for engine in engines:
            start = time.perf_counter()
            vectors[engine.name] = engine.embed(texts)
            rates[engine.name].append(len(texts) / (time.perf_counter() - start))
            for _ in range(50):
                start = time.perf_counter()
                engine.embed([QUERY])
                latencies[engine.name].append((time.perf_counter() - start) * 1000)
    return rates, latencies, vectors


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True)
    parser.add_argument("--akin", default=".build/release/akin")
    parser.add_argument("--gguf", help="the file that Akin quantised, for llama.cpp")
    parser.add_argument("--texts", default=os.path.join(os.environ.get("AKIN_EVAL", "../shared/eval"), "cranfield.jsonl"))
    parser.add_argument("--count", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    engines = []
    for kind in (SentenceTransformers, LlamaCpp, Akin):
        try:
            engines.append(kind(options))
        except ImportError as error:
            print(f"{kind.name}: not here ({error})")
    texts = passages(options)
    rates, latencies, vectors = measure(engines, texts, options.rounds)
    reference = vectors.get(SentenceTransformers.name)
    base = statistics.median(rates[engines[0].name])
    print(f"{len(texts)} passages, {options.rounds} rounds, one thread, medians")
    for engine in engines:
        rate = statistics.median(rates[engine.name])
        line = f"{engine.name:32} {rate:7.1f} passages/s  x{rate / base:4.2f}"
        line += f"  query p50 {statistics.median(latencies[engine.name]):6.2f} ms"
        if reference is not None:
            values = cosine(vectors[engine.name], reference)
            line += f"  cosine mean {values.mean():.5f} min {values.min():.5f}"
        print(line)


if __name__ == "__main__":
    main()
