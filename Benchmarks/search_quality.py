#!/usr/bin/env python3
"""Quality of search over code: NDCG@10 of annotated queries over public repositories, by mode and by category.

    search_quality.py [--akin PROGRAM] [--repositories FOLDER] [--only NAME ...] [--ablation] [--first] [--unanswered] [--rerank MODEL] [--json FILE]

FOLDER holds a checkout a repository, called as in Benchmarks/data/code-search/repositories.json; what is missing there is
cloned at its pinned revision (.cache/code-search unless told otherwise). A checkout that cannot be had is named and left out.

The annotations are those of semble's benchmark (MIT, Benchmarks/data/code-search/LICENSE), scored as its authors do: a hit
covers a target if one's path ends with the other's and, where the target has lines, the lines overlap; a target's rank
is that of the first hit that covers it; DCG is the sum of 1 / log2(rank + 1) over the ranks, and NDCG@10 is DCG over that of
as many hits at the top as there are targets. Means over a repository's queries, then over repositories; intervals are of
2,000 bootstrap samples of each repository's queries.
"""

import argparse
import collections
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time

import first_answers
import measure
import quality

DATA = os.path.join(measure.HERE, "data/code-search")
MODES = ("semantic", "keyword", "hybrid")
BUDGETS = (500, 1000, 2000)
CATEGORIES = ("symbol", "semantic", "architecture")
MADE_UP = ("qwzxv", "frobnicateQuuxly", "zzgrblt handler", "blorptastic", "xkcdfoo_barbazqux", "asdkjhasd kjhaskjd")
PEERS = [
    ("semble: static vectors of 16M parameters, BM25, rules", "20 repositories", 0.837),
    ("CodeRankEmbed 137M, BM25, the same rules", "20 repositories", 0.834),
    ("CodeRankEmbed hybrid", "all 63, mean over queries", 0.862),
    ("semble", "all 63, mean over queries", 0.854),
    ("CodeRankEmbed alone", "all 63, mean over queries", 0.765),
    ("ColGREP", "all 63, mean over queries", 0.693),
    ("BM25", "all 63, mean over queries", 0.673),
    ("grepai", "all 63, mean over queries", 0.561),
    ("ripgrep", "all 63, mean over queries", 0.126),
]


def repositories():
    with open(os.path.join(DATA, "repositories.json"), encoding="utf-8") as file:
        return json.load(file)


def queries():
    """The annotated queries by repository."""
    found = collections.defaultdict(list)
    with open(os.path.join(DATA, "queries.jsonl"), encoding="utf-8") as file:
        for row in map(json.loads, file):
            found[row["repository"]].append(row)
    return found


def checkout(repository, folder):
    """The folder to index; None where the checkout cannot be had."""
    path = os.path.join(folder, repository["name"])
    if not os.path.isdir(path):
        os.makedirs(path)
        steps = [["init", "-q"], ["fetch", "-q", "--depth", "1", repository["url"], repository["revision"]],
                 ["checkout", "-q", "FETCH_HEAD"]]
        for step in steps:
            if subprocess.run(["git", "-C", path] + step, stderr=subprocess.DEVNULL).returncode:
                subprocess.run(["rm", "-rf", path])
                return None
    path = os.path.join(path, repository["benchmark_root"] or "")
    return path.rstrip("/") if os.path.isdir(path) else None


def covers(hit, target):
    found, wanted = hit["path"], target["path"]
    if not (found == wanted or found.endswith("/" + wanted) or wanted.endswith("/" + found)):
        return False
    return "start_line" not in target or hit["line"] <= target["end_line"] and target["start_line"] <= hit["endLine"]


def ndcg(hits, targets, count=10):
    ranks = set()
    for target in targets:
        ranks.update([rank for rank, hit in enumerate(hits[:count], 1) if covers(hit, target)][:1])
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(count, len(targets)) + 1))
    return sum(1 / math.log2(rank + 1) for rank in ranks) / ideal


class Folder:
    """A repository with its index."""

    def __init__(self, akin, path, data):
        self.akin, self.path = akin, path
        self.environment = {**os.environ, "AKIN_DATA": data, "NO_COLOR": "1"}
        start = time.monotonic()
        subprocess.run([akin, "index", path], env=self.environment, check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        self.seconds = time.monotonic() - start

    def search(self, texts, *options, count=10):
        """The hits of each query, best first; `count` None takes the command's own."""
        if count is not None:
            options = ("-k", str(count), *options)
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write("\n".join(texts) + "\n")
            file.flush()
            result = subprocess.run(
                [self.akin, "search", "--no-update", "--json", "--file", file.name, *options],
                cwd=self.path, env=self.environment, stdout=subprocess.PIPE, text=True)
        if result.returncode > 1:
            sys.exit(f"akin search ended with status {result.returncode} in {self.path}")
        hits = collections.defaultdict(list)
        for line in result.stdout.splitlines():
            row = json.loads(line)
            if "path" in row:
                hits[row["query"]].append(row)
        return [hits[text] for text in texts]


def signal_names(akin):
    """What the ranking's table calls its signals."""
    listing = subprocess.run([akin, "eval", "--signals"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return listing.split("\n")[:-1]


def scores(folder, rows, *options):
    found = folder.search([row["query"] for row in rows], *options)
    return [ndcg(hits, row["relevant"]) for hits, row in zip(found, rows)]


def mean(values):
    values = list(values)
    return sum(values) / len(values) if values else float("nan")


def interval(groups, samples=2000):
    """95 % of the means over groups of the means of samples of each group."""
    chance = random.Random(15)
    means = sorted(
        mean(mean(chance.choices(group, k=len(group))) for group in groups) for _ in range(samples))
    return means[int(samples * 0.025)], means[int(samples * 0.975)]


def by_category(figures, annotated):
    groups = collections.defaultdict(list)
    for name, values in figures.items():
        for value, row in zip(values, annotated[name]):
            groups[row["category"]].append(value)
    return groups


def print_modes(figures, annotated):
    rows = []
    for mode, values in figures.items():
        low, high = interval(list(values.values()))
        groups = by_category(values, annotated)
        rows.append([mode, f"{mean(mean(v) for v in values.values()):.3f}", f"{low:.3f} to {high:.3f}"]
                    + [f"{mean(groups[c]):.3f}" for c in CATEGORIES])
    print("\n".join(measure.table(["mode", "NDCG@10", "95 %", *CATEGORIES], rows)), "\n")


def print_repositories(figures, folders):
    rows = [[name, f"{folder.seconds:.1f}", *(f"{mean(figures[mode][name]):.3f}" for mode in figures)]
            for name, folder in folders.items()]
    print("\n".join(measure.table(["repository", "index s", *figures], rows)), "\n")


def print_budgets(folders, annotated):
    """The share of the right files that are named within so many tokens."""
    rows = []
    for tokens in BUDGETS:
        shares = []
        for name, folder in folders.items():
            found = folder.search([row["query"] for row in annotated[name]], "--max-tokens", str(tokens), count=None)
            shares.append(mean(
                mean(any(covers(hit, {"path": target["path"]}) for hit in hits) for target in row["relevant"])
                for hits, row in zip(found, annotated[name])))
        rows.append([f"{tokens:,}", f"{mean(shares):.3f}"])
    print("\n".join(measure.table(["tokens", "recall of files"], rows)), "\n")


def print_ablation(akin, folders, annotated, whole):
    rows = []
    for name in signal_names(akin):
        values = {repository: scores(folder, annotated[repository], "--without", name)
                  for repository, folder in folders.items()}
        groups = by_category(values, annotated)
        value = mean(mean(v) for v in values.values())
        rows.append([name, f"{value:.3f}", f"{value - whole:+.4f}"] + [f"{mean(groups[c]):.3f}" for c in CATEGORIES])
    print("\n".join(measure.table(["without", "NDCG@10", "difference", *CATEGORIES], rows)), "\n")


def print_first_answers(akin, folders, annotated, whole):
    rows, first = [], {}
    for name, folder in folders.items():
        texts = [row["query"] for row in annotated[name]]
        seconds, processor, share = first_answers.times(akin, folder.path, texts)
        found = first_answers.answers(akin, folder.path, texts)
        first[name] = [ndcg(hits, row["relevant"]) for hits, row in zip(found, annotated[name])]
        rows.append([name, f"{seconds:.2f}", f"{processor:.2f}", f"{share:.1%}", f"{mean(first[name]):.3f}",
                     f"{mean(whole[name]):.3f}"])
    values = [mean(mean(v) for v in figures.values()) for figures in (first, whole)]
    rows.append(["mean", "", "", "", *(f"{value:.3f}" for value in values)])
    load = os.getloadavg()[0]
    print("\n".join(measure.table(
        ["repository", "first answer s", "CPU s", "embedded", "NDCG@10 of it", "of the whole index"], rows)))
    print(f"load at the end {load:.1f} on {os.cpu_count()} CPUs\n")


def print_unanswered(folders, annotated):
    """How often "no good match" is said: of queries with an answer, and of some without one."""
    chance = random.Random(15)
    everything = {row["query"] for rows in annotated.values() for row in rows}
    abstracts = [row["text"].strip() for row in quality.cranfield_rows()[1]]
    said, lost, asked = collections.Counter(), 0, collections.Counter()
    for name, folder in folders.items():
        own = [row["query"] for row in annotated[name]]
        kinds = {
            "its own": own, "another repository's": chance.sample(sorted(everything - set(own)), 20),
            "aerodynamics (Cranfield)": chance.sample(abstracts, 15), "made-up names": MADE_UP}
        for kind, texts in kinds.items():
            empty = [not hits for hits in folder.search(texts)]
            asked[kind] += len(texts)
            said[kind] += sum(empty)
            if kind == "its own" and any(empty):
                near = scores(folder, annotated[name], "--threshold=-1")
                lost += sum(is_empty and value > 0 for is_empty, value in zip(empty, near))
    rows = [[kind, str(count), f"{said[kind] / count:.1%}", f"{lost / count:.1%}" if kind == "its own" else ""]
            for kind, count in asked.items()]
    print("\n".join(measure.table(["queries", "asked", "no good match", "with a right file among ten"], rows)), "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--akin", default=measure.AKIN)
    parser.add_argument("--repositories", default=os.environ.get("AKIN_REPOSITORIES") or os.path.join(
        measure.TOP, ".cache/code-search"))
    parser.add_argument("--only", nargs="*", help="names of repositories")
    parser.add_argument("--ablation", action="store_true", help="every signal switched off alone")
    parser.add_argument("--first", action="store_true", help="the first answer in a folder that was never indexed")
    parser.add_argument("--unanswered", action="store_true", help='how often "no good match" is said, with and without an answer')
    parser.add_argument("--modes", nargs="*", default=MODES)
    parser.add_argument("--rerank", metavar="MODEL", help="a cross-encoder that orders the best of each query once more")
    parser.add_argument("--data", help="where collections are kept; a new folder that goes afterwards unless given")
    parser.add_argument("--json", help="write the figures to this file")
    options = parser.parse_args()
    akin = os.path.abspath(options.akin)
    annotated = queries()
    with tempfile.TemporaryDirectory(prefix="akin-search-quality-") as temporary:
        folders = {}
        for repository in repositories():
            if options.only and repository["name"] not in options.only:
                continue
            path = checkout(repository, os.path.abspath(options.repositories))
            if path is None:
                print(f"left out: {repository['name']} cannot be had at {repository['revision'][:12]}")
                continue
            folders[repository["name"]] = Folder(akin, path, options.data or temporary)
        if not folders:
            sys.exit("no repository could be had")
        figures = {mode: {name: scores(folder, annotated[name], "--mode", mode) for name, folder in folders.items()}
                   for mode in options.modes}
        if options.rerank:
            figures["hybrid, read again"] = {
                name: scores(folder, annotated[name], "--rerank", options.rerank, "--rerank-budget", "60000")
                for name, folder in folders.items()}
        print_modes(figures, annotated)
        print_repositories(figures, folders)
        print("\n".join(measure.table(["published", "over", "NDCG@10"], [[n, o, f"{v:.3f}"] for n, o, v in PEERS])), "\n")
        print_budgets(folders, annotated)
        if options.unanswered:
            print_unanswered(folders, annotated)
        if options.first:
            print_first_answers(akin, folders, annotated, figures["hybrid"])
        if options.ablation:
            print_ablation(akin, folders, annotated, mean(mean(v) for v in figures["hybrid"].values()))
        if options.json:
            with open(options.json, "w", encoding="utf-8") as file:
                json.dump(figures, file)


if __name__ == "__main__":
    main()
