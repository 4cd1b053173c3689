"""The names of sentence-transformers over Akin; they need numpy.

    from akin.sentence_transformers import SentenceTransformer, util

`install` puts them in place of sentence-transformers for libraries that import it themselves.
"""

from __future__ import annotations

import importlib
import sys
import types
from typing import Any

from .. import util
from ..util import SimilarityFunction
from ._model import SentenceTransformer

__all__ = ["SentenceTransformer", "SimilarityFunction", "install", "util"]

#: The version of sentence-transformers whose names and meanings these are.
API_VERSION = "6.2.0"

# What people and libraries read: KeyBERT and BERTopic look for this name in that of the type.
SentenceTransformer.__module__ = __name__


def install() -> None:
    """Has every later `from sentence_transformers import SentenceTransformer` give Akin's class.

    Where sentence-transformers is installed, all of its other names stay its own; where it is
    not, `sentence_transformers` is a module with the names of this one. Call it before importing
    the library that is to use Akin.
    """
    name = "sentence_transformers"
    module: Any
    try:
        module = importlib.import_module(name)
    except ImportError:
        module = types.ModuleType(name, __doc__)
        module.__version__ = API_VERSION
        module.__path__ = []
        module.SimilarityFunction = SimilarityFunction
        module.util = util
        sys.modules[name] = module
        sys.modules[f"{name}.util"] = util
    module.SentenceTransformer = SentenceTransformer
