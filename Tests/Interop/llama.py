"""llama.cpp by whichever of its two packages is there: llama-cpp-python, which is compiled, or llama-cpp-py-sync, which is built."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

IS_THERE = bool(find_spec("llama_cpp") or find_spec("llama_cpp_py_sync"))


class Llama:
    """A GGUF file that makes vectors, as llama.cpp reads it."""

    def __init__(self, file: Path, context: int):
        options = dict(embedding=True, n_ctx=context, n_batch=context, n_ubatch=context, verbose=False)
        self.is_compiled = find_spec("llama_cpp") is not None
        if self.is_compiled:
            import llama_cpp

            self.model = llama_cpp.Llama(str(file), **options)
        else:
            import llama_cpp_py_sync

            self.model = llama_cpp_py_sync.Llama(str(file), **options)

    def close(self) -> None:
        self.model.close()

    def tokenize(self, text: str) -> list[int]:
        """With what the file's template puts around a text, and special tokens of the text as letters."""
        if self.is_compiled:
            return self.model.tokenize(text.encode(), add_bos=True, special=False)
        return list(self.model.tokenize(text, add_special=True, parse_special=False))

    def embed(self, text: str) -> list[float]:
        """The pooled vector, of length 1."""
        if self.is_compiled:
            return self.model.embed(text, normalize=True)
        return self.model.get_embeddings(text, normalize=True)
