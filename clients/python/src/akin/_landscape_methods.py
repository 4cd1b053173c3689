"""Texts grouped by meaning, and laid out in a plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._stored_methods import written
from ._text_methods import OneOrMore
from ._values import Clusters, MapPoint, read_cluster, read_origin
from ._work import Work, one, params

if TYPE_CHECKING:
    from typing import Literal

    from ._stored_methods import Documents


def clusters(
    documents: Documents | None = None,
    *,
    collection: OneOrMore | None = None,
    model: str | None = None,
    count: int | None = None,
    members: int | None = None,
    words: int | None = None,
    by: Literal["chunk", "file"] | None = None,
    layout: bool | None = None,
    filter: Mapping[str, Any] | None = None,
    glob: OneOrMore | None = None,
    language: OneOrMore | None = None,
    timeout: float | None = None,
) -> Work[Clusters]:
    """Groups `documents`, or those stored in `collection`, by meaning, the largest group first.

    The same texts have the same groups. All documents go in one request, since each is compared
    with all others: no more than the server takes in one.

    Args:
        model: of `documents`: one of the models that the server was started with.
        count: exactly so many groups; as many as the texts have where it is None.
        members: texts that are listed of each group, at most; 10 unless given.
        by: what a text of a collection is, a chunk unless given.
        layout: whether each text gets a place in a plane, which `akin.plot.plot_map` draws.
    """

    def answer(result: Mapping[str, Any]) -> Clusters:
        return Clusters(
            clusters=[read_cluster(cluster) for cluster in result["clusters"]],
            outliers=result["outliers"],
            pending=result.get("pending", 0),
            points=[_point(point) for point in result.get("points", ())],
        )

    given = None if documents is None else written(documents)
    asked = params(
        documents=given,
        collection=collection,
        model=model,
        count=count,
        members=members,
        words=words,
        by=by,
        layout=layout,
        filter=filter,
        glob=glob,
        language=language,
    )
    return one("clusters", asked, answer, timeout)


def _point(members: Mapping[str, Any]) -> MapPoint:
    return MapPoint(members["x"], members["y"], members.get("cluster"), origin=read_origin(members))
