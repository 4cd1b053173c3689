"""The notebook that Akin began with, its one import changed, its printed values beside Akin's.

    python clients/python/examples/notebook.py >clients/python/examples/notebook.md

It wants numpy, and shows the notebook's own models too where they are on this machine.
"""

from __future__ import annotations

import json
import pathlib

import numpy as np

from akin import ModelError, SentenceTransformer, util  # from sentence_transformers import ...

FOLDER = pathlib.Path(__file__).resolve().parent
VALUES = json.loads((FOLDER / "notebook.json").read_text(encoding="utf-8"))
PRINTED = VALUES["notebook"]


def mean_pooled(model, texts):
    """The notebook's own pooling: the mean of a text's token vectors."""
    return np.stack([m.mean(0) for m in model.encode(texts, output_value="token_embeddings")])


def three_documents(model):
    vectors = mean_pooled(model, VALUES["threeDocuments"])
    return util.cos_sim(vectors, vectors)


def what_is_ai(model):
    query, documents = model.encode("What is AI?"), model.encode(VALUES["documents"])
    return model.similarity(query, documents)[0]


def answers(model):
    scores = model.similarity(model.encode(VALUES["queries"]), model.encode(VALUES["documents"]))
    return scores.argmax(1)


def run(step, name=None, precision="f32"):
    """A step's values; None where the model is not on this machine."""
    model = SentenceTransformer(name, precision=precision)
    try:
        return np.asarray(step(model)).ravel()
    except ModelError:
        return None
    finally:
        model.close()


def table(rows, columns):
    """Rows by their names, columns of values by theirs; those without values are left out."""
    columns = {name: values for name, values in columns.items() if values is not None}
    print("| |", " | ".join(columns), "|")
    print("|---|" + "---:|" * len(columns))
    for index, row in enumerate(rows):
        cells = (values[index] for values in columns.values())
        print(f"| {row} |", " | ".join(f"{cell:.3f}" for cell in cells), "|")
    print()


def show(rows, step, theirs, printed, notebooks_model):
    """The notebook's values and Akin's, of the notebook's model and of the default one."""
    table(
        rows,
        {
            f"notebook, {notebooks_model}": np.asarray(printed).ravel(),
            f"Akin, {notebooks_model}": run(step, notebooks_model),
            "reference, all-MiniLM-L6-v2": np.asarray(theirs).ravel(),
            "Akin, float32": run(step),
            "Akin, int8": run(step, precision="q8_0"),
        },
    )


def main():
    documents, three = VALUES["documents"], VALUES["threeDocuments"]
    print("# The notebook, its one import changed\n")
    print("What [notebook.py](notebook.py) prints. The notebook used `bert-base-uncased` and")
    print("`all-MiniLM-L12-v2`; its steps were also run with Akin's default model by the reference")
    print("implementation, sentence-transformers in float32, and by Akin.\n")
    print(f"## Token ids\n\n    {three[0]}\n")
    model = SentenceTransformer()
    ids = model.tokenize(three[:1])["input_ids"][0].tolist()
    model.close()
    print(f"    notebook  {PRINTED['bertBaseUncasedInputIds']}\n    Akin      {ids}\n")
    print("## Cosines of three documents, their token vectors averaged\n")
    pairs = [f"{left[:18]}… : {right[:18]}…" for left in three for right in three]
    theirs = VALUES["threeDocumentsMeanPooledCosine"]
    printed = PRINTED["bertBaseUncasedMeanPooledCosine"]
    show(pairs, three_documents, theirs, printed, "bert-base-uncased")
    print("## What is AI?\n")
    printed = PRINTED["allMiniLML12v2QueryWhatIsAI"]
    show(documents, what_is_ai, VALUES["cosine"][0], printed, "all-MiniLM-L12-v2")
    print("## The best document for each question\n")
    best = run(answers, precision="q8_0")
    print("| question | notebook | Akin |\n|---|---|---|")
    for question, theirs, ours in zip(VALUES["queries"], PRINTED["best"], best):
        print(f"| {question} | {documents[theirs]} | {documents[ours]} |")


if __name__ == "__main__":
    main()
