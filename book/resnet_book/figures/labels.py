"""Words beside points and lines, in place of legends."""

from collections.abc import Iterable, Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.text import Annotation


def note(
    ax: Axes, text: str, at: tuple[float, float], offset=(0, 0), **look: object
) -> Annotation:
    """Write `text` near a point.

    Args:
        ax: where.
        text: what.
        at: the point, in data coordinates.
        offset: points to its right and above it.
        **look: for `Axes.annotate`, such as `color=` and `ha=`.
    """
    return ax.annotate(text, at, xytext=offset, textcoords="offset points", **look)


def label_end(line: Line2D, text: str, *, dx: float = 4.0, dy: float = 0.0) -> None:
    """Write `text` at the right end of `line`, in its colour, in place of a legend.

    Args:
        line: a line of an axes.
        text: the label.
        dx: points to the right of the last point.
        dy: points above it, to keep two labels apart.
    """
    look = dict(va="center", color=line.get_color(), annotation_clip=False)
    note(line.axes, text, tuple(line.get_xydata()[-1]), (dx, dy), **look)


def label_ends(lines: Mapping[str, Line2D], ax: Axes, apart: float = 13.0) -> None:
    """Labels at the ends of lines, moved up where two would touch.

    Args:
        lines: by their labels; all of them on `ax`, whose limits are set.
        ax: the axes.
        apart: least distance of two labels, in points.
    """
    low, high = ax.get_ylim()
    points = 0.72 * ax.figure.get_size_inches()[1] * 72 / (high - low)
    taken = -np.inf
    for name, line in sorted(lines.items(), key=lambda item: item[1].get_ydata()[-1]):
        at = line.get_ydata()[-1] * points
        taken = max(at, taken + apart)
        label_end(line, name, dx=6, dy=taken - at)


def labelled(
    ax: Axes,
    x,
    series: Mapping[str, Iterable],
    colors,
    dx: float = 7.0,
    dy: float = 0.0,
    **look: object,
) -> None:
    """Draw series as lines with dots, each with its name at its end.

    Args:
        ax: where.
        x: `(n,)`, the same for all.
        series: `(n,)` by name.
        colors: of each, at least as many.
        dx: points between a line and its name.
        dy: points of the name above the line's end.
        **look: for `Axes.plot`.
    """
    for (name, values), color in zip(series.items(), colors, strict=False):
        (line,) = ax.plot(x, values, "o-", color=color, **look)
        label_end(line, name, dx=dx, dy=dy)
