#!/usr/bin/env python3
"""What int8 costs a model: STS and Cranfield in q8_0 beside the same model in float32, both by Akin.

    model_quality.py MODEL... [--akin PROGRAM] [--eval FOLDER]

A MODEL is a name or a folder; rows of others stay in RESULTS.md as they are. That float32 is sentence-transformers' is held by Tests/Interop. FOLDER as for quality.py. Ends with
status 1 where q8_0 falls more than 0.003 below float32.
"""

import argparse
import os
import sys
import tempfile

import measure
import quality

SETS = ["Cranfield, nDCG@10", "Cranfield, MRR@10"]


def figures(akin, folder):
    """The value of each set by its name."""
    found = {}
    for key, pairs in quality.sts_sets(folder):
        left, right = akin.embed([pair[1] for pair in pairs]), akin.embed([pair[2] for pair in pairs])
        scores = [sum(x * y for x, y in zip(a, b)) for a, b in zip(left, right)]
        found[" ".join(key)] = quality.spearman([pair[0] for pair in pairs], scores)
    documents, queries = quality.cranfield_rows()
    found.update(zip(SETS, quality.metrics(quality.plain_rankings(akin, documents, queries), queries)))
    return found


def earlier():
    """The rows of models that were measured before, which stay in the table."""
    if not os.path.exists(measure.RESULTS):
        return []
    with open(measure.RESULTS, encoding="utf-8") as file:
        section = file.read().partition("<!-- begin models -->")[2].partition("<!-- end models -->")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("| ")]
    return [row for row in cells if row[0] != "model"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--akin", default=measure.AKIN)
    parser.add_argument("--eval", default=os.environ.get("AKIN_EVAL") or os.path.join(measure.TOP, "../shared/eval"))
    options = parser.parse_args()
    rows, low = [], []
    for model in options.models:
        name, found = os.path.basename(os.path.normpath(model)), {}
        for precision in ("f32", "q8_0"):
            with tempfile.TemporaryDirectory(prefix="akin-quality-") as data:
                akin = quality.Akin(options.akin, precision, data, model)
                found[precision] = figures(akin, options.eval)
                akin.close()
        differences = {key: found["q8_0"][key] - value for key, value in found["f32"].items()}
        worst = min(differences, key=differences.get)
        sts = [key for key in differences if key not in SETS]
        means = [sum(found[precision][key] for key in sts) / len(sts) if sts else float("nan") for precision in ("f32", "q8_0")]
        rows.append([
            name, *(f"{value:.4f}" for value in means),
            *(f"{found[precision][key]:.4f}" for key in SETS for precision in ("f32", "q8_0")),
            f"{differences[worst]:+.4f} ({worst})"])
        if differences[worst] < -quality.TOLERANCE:
            low.append(f"{name}, {worst}")
        print(rows[-1], flush=True)
    measured = {row[0] for row in rows}
    rows = [row for row in earlier() if row[0] not in measured] + rows
    header = ["model", "STS f32", "q8_0", "nDCG@10 f32", "q8_0", "MRR@10 f32", "q8_0", "furthest below"]
    lines = [
        "Spearman's correlation, the mean over the STS sets, and Cranfield by the cosine of whole abstracts; float32 and q8_0 by "
        "Akin.", "", *measure.table(header, rows)]
    measure.write_section("models", "What int8 costs models", lines)
    print("\n".join(lines))
    if low:
        sys.exit("more than 0.003 below float32: " + "; ".join(low))


if __name__ == "__main__":
    main()
