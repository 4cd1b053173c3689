"""Runs the built `akin` and reads what it prints, and reads the golden values."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FIXTURES = REPOSITORY / "Tests" / "Fixtures"
PROGRAM = Path(os.environ.get("AKIN", REPOSITORY / ".build" / "release" / "akin"))
TIME_LIMIT = 300  # seconds; a call takes a few


def default_model() -> Path:
    """The folder of the default model, found as Tests/AkinTestSupport/TestModel.swift finds it."""
    caches = [Path(os.environ["XDG_CACHE_HOME"]) / "akin"] if "XDG_CACHE_HOME" in os.environ else []
    caches += [Path.home() / ".cache" / "akin", Path.home() / "Library" / "Caches" / "akin"]
    if "AKIN_CACHE" in os.environ:
        caches = [Path(os.environ["AKIN_CACHE"])]
    folders = [cache / "models" / "sentence-transformers" / "all-MiniLM-L6-v2" for cache in caches]
    if "AKIN_TEST_MODEL" in os.environ:
        folders = [Path(os.environ["AKIN_TEST_MODEL"])]
    for folder in folders:
        if (folder / "model.safetensors").exists():
            return folder
    raise FileNotFoundError(f"no model.safetensors in {', '.join(map(str, folders))}: run 'make model' first")


class Akin:
    """The program with a cache of its own, which lasts as long as this value."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="akin-interop-")
        self.cache = Path(self._folder.name)

    def close(self) -> None:
        self._folder.cleanup()

    def lines(self, *arguments: str, texts: list[str]) -> list[dict]:
        """One object a text. The texts go in as JSON, so that line ends and controls pass unharmed."""
        finished = subprocess.run(
            [str(PROGRAM), *arguments, "--json", "--json-lines"],
            input="".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts).encode(),
            capture_output=True,
            env={**os.environ, "AKIN_CACHE": str(self.cache)},
            timeout=TIME_LIMIT,
            check=False,
        )
        if finished.returncode != 0:
            raise AssertionError(f"akin {' '.join(arguments)}: status {finished.returncode}: {finished.stderr.decode()}")
        lines = [json.loads(line) for line in finished.stdout.splitlines()]
        if len(lines) != len(texts):
            raise AssertionError(f"akin {' '.join(arguments)}: {len(texts)} texts, {len(lines)} lines")
        return lines

    def embed(self, model: Path, texts: list[str], *options: str) -> list[dict]:
        return self.lines("embed", "--model", str(model), *options, texts=texts)

    def tokenize(self, model: Path, texts: list[str], *options: str) -> list[dict]:
        return self.lines("tokenize", "--model", str(model), *options, texts=texts)

    def quantized(self, model: Path) -> Path:
        """The one GGUF file that Akin writes for a model folder on first use."""
        before = set(self.cache.rglob("*.gguf"))
        self.embed(model, ["first use"])
        written = set(self.cache.rglob("*.gguf")) - before
        if len(written) != 1:
            raise AssertionError(f"{model}: expected one new .gguf in {self.cache}, found {sorted(map(str, written))}")
        return written.pop()


def golden(name: str) -> list[dict]:
    """The lines of a golden file, vectors decoded."""
    lines = [json.loads(line) for line in (FIXTURES / name).read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if "embedding" in line:
            line["embedding"] = np.frombuffer(base64.b64decode(line["embedding"]), "<f4")
    return lines


def cosine(left, right) -> float:
    left, right = np.asarray(left, np.float64), np.asarray(right, np.float64)
    return float(left @ right / (np.linalg.norm(left) * np.linalg.norm(right)))
