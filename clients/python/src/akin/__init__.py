"""Sentence embeddings and semantic search by a local Akin server.

`Akin` waits for its answers, `AsyncAkin` awaits them, and `SentenceTransformer` stands in for the
class of that name in sentence-transformers. `akin.langchain` and `akin.llama_index` are adapters
for these libraries. `akin.arrow`, `akin.parquet`, `akin.spark`, `akin.ray`, `akin.dask` and
`akin.duckdb` embed whole columns, however long; `akin.plot` draws by matplotlib.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._async_client import AsyncAkin
from ._client import Akin
from ._errors import (
    AkinError,
    AkinNotFoundError,
    AkinTimeoutError,
    CancelledError,
    ClosedError,
    CollectionError,
    InvalidParametersError,
    LimitExceededError,
    ModelError,
    OverloadedError,
    ServerDiedError,
    ServerError,
    TextTooLongError,
    UnexpectedAnswerError,
)
from ._values import (
    Cluster,
    ClusterMember,
    Clusters,
    CollectionInfo,
    CollectionStatus,
    Commit,
    Document,
    Embeddings,
    Encoding,
    GraphStatus,
    History,
    Hit,
    IndexChange,
    MapPoint,
    Origin,
    Position,
    Progress,
    Range,
    Reranked,
    SparseEmbedding,
    StoredDocument,
    StoredDocuments,
    TokenEmbeddings,
)

if TYPE_CHECKING:
    from .sentence_transformers import SentenceTransformer as SentenceTransformer

# Without SentenceTransformer, which needs numpy, so that `import *` works everywhere.
__all__ = [
    "Akin",
    "AkinError",
    "AkinNotFoundError",
    "AkinTimeoutError",
    "AsyncAkin",
    "CancelledError",
    "ClosedError",
    "Cluster",
    "ClusterMember",
    "Clusters",
    "CollectionError",
    "CollectionInfo",
    "CollectionStatus",
    "Commit",
    "Document",
    "Embeddings",
    "Encoding",
    "GraphStatus",
    "History",
    "Hit",
    "IndexChange",
    "InvalidParametersError",
    "LimitExceededError",
    "MapPoint",
    "ModelError",
    "Origin",
    "OverloadedError",
    "Position",
    "Progress",
    "Range",
    "Reranked",
    "ServerDiedError",
    "ServerError",
    "SparseEmbedding",
    "StoredDocument",
    "StoredDocuments",
    "TextTooLongError",
    "TokenEmbeddings",
    "UnexpectedAnswerError",
]

__version__ = "0.1.0"


for _name in __all__:
    # What people read in errors and help is where they import it from.
    globals()[_name].__module__ = __name__


def __getattr__(name: str) -> Any:
    if name == "SentenceTransformer":
        try:
            from .sentence_transformers import SentenceTransformer
        except ModuleNotFoundError as error:
            if error.name != "numpy":
                raise
            raise ModuleNotFoundError(
                "akin.SentenceTransformer needs numpy: pip install numpy", name="numpy"
            ) from error
        return SentenceTransformer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
