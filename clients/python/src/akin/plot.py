"""Pictures by matplotlib: texts laid out by meaning, and scores of texts against texts.

Each function draws on the axes that it is given, or on new ones, and returns them; the picture is
the caller's to show or save.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ._values import Clusters

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_map", "plot_similarity"]

# Of a text beside a matrix.
_LONGEST_LABEL = 40
# Larger matrices have no numbers in their cells, and still larger ones no texts beside them.
_MOST_NUMBERS = 20
_MOST_LABELS = 60
# Inches of a row with a number, of one with a label alone, and of a column of letters.
_NUMBER, _LABEL, _LETTER = 0.45, 0.22, 0.085
# Fonts with the letters that matplotlib's own has not, where they are installed.
_FONTS = (
    "Noto Sans CJK JP", "Noto Sans CJK SC", "Source Han Sans", "IPAexGothic", "WenQuanYi Zen Hei",
    "Droid Sans Fallback", "Hiragino Sans", "PingFang SC", "Yu Gothic", "Microsoft YaHei",
    "Malgun Gothic", "Noto Sans Thai", "Noto Sans Devanagari", "Arial Unicode MS",
)  # fmt: skip


def plot_map(
    clusters: Clusters, *, ax: Axes | None = None, labels: int = 12, size: float | None = None
) -> Axes:
    """A point a text, in the colour of its group, with the words of the largest groups.

    Args:
        clusters: the answer of `clusters(..., layout=True)`.
        labels: groups whose words are written, the largest.
        size: of a point; by their number unless given.
    """
    if not clusters.points:
        raise ValueError("clusters: no points; ask for clusters(..., layout=True)")
    axes = _axes(ax, 8, 8)
    marker = size or max(1.0, min(30.0, 20_000 / len(clusters.points)))
    fonts = _fonts()
    colors = _colors(len(clusters.clusters))
    by_group: dict[int | None, list[tuple[float, float]]] = {}
    for point in clusters.points:
        by_group.setdefault(point.cluster, []).append((point.x, point.y))
    for group in sorted(by_group, key=lambda group: -1 if group is None else group):
        xs, ys = zip(*by_group[group])
        color = "0.7" if group is None else colors[group]
        # Screens count downwards, and so does `akin map`.
        axes.scatter(xs, [-y for y in ys], s=marker, color=color, linewidths=0)
    for group, cluster in enumerate(clusters.clusters[:labels]):
        points = by_group.get(group)
        if points is None:
            continue
        middle = [sorted(values)[len(values) // 2] for values in zip(*points)]
        axes.annotate(
            _plain(", ".join(word for word, _ in cluster.words[:3])),
            (middle[0], -middle[1]),
            # Above the middle, which may be a single point.
            xytext=(0, 7),
            textcoords="offset points",
            ha="center",
            fontsize="small",
            fontfamily=fonts,
            bbox={"boxstyle": "round,pad=0.2", "fc": "white", "ec": "none", "alpha": 0.7},
        )
    axes.set_aspect("equal")
    axes.set_axis_off()
    return axes


def plot_similarity(
    scores: Sequence[Sequence[float]],
    left: Sequence[str],
    right: Sequence[str] | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """A heat map of the answer of `similarity`, with the texts beside it.

    Args:
        scores: a row a text of `left`, a column a text of `right`, or of `left` again.
    """
    columns = left if right is None else right
    if len(scores) != len(left) or any(len(row) != len(columns) for row in scores):
        raise ValueError(
            f"scores: expected {len(left)} rows of {len(columns)}, as many as there are texts"
        )
    if not left or not columns:
        raise ValueError("scores: no texts")
    # Labels of more texts would lie on one another: their numbers stand there then.
    rows = [_shortened(text) for text in left] if len(left) <= _MOST_LABELS else []
    heads = [_shortened(text) for text in columns] if len(columns) <= _MOST_LABELS else []
    has_numbers = max(len(left), len(columns)) <= _MOST_NUMBERS
    # Heads stand on a slant.
    slant = 0.71 * _width(heads)
    width = _extent(len(columns), has_numbers) + max(_width(rows), slant) + 1.2
    axes = _axes(ax, width, _extent(len(left), has_numbers) + slant + 0.4)
    image = axes.imshow([list(row) for row in scores], cmap="viridis", aspect="auto")
    axes.figure.colorbar(image, ax=axes)
    fonts = _fonts()
    if rows:
        axes.set_yticks(range(len(rows)), rows, fontfamily=fonts)
    if heads:
        axes.set_xticks(
            range(len(heads)),
            heads,
            rotation=45,
            ha="right",
            rotation_mode="anchor",
            fontfamily=fonts,
        )
    if has_numbers:
        low, high = image.get_clim()
        for row, line in enumerate(scores):
            for column, score in enumerate(line):
                # What is no number has no colour.
                if not math.isfinite(score):
                    continue
                is_bright = high > low and (score - low) / (high - low) > 0.6
                axes.text(
                    column,
                    row,
                    f"{score:.2f}",
                    ha="center",
                    va="center",
                    color="black" if is_bright else "white",
                )
    return axes


def _extent(texts: int, has_numbers: bool) -> float:
    """Inches of a side of so many texts."""
    if texts > _MOST_LABELS:
        return 8.0
    return max(2.2, texts * (_NUMBER if has_numbers else _LABEL))


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1


def _width(labels: Sequence[str]) -> float:
    """Inches of the longest."""
    return _LETTER * max((sum(map(_columns, label)) for label in labels), default=0)


def _fonts() -> list[str]:
    """Matplotlib's own font, and for other letters those of the system that have them."""
    import matplotlib
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    own: list[str] = list(matplotlib.rcParams["font.family"])
    return own + [name for name in _FONTS if name in known]


def _axes(given: Axes | None, width: float, height: float) -> Axes:
    if given is not None:
        return given
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError("akin.plot needs matplotlib: pip install matplotlib") from error
    axes: Axes = plt.subplots(layout="constrained", figsize=(width, height))[1]
    return axes


def _colors(count: int) -> list[Any]:
    """Colours that differ from their neighbours, by the golden angle; the same for every run."""
    import colorsys

    return [
        colorsys.hls_to_rgb(number * 0.618034 % 1, 0.45 + 0.12 * (number % 3 - 1), 0.6)
        for number in range(count)
    ]


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    left = _LONGEST_LABEL
    for place, letter in enumerate(line):
        left -= _columns(letter)
        if left < 0:
            return _plain(line[: place - 1] + "…")
    return _plain(line)


def _plain(text: str) -> str:
    """Text that matplotlib takes as it is: a dollar sign would begin a formula."""
    return text.replace("$", r"\$")
