"""Small models of every family, each with one member of one of its files changed: sentence-transformers' vectors, or a refusal that
names what is wrong.

A change that sentence-transformers itself does not load, or computes with weights that it draws at random, is to be refused.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import unittest
import warnings
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from akin_program import PROGRAM, golden
from key_folders import folder_of
from key_layouts import moved
from key_members import configuration_changes, pooling_changes, tokenizer_setting_changes
from key_tokenizers import tokenizer_changes

os.environ["HF_HUB_OFFLINE"] = "1"
FAMILIES = (
    "albert", "bert", "camembert", "distilbert", "electra", "gte", "jina-v2", "modernbert", "mpnet", "nomic_bert", "qwen3", "roberta",
    "xlm-roberta")
SWEEPS = {
    "config": configuration_changes, "settings": tokenizer_setting_changes, "pooling": pooling_changes, "tokenizer": tokenizer_changes,
    "layout": moved,
}
# What sentence-transformers does not load and Akin does: a number as 2.0 or "2", a null for a default, angles that a family with a table
# of positions never turns, and what fails in some texts alone (a word without token, a token or a position without row, rows to be filled
# up with no token for it), of which the others have their vectors. JinaBERT's code is looked for in the model's own folder alone.
TOLERATED = (
    "StrictDataclass", "TypeError", "AttributeError", "IndexError", "out of bounds", "must match the size of tensor",
    "must match the existing size", "Padding_idx must be within", "Missing [UNK] token", "processing class",
    "custom modality_config", "keys in `rope_parameters`", "not have a padding token", "not found in the vocabulary",
    "a file named modeling.py")
# What is told by another name than the member's, and what Akin refuses on purpose: a part of the change, and why.
KNOWN: list[tuple[str, str]] = [
    ("model.continuing_subword_prefix = \"@@\"", "the merges then join nothing"),
    ("config.json auto_map = gone", "transformers has no class of JinaBERT; what it is, the other members say"),
    ("config.json auto_map = {}", "likewise"),
]


class Sweep:
    def __init__(self, texts: list[str], cache: Path):
        self.texts, self.cache = texts, cache
        self.input = "".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts).encode()

    def akin(self, folder: Path):
        """The vectors, or the refusal."""
        done = subprocess.run(
            [str(PROGRAM), "embed", "--model", str(folder), "--precision", "f32", "--json", "--json-lines"], input=self.input,
            capture_output=True, env={**os.environ, "AKIN_CACHE": str(self.cache)}, timeout=2000, check=False)
        if done.returncode:
            return done.stderr.decode()
        return np.array([json.loads(line)["embedding"] for line in done.stdout.splitlines()])

    def reference(self, folder: Path, times: int):
        """sentence-transformers' vectors, or why it has none: an error, or weights that it draws at random."""
        from sentence_transformers import SentenceTransformer

        found = []
        try:
            for _ in range(times):
                model = SentenceTransformer(
                    str(folder), device="cpu", local_files_only=True, trust_remote_code=any(folder.rglob("modeling.py"))).float()
                found.append(np.asarray(model.encode(self.texts, batch_size=16, show_progress_bar=False), np.float32))
        except BaseException as error:  # noqa: BLE001
            return f"{type(error).__name__}: {error}"[:200]
        if found[0].shape != found[-1].shape or not np.array_equal(found[0], found[-1]):
            return "random weights"
        return found[0]

    def problem(self, folder: Path, name: str, keys: list[str]):
        # Weights that are not in the folder differ from one time to the next.
        expected, found = self.reference(folder, 2 if "" in keys or "config.json" in name else 1), self.akin(folder)
        refuses, isRefused = isinstance(found, str), isinstance(expected, str)
        if refuses and ("Fatal error" in found or not found.strip()):
            return f"{name}: Akin ends without a reason: {found[-200:]!r}"
        if isRefused:
            isOfType = any(part in expected for part in TOLERATED)
            return None if refuses or isOfType else f"LOADS {name}: sentence-transformers: {expected[:150]!r}"
        if refuses:
            # A tensor that the change asks for and the folder lacks is named itself.
            told = (
                "added token", "has the token", "lacks the unknown token", "' is missing", "auto_map.AutoModel", "model.vocab: expected",
                "model.merges: expected", "for the kind of model that the tokenizer has", "feed_forward_type: expected", "vocab.txt",
                "rope_parameters.sliding_attention")
            isNamed = any(key and key in found for key in keys) or any(part in found for part in told)
            return None if isNamed else f"REFUSES {name}: {found.strip()[-350:]!r}"
        if found.shape != expected.shape:
            return f"SHAPE {name}: {found.shape}, expected {expected.shape}"
        worst = np.abs(found - expected).max(axis=-1)
        if not worst.max() <= 1e-5:
            return f"WRONG {name}: {worst.max():.1e} in {(worst > 1e-5).sum()} of {len(worst)}, {self.texts[int(worst.argmax())][:40]!r}"
        return None


def texts() -> list[str]:
    lines = [line["text"] for line in golden("tokenize.jsonl")]
    chosen = [text for text in lines[::9] if text.strip()][:34]
    own = ["fire", "Fire on the hill, firefighters", "Ünïcödé Straße ﬁne № ½", "a  b\t c\n d", " leading", "trailing ", "<mask> x [MASK] y",
           "[CLS]", "</s> a <s>", "日本語 テキスト", "x" * 120, "fire fire  fire ," * 12, "e\u0301te\u0301", "123 4567", "don't stop"]
    return chosen + own


def pairs(changes: list, count: int, seed: int):
    """Changes of two members at once, chosen by chance."""
    def both(one, other):
        def change(folder: Path):
            one[1](folder)
            other[1](folder)
        return f"{one[0]} AND {other[0]}", change, [one[2], other[2]]

    chance = random.Random(seed)
    return [both(*chance.sample(changes, 2)) for _ in range(count)]


def sweep(family: str, kinds, report, twos: tuple[int, int] | None = None) -> int:
    from transformers.utils import logging

    warnings.filterwarnings("ignore")
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    count = 0
    with tempfile.TemporaryDirectory(prefix="akin-keys-") as work:
        corpus = [line["text"] for line in golden("tokenize.jsonl")] + [line["text"] for line in golden("embed.jsonl")]
        plain, changed = Path(work) / family, Path(work) / "changed"
        folder_of(family, plain, corpus)
        runner = Sweep(texts(), Path(work) / "cache")
        changes = [("as it is", lambda folder: None, "")]
        for kind in kinds:
            changes += SWEEPS[kind](plain)
        if twos:
            changes = pairs(changes, *twos)
        for name, change, key in changes:
            shutil.rmtree(changed, ignore_errors=True)
            shutil.copytree(plain, changed)
            try:
                change(changed)
            except (KeyError, IndexError, TypeError, OSError):
                continue
            count += 1
            problem = runner.problem(changed, name, key if isinstance(key, list) else [key])
            if problem and not any(part in name for part, _ in KNOWN):
                report(f"{family}: {problem}")
    return count


@unittest.skipUnless(find_spec("sentence_transformers"), "needs sentence-transformers")
class KeyTests(unittest.TestCase):
    def test_a_changed_folder_is_computed_as_it_says_or_refused(self):
        """AKIN_KEY_FAMILIES names some of the families: all take a quarter of an hour."""
        for family in os.environ.get("AKIN_KEY_FAMILIES", ",".join(FAMILIES)).split(","):
            with self.subTest(family=family):
                problems: list[str] = []
                print(f"{family}: {sweep(family, SWEEPS, problems.append)} folders")
                self.assertEqual(problems, [])


if __name__ == "__main__":
    if sys.argv[1:2] == ["sweep"]:  # FAMILY[,FAMILY]... [KIND[,KIND]...]
        total = sum(sweep(family, sys.argv[3].split(",") if len(sys.argv) > 3 else SWEEPS, lambda line: print(line, flush=True))
                    for family in sys.argv[2].split(","))
        print("changes:", total)
    elif sys.argv[1:2] == ["pairs"]:  # FAMILY[,FAMILY]... COUNT SEED
        twos = (int(sys.argv[3]), int(sys.argv[4]))
        print("changes:", sum(sweep(family, SWEEPS, lambda line: print(line, flush=True), twos) for family in sys.argv[2].split(",")))
    else:
        unittest.main()
