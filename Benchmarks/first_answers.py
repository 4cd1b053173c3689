"""The first answer in a folder that was never indexed: how long it takes, and how good it is beside that of the whole index.

Each time is of a process of its own with no collection and the model in its cache, as for a person who meets a folder; what would follow in the
background is left. Each query's hits are of a collection in which nothing was embedded before that query.
"""

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 3


def search(akin, path, data, text, *options):
    """The hits of one query, and the seconds and CPU seconds of its process."""
    environment = {**os.environ, "AKIN_DATA": data, "NO_COLOR": "1"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    run = subprocess.run(
        [akin, "search", "--json", "--no-background", *options, "--file", "-"], cwd=path, env=environment,
        input=text + "\n", stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    seconds = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if run.returncode > 1:
        sys.exit(f"akin search ended with status {run.returncode} in {path}")
    hits = [row for row in map(json.loads, run.stdout.splitlines()) if "path" in row]
    return hits, seconds, sum(after[:2]) - sum(before[:2])


def times(akin, path, texts):
    """Medians of seconds, CPU seconds and of the share that is embedded, each run in a new collection."""
    rows = []
    for text in texts[:RUNS]:
        with tempfile.TemporaryDirectory(prefix="akin-first-") as data:
            hits, seconds, processor = search(akin, path, data, text)
            rows.append((seconds, processor, hits[0]["embeddedShare"] if hits else 0))
    return [statistics.median(column) for column in zip(*rows)]


def answers(akin, path, texts):
    """The hits of each query, before which nothing was embedded."""
    found = []
    with tempfile.TemporaryDirectory(prefix="akin-first-") as folder:
        words, data = os.path.join(folder, "words"), os.path.join(folder, "data")
        search(akin, path, words, texts[0], "--budget", "0")
        for text in texts:
            shutil.copytree(words, data)
            found.append(search(akin, path, data, text, "--no-update", "-k", "10")[0])
            shutil.rmtree(data)
    return found
