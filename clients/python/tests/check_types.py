"""What a type checker makes of methods that are written once for both clients; never run."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Optional

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from numpy.typing import NDArray
    from typing_extensions import assert_type

    from akin import (
        Akin,
        AsyncAkin,
        Encoding,
        GraphStatus,
        History,
        Hit,
        IndexChange,
        TokenEmbeddings,
    )

    def waits(akin: Akin) -> None:
        assert_type(akin.embed("a", dtype="int8", overflow="window"), NDArray[Any])
        assert_type(akin.tokenize("a"), Encoding)
        assert_type(akin.tokenize(["a"], ["b"]), list[Encoding])
        assert_type(akin.embed_tokens("a"), TokenEmbeddings)
        assert_type(akin.detokenize([[101]]), list[str])
        assert_type(akin.search("a", ["b"], top_k=1), list[Hit])
        assert_type(akin.search(["a"], collection="notes", mode="hybrid"), list[list[Hit]])
        assert_type(akin.search("a", ["b"], regex="b", phrase=["b"], min_similarity=0.1), list[Hit])
        assert_type(akin.log("a", since=datetime.date(2026, 1, 1), path=["src/**"]), History)
        akin.log("a", since="yesterday")  # type: ignore[arg-type]
        assert_type(akin.index_add(folder="notes", progress=True), IndexChange)
        akin.embed("a", dtype="int4")  # type: ignore[arg-type]
        akin.similarity("a", "b", poling="cls")  # type: ignore[call-arg]
        akin.index_drop()  # type: ignore[call-arg]
        akin.search("a", ["b"], normalize=True)  # type: ignore[call-overload]
        assert_type(akin.index_status("notes").graph, Optional[GraphStatus])

    async def awaits(akin: AsyncAkin) -> None:
        one = akin.tokenize("a")
        coroutine: Coroutine[Any, Any, Encoding] = one
        assert_type(await coroutine, Encoding)
        assert_type(await akin.tokenize(["a"]), list[Encoding])
        assert_type(await akin.search("a", collection=["x", "y"]), list[Hit])
        await akin.search("a", top="1")  # type: ignore[call-overload]
