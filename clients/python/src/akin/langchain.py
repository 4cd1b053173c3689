"""Akin as the embeddings of LangChain. It needs langchain-core."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from ._client import Akin
from ._retrieval import Retrieval

if TYPE_CHECKING:
    from ._text_methods import Options


class AkinEmbeddings(Embeddings):
    """Embeds documents and queries on this machine.

    Where the model has prompts named `query` and `document`, they are put before the texts.
    """

    def __init__(self, akin: Akin | None = None, *, options: Options | None = None) -> None:
        """
        Args:
            akin: the client; None makes one with Akin's default model.
            options: how texts are embedded, as in `{"overflow": "window"}`.
        """
        self._retrieval = Retrieval(akin or Akin(), options)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._retrieval.documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._retrieval.query(text)

    async def aembed_documents(self, texts: list[str]) -> list[list[float]]:
        return await self._retrieval.async_documents(texts)

    async def aembed_query(self, text: str) -> list[float]:
        return await self._retrieval.async_query(text)
