"""Akin as the embeddings of LlamaIndex. It needs llama-index-core."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from pydantic import BaseModel, PrivateAttr

from ._client import Akin
from ._retrieval import Retrieval

if TYPE_CHECKING:
    from ._text_methods import Options


class AkinEmbedding(BaseEmbedding):
    """Embeds texts and queries on this machine.

    Where the model has prompts named `query` and `document`, they are put before the texts.
    """

    _retrieval: Retrieval = PrivateAttr()

    def __init__(
        self,
        akin: Akin | None = None,
        *,
        options: Options | None = None,
        model_name: str = "akin",
        **fields: Any,
    ) -> None:
        """
        Args:
            akin: the client; None makes one with Akin's default model.
            options: how texts are embedded, as in `{"overflow": "window"}`.
            model_name: what LlamaIndex calls it; the model is the client's.
            fields: those of `BaseEmbedding`, such as `embed_batch_size`.
        """
        super().__init__(model_name=model_name, **fields)
        self._retrieval = Retrieval(akin or Akin(), options)

    def __setstate__(self, state: Any) -> None:
        # LlamaIndex's own makes the object anew from its fields, and with the default client.
        BaseModel.__setstate__(self, state)

    @classmethod
    def class_name(cls) -> str:
        return "AkinEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._retrieval.query(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._retrieval.documents([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._retrieval.documents(texts)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await self._retrieval.async_query(query)

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return (await self._retrieval.async_documents([text]))[0]

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await self._retrieval.async_documents(texts)
