"""llama.cpp by whichever of its packages is there: llama-cpp-python, which is compiled, or xllamacpp, which is built."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import urllib.request
from importlib.util import find_spec
from pathlib import Path

IS_THERE = bool(find_spec("llama_cpp") or find_spec("xllamacpp"))
# A process that has had one of its servers starts no second one.
SERVER = """
import sys
import xllamacpp

parameters = xllamacpp.CommonParams()
parameters.model.path, parameters.embedding, parameters.n_parallel = sys.argv[1], True, 1
parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = int(sys.argv[2])
parameters.warmup = False
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


class Llama:
    """A GGUF file that makes vectors, as llama.cpp reads it."""

    def __init__(self, file: Path, context: int):
        self.is_compiled = find_spec("llama_cpp") is not None
        if self.is_compiled:
            import llama_cpp

            self.model = llama_cpp.Llama(
                str(file), embedding=True, n_ctx=context, n_batch=context, n_ubatch=context, verbose=False)
            return
        # A file: a pipe that nobody reads would stop it.
        self.log = tempfile.TemporaryFile("w+", errors="replace")
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(file), str(context)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
            text=True)
        self.address = self.process.stdout.readline().strip()
        if not self.address:
            status = self.process.wait()
            self.log.seek(0)
            said = [line for line in self.log.read().splitlines() if " E " in line or "error" in line]
            self.log.close()
            raise AssertionError(f"llama.cpp does not read {file}: status {status}: {said[:4]}")

    def close(self) -> None:
        if self.is_compiled:
            return self.model.close()
        self.process.kill()
        self.process.communicate()
        self.log.close()

    def _ask(self, path: str, **body) -> dict:
        request = urllib.request.Request(
            self.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def tokenize(self, text: str) -> list[int]:
        """With what the file's template puts around a text, and special tokens of the text as letters."""
        if self.is_compiled:
            return self.model.tokenize(text.encode(), add_bos=True, special=False)
        return self._ask("/tokenize", content=text, add_special=True, parse_special=False)["tokens"]

    def embed(self, text: str) -> list[float]:
        """The pooled vector, of length 1."""
        if self.is_compiled:
            return self.model.embed(text, normalize=True)
        return self._ask("/v1/embeddings", input=text)["data"][0]["embedding"]
