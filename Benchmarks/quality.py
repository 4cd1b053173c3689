#!/usr/bin/env python3
"""Quality of the vectors and of search: STS by Spearman's correlation, Cranfield by nDCG@10 and MRR@10.

    quality.py [--akin PROGRAM] [--precision q8_0] [FOLDER]

FOLDER has the STS sets in `sts/` (a set a file: score, sentence, sentence, separated by tabs); without the argument, AKIN_EVAL
or ../shared/eval. Their parts carry different terms, so they are not in this repository; where they are missing the script
says so and goes on. Cranfield is in Benchmarks/data. The reference is the float32 model in PyTorch on the same sets.
Ends with status 1 where q8_0 falls more than 0.003 below the reference, or hybrid search is not the best of the three.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile

import measure

TOLERANCE = 0.003
REFERENCE_STS = {
    ("2012", "MSRpar"): 0.5784, ("2012", "OnWN"): 0.6902, ("2012", "SMTeuroparl"): 0.6367, ("2012", "SMTnews"): 0.6589,
    ("2013", "FNWN"): 0.6035, ("2013", "OnWN"): 0.8054, ("2013", "headlines"): 0.8249,
    ("2014", "OnWN"): 0.8451, ("2014", "deft-forum"): 0.5928, ("2014", "deft-news"): 0.7632,
    ("2014", "headlines"): 0.7635, ("2014", "images"): 0.8625, ("2014", "tweet-news"): 0.7295,
}
REFERENCE_CRANFIELD = (0.4996, 0.7706)


class Akin:
    """`akin serve` with collections of its own."""

    def __init__(self, program, precision, data, model=measure.MODEL):
        self.process = subprocess.Popen(
            [program, "serve", "--precision", precision, "--model", model], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "AKIN_DATA": data})
        self.id = 0

    def ask(self, method, **params):
        self.id += 1
        request = {"jsonrpc": "2.0", "id": self.id, "method": method, "params": params}
        print(json.dumps(request), file=self.process.stdin, flush=True)
        while True:
            line = self.process.stdout.readline()
            if not line:
                sys.exit("akin ended")
            answer = json.loads(line)
            if answer.get("id") == self.id:
                break
        if "error" in answer:
            sys.exit(f"{method}: {answer['error']}")
        return answer["result"]

    def embed(self, texts):
        vectors = []
        for first in range(0, len(texts), 256):
            vectors += self.ask("embed", input=texts[first:first + 256], normalize=True)["embeddings"]
        return vectors

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def ranks(values):
    """Ranks from 1, equal values sharing their mean."""
    order = sorted(range(len(values)), key=values.__getitem__)
    result = [0.0] * len(values)
    first = 0
    while first < len(order):
        last = first
        while last + 1 < len(order) and values[order[last + 1]] == values[order[first]]:
            last += 1
        for index in order[first:last + 1]:
            result[index] = (first + last) / 2 + 1
        first = last + 1
    return result


def spearman(left, right):
    a, b = ranks(left), ranks(right)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    covariance = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    return covariance / math.sqrt(sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b))


def sts_sets(folder):
    """The year, name and rows of each set that is there; a file is called YEAR.NAME.test.tsv."""
    folder = os.path.join(folder, "sts")
    for name in sorted(os.listdir(folder) if os.path.isdir(folder) else []):
        key = tuple(name.split(".")[:2])
        if key in REFERENCE_STS:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                rows = [line.rstrip("\n").split("\t") for line in file if line.strip()]
            yield key, [(float(row[0]), row[1], row[2]) for row in rows]


def sts(akin, folder):
    """Prints the table of the STS sets; gives those that are too low."""
    rows, low = [], []
    for key, pairs in sts_sets(folder):
        left, right = akin.embed([p[1] for p in pairs]), akin.embed([p[2] for p in pairs])
        scores = [sum(x * y for x, y in zip(a, b)) for a, b in zip(left, right)]
        value = spearman([p[0] for p in pairs], scores)
        reference = REFERENCE_STS[key]
        rows.append([" ".join(key), str(len(pairs)), f"{value:.4f}", f"{reference:.4f}", f"{value - reference:+.4f}"])
        if value < reference - TOLERANCE:
            low.append(" ".join(key))
    if not rows:
        print(f"skipped: no STS sets in {folder}/sts (see --help)")
    else:
        print("\n".join(measure.table(["STS", "pairs", "Spearman", "float32", "difference"], rows)))
    return low


def cranfield_rows():
    documents, queries = [], []
    with open(os.path.join(measure.HERE, "data/cranfield.jsonl"), encoding="utf-8") as file:
        for row in map(json.loads, file):
            (documents if row["kind"] == "document" else queries).append(row)
    return documents, queries


def metrics(rankings, queries):
    """Mean nDCG@10 (linear gain) and MRR@10 of rankings of document numbers."""
    gains, reciprocals = [], []
    for ranking, query in zip(rankings, queries):
        relevant = {int(number): grade for number, grade in query["relevant"].items()}
        ideal = sum(grade / math.log2(place + 2) for place, grade in enumerate(
            sorted(relevant.values(), reverse=True)[:10]))
        gain = sum(relevant.get(number, 0) / math.log2(place + 2) for place, number in enumerate(ranking[:10]))
        gains.append(gain / ideal if ideal else 0)
        reciprocals.append(next((1 / (place + 1) for place, number in enumerate(ranking[:10]) if number in relevant), 0))
    return sum(gains) / len(gains), sum(reciprocals) / len(reciprocals)


def plain_rankings(akin, documents, queries):
    """By cosine of whole abstracts, cut at the model's length, as the reference was made."""
    results = akin.ask(
        "search", query=[q["text"] for q in queries], documents=[{"text": d["text"]} for d in documents], topK=10)["results"]
    return [[hit["index"] for hit in hits] for hits in results]


def stored_rankings(akin, queries, mode):
    """Documents of a collection in the order of their best chunk."""
    rankings = []
    for query in queries:
        hits = akin.ask("search", query=query["text"], collection="cranfield", mode=mode, topK=30)["results"][0]
        rankings.append(list(dict.fromkeys(int(hit["id"]) for hit in hits)))
    return rankings


def cranfield(akin):
    """Prints the table of Cranfield; gives what is not as it should be."""
    documents, queries = cranfield_rows()
    plain = metrics(plain_rankings(akin, documents, queries), queries)
    rows = [
        ["whole abstracts, cosine: float32 in PyTorch", *(f"{value:.4f}" for value in REFERENCE_CRANFIELD)],
        ["whole abstracts, cosine: Akin", *(f"{value:.4f}" for value in plain)]]
    for first in range(0, len(documents), 100):
        akin.ask("index/add", collection="cranfield", documents=[
            {"id": str(first + index), "text": document["text"]}
            for index, document in enumerate(documents[first:first + 100])])
    figures = {mode: metrics(stored_rankings(akin, queries, mode), queries) for mode in ("semantic", "keyword", "hybrid")}
    rows += [[f"collection, {mode}", *(f"{value:.4f}" for value in pair)] for mode, pair in figures.items()]
    print("\n".join(measure.table(["Cranfield", "nDCG@10", "MRR@10"], rows)))
    wrong = []
    if any(value < reference - TOLERANCE for value, reference in zip(plain, REFERENCE_CRANFIELD)):
        wrong.append("Cranfield by cosine")
    if any(figures["hybrid"][index] <= max(figures["semantic"][index], figures["keyword"][index]) for index in (0, 1)):
        wrong.append("hybrid search")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", default=os.environ.get("AKIN_EVAL") or os.path.join(
        measure.TOP, "../shared/eval"))
    parser.add_argument("--akin", default=measure.AKIN)
    parser.add_argument("--precision", default="q8_0")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="akin-quality-") as data:
        akin = Akin(options.akin, options.precision, data)
        wrong = sts(akin, options.folder)
        print()
        wrong += cranfield(akin)
        akin.close()
    if wrong:
        sys.exit("below what they must reach: " + ", ".join(wrong))


if __name__ == "__main__":
    main()
