"""What both adapters stand on: documents and queries, which frameworks tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from ._async_client import AsyncAkin
from ._client import Akin

if TYPE_CHECKING:
    from ._text_methods import Options


class Retrieval:
    """Lists of numbers, as these frameworks want them.

    Where the model has prompts named `query` and `document`, they are put before the texts, unless
    the options name another prompt.
    """

    def __init__(self, akin: Akin, options: Options | None) -> None:
        self._akin = akin
        self._async_akin = AsyncAkin.of(akin)
        self._options: Options = options or {}

    def __reduce__(self) -> Any:
        # Made anew in another process, where the client has a server of its own.
        return type(self), (self._akin, self._options)

    def documents(self, texts: Sequence[str]) -> list[list[float]]:
        if not texts:
            return []
        return _lists(self._akin.embed(list(texts), **self._for("document", self._prompts)))

    def query(self, text: str) -> list[float]:
        return list(map(float, self._akin.embed(text, **self._for("query", self._prompts))))

    async def async_documents(self, texts: Sequence[str]) -> list[list[float]]:
        if not texts:
            return []
        options = self._for("document", await self._async_prompts())
        return _lists(await self._async_akin.embed(list(texts), **options))

    async def async_query(self, text: str) -> list[float]:
        options = self._for("query", await self._async_prompts())
        return list(map(float, await self._async_akin.embed(text, **options)))

    @cached_property
    def _prompts(self) -> dict[str, str]:
        return cast("dict[str, str]", self._akin.model_info()["prompts"])

    async def _async_prompts(self) -> dict[str, str]:
        if "_prompts" not in self.__dict__:
            self.__dict__["_prompts"] = (await self._async_akin.model_info())["prompts"]
        return self._prompts

    def _for(self, task: str, prompts: dict[str, str]) -> Options:
        if task not in prompts or "prompt" in self._options or "prompt_name" in self._options:
            return self._options
        return {**self._options, "prompt_name": task}


def _lists(vectors: Any) -> list[list[float]]:
    return [vector.tolist() for vector in vectors]
