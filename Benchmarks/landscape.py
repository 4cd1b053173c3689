#!/usr/bin/env python3
"""Groups and layouts of `akin topics` and `akin map` beside those of the libraries that people use, in one run on the same vectors.

    Benchmarks/landscape.py --akin .build/release/akin                    # descriptions of Debian's packages, by section
    Benchmarks/landscape.py --akin .build/release/akin --folders DIR      # files of the folders in DIR, by folder
    Benchmarks/landscape.py --akin .build/release/akin --count 50000      # the time of many texts

Groups: adjusted mutual information with the labels (1 is perfect, 0 is chance). Layouts: trustworthiness at 10 neighbours (Venna and
Kaski 2001): how many of the nearest in the plane are near in the space of the vectors. Needs umap-learn, scikit-learn, leidenalg.
"""

import argparse
import json
import pathlib
import random
import subprocess
import sys
import tempfile
import time

SECTIONS = "games fonts sound mail database math graphics localization editors gnu-r haskell php kernel".split()


def packages(count: int) -> tuple[list[str], list[str]]:
    """Descriptions of packages with their sections; of equal ones one."""
    text = subprocess.run(["apt-cache", "dumpavail"], capture_output=True, check=True, text=True).stdout
    seen, found = set(), []
    for entry in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in entry.split("\n") if ": " in line and not line.startswith(" "))
        section, description = fields.get("Section", "").split("/")[-1], fields.get("Description", "")
        if description and description not in seen and (count > 5000 or section in SECTIONS):
            seen.add(description)
            found.append((description, section))
    random.Random(1).shuffle(found)
    found = found[:count]
    return [text for text, _ in found], [section for _, section in found]


def files(root: pathlib.Path, count: int) -> tuple[list[str], list[str]]:
    """Beginnings of files, by the folder of the root that they are in."""
    found = []
    for folder in sorted(root.iterdir()):
        own = []
        for path in sorted(folder.rglob("*")):
            if path.is_file() and ".git" not in path.parts and path.stat().st_size > 300:
                try:
                    own.append((path.read_text(encoding="utf-8")[:1200], folder.name))
                except UnicodeDecodeError:
                    continue
        random.Random(1).shuffle(own)
        found += own[: max(1, count // 20)]
    return [text for text, _ in found], [name for _, name in found]


def run(command: list[str], **more) -> tuple[str, float]:
    start = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, **more)
    if done.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout, time.monotonic() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--akin", default=".build/release/akin")
    parser.add_argument("--folders", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--only", choices=["groups", "layout"])
    parser.add_argument("--start", choices=["spectral", "pca"], help="of umap-learn's layout, of which there are two otherwise")
    options = parser.parse_args()

    import numpy as np
    from sklearn.manifold import trustworthiness
    from sklearn.metrics import adjusted_mutual_info_score as information

    texts, labels = files(options.folders, options.count) if options.folders else packages(options.count)
    texts = [" ".join(text.split()) for text in texts]
    print(f"{len(texts)} texts, {len(set(labels))} labels")
    with tempfile.TemporaryDirectory() as folder:
        lines = pathlib.Path(folder, "texts.jsonl")
        lines.write_text("".join(json.dumps({"text": text, "id": n}) + "\n" for n, text in enumerate(texts)))
        array = pathlib.Path(folder, "vectors.npy")
        source = ["--file", str(lines), "--json-lines"]
        _, embedding = run([options.akin, "embed", *source, "--normalize", "--output", str(array)])
        vectors = np.load(array)
        print(f"embedding took {embedding:.1f} s, which the times below of akin contain once more")

        def report(name: str, groups, seconds: float) -> None:
            kept = [n for n, group in enumerate(groups) if group >= 0]
            score = information([labels[n] for n in kept], [groups[n] for n in kept])
            print(f"  {name:44} {len(set(groups)) - (-1 in groups):4} groups  AMI {score:.3f}  "
                  f"left out {len(groups) - len(kept):5}  {seconds:6.1f} s")

        def akin(*more: str) -> tuple[list[int], float]:
            output, seconds = run([options.akin, "topics", *source, "--json", *more])
            groups = [-1] * len(texts)
            for line in output.splitlines():
                group = json.loads(line)
                for member in group["members"]:
                    for text in [member, *member.get("copies", [])]:
                        groups[text["id"]] = group["group"]
            return groups, seconds

        def timed(work) -> tuple[list[int], float]:
            start = time.monotonic()
            return [int(group) for group in work()], time.monotonic() - start

        if options.only != "layout":
            true = len(set(labels))
            print("groups")
            report("akin topics", *akin())
            report("akin topics, as many as labels", *akin("--groups", str(true)))
            from sklearn.cluster import HDBSCAN, KMeans

            report("k-means, as many as labels", *timed(lambda: KMeans(true, n_init=3, random_state=1).fit_predict(vectors)))
            root = round((len(texts) / 2) ** 0.5)
            report("k-means, sqrt(n / 2)", *timed(lambda: KMeans(root, n_init=1, random_state=1).fit_predict(vectors)))
            if len(texts) <= 20_000:
                import igraph
                import leidenalg
                from sklearn.neighbors import kneighbors_graph

                def leiden(weighted: bool):
                    near = kneighbors_graph(vectors, 15, mode="distance", metric="cosine").tocoo()
                    graph = igraph.Graph(len(texts), list(zip(near.row.tolist(), near.col.tolist())))
                    weights = (1 - near.data).tolist() if weighted else None
                    return leidenalg.find_partition(
                        graph, leidenalg.ModularityVertexPartition, weights=weights, seed=1).membership

                report("leidenalg, neighbours by cosine", *timed(lambda: leiden(True)))
                import umap

                def recipe():
                    plane = umap.UMAP(n_neighbors=15, n_components=5, min_dist=0.0, metric="cosine", random_state=1)
                    return HDBSCAN(min_cluster_size=max(10, len(texts) // 200)).fit_predict(plane.fit_transform(vectors))

                report("umap-learn to 5 and HDBSCAN (BERTopic)", *timed(recipe))
        if options.only != "groups":
            print("layout, trustworthiness at 10")
            sample = np.random.RandomState(1).permutation(len(texts))[:10_000]

            def trust(name: str, places, seconds: float) -> None:
                score = trustworthiness(vectors[sample], places[sample], n_neighbors=10, metric="cosine")
                print(f"  {name:44} {score:.4f}  {seconds:6.1f} s")

            output, seconds = run([options.akin, "map", *source, "--json"])
            places = np.zeros((len(texts), 2))
            for line in output.splitlines():
                point = json.loads(line)
                places[point["id"]] = point["x"], point["y"]
            trust("akin map", places, seconds)
            import umap

            for name, more in [("umap-learn", {}), ("umap-learn, PCA first", {"init": "pca"})]:
                if options.start and options.start != more.get("init", "spectral"):
                    continue
                start = time.monotonic()
                layout = umap.UMAP(metric="cosine", random_state=1, **more).fit_transform(vectors)
                trust(name, layout, time.monotonic() - start)
            from sklearn.decomposition import PCA

            trust("two principal components", PCA(2).fit_transform(vectors), 0)


if __name__ == "__main__":
    main()
