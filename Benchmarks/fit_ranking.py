#!/usr/bin/env python3
"""Learns the weights of Sources/Collections/Ranking/RankingTable.swift, and says how well they do where they were not learned.

    fit_ranking.py [--akin PROGRAM] [--repositories FOLDER] [--data FOLDER]        needs numpy and scipy

Asks `akin search --explain` for every annotated query of Benchmarks/data/code-search, and fits the signals of the files
found: a softmax over a query's files whose targets are the right ones, repositories counting alike, with L2. Prints the weights,
NDCG@10 over files where they were learned, by cross-validation over repositories (five parts, three times), and what the
latter loses without each signal.
"""

import argparse
import os
import tempfile

import numpy
from scipy.optimize import minimize

import measure
import search_quality as quality

STRENGTH = 0.01  # of L2, on signals of unit variance


def collect(folder, rows, names):
    """Of each query its files, their signals, and which are right."""
    found = folder.search([row["query"] for row in rows], "--explain", "--threshold=-1", count=400)
    queries = []
    for row, hits in zip(rows, found):
        best = {}
        for hit in hits:
            best.setdefault(hit["path"], hit)
        signals = [[hit["explanation"]["signals"].get(name, {"value": 0})["value"] for name in names]
                   for hit in best.values()]
        right = [any(quality.covers({**hit, "line": 1, "endLine": 1 << 40}, target) for target in row["relevant"])
                 for hit in best.values()]
        queries.append((row, list(best.values()), numpy.array(signals).reshape(-1, len(names)), numpy.array(right, bool)))
    return queries


def fit(repositories, columns):
    cases = [(signals[:, columns], right / right.sum(), 1 / len(queries))
             for queries in repositories for _, _, signals, right in queries if right.any()]
    scale = numpy.concatenate([case[0] for case in cases]).std(0) + 1e-9
    strength = STRENGTH * len(repositories)

    def loss(weights):
        total, slope = strength * weights @ weights / 2, strength * weights
        for signals, target, share in cases:
            signals = signals / scale
            scores = signals @ weights
            high = scores.max()
            parts = numpy.exp(scores - high)
            total += share * (high + numpy.log(parts.sum()) - target @ scores)
            slope = slope + share * signals.T @ (parts / parts.sum() - target)
        return total, slope

    return minimize(loss, numpy.zeros(len(columns)), jac=True, method="L-BFGS-B").x / scale


def evaluate(queries, weights, columns):
    values = []
    for row, hits, signals, _ in queries:
        order = numpy.argsort(-(signals[:, columns] @ weights), kind="stable")[:10]
        values.append(quality.ndcg([hits[index] for index in order], row["relevant"]))
    return quality.mean(values)


def validate(repositories, columns, times=3, parts=5):
    values = []
    for time in range(times):
        order = numpy.random.RandomState(time).permutation(len(repositories))
        for part in range(parts):
            held = set(order[part::parts])
            weights = fit([r for index, r in enumerate(repositories) if index not in held], columns)
            values += [evaluate(repositories[index], weights, columns) for index in held]
    return quality.mean(values)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--akin", default=measure.AKIN)
    parser.add_argument("--repositories", default=os.environ.get("AKIN_REPOSITORIES") or os.path.join(
        measure.TOP, ".cache/code-search"))
    parser.add_argument("--data", help="where collections are kept; a new folder that goes afterwards unless given")
    options = parser.parse_args()
    akin, annotated = os.path.abspath(options.akin), quality.queries()
    names = [name for name in quality.signal_names(akin) if name != "repetition"]
    repositories = []
    with tempfile.TemporaryDirectory(prefix="akin-fit-") as temporary:
        for repository in quality.repositories():
            path = quality.checkout(repository, os.path.abspath(options.repositories))
            if path:
                folder = quality.Folder(akin, path, options.data or temporary)
                repositories.append(collect(folder, annotated[repository["name"]], names))
    columns = list(range(len(names)))
    weights = fit(repositories, columns)
    print(f"learned: {quality.mean(evaluate(queries, weights, columns) for queries in repositories):.4f}")
    whole = validate(repositories, columns)
    print(f"cross-validated: {whole:.4f}")
    rows = [[name, f"{weight:.2f}", f"{validate(repositories, [c for c in columns if c != column]) - whole:+.4f}"]
            for column, (name, weight) in enumerate(zip(names, weights))]
    print("\n".join(measure.table(["signal", "weight", "without it"], rows)))


if __name__ == "__main__":
    main()
