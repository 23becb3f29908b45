"""Drawings of blocks, made from the names of their layers.

A row is one block: x enters at the left, the layers of F lie on the line, and the
shortcut runs above it to the addition.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from resnet_book.ch02_residual_blocks.figures import columns
from resnet_book.ch02_residual_blocks.figures.columns import kind_color
from resnet_book.figures.style import INK, MUTED, figure

_GAP, _RISE = 0.26, 0.8


class Drawing(NamedTuple):
    """One block, by the words in its boxes.

    Attributes:
        branch: layers of F, first to last.
        after: layers after the addition.
        before: layers before the paths part.
        shortcut: layers on the shortcut; `None` for a block that has none.
    """

    branch: Sequence[str]
    after: Sequence[str] = ()
    before: Sequence[str] = ()
    shortcut: Sequence[str] | None = ()


def blocks(drawings: dict[str, Drawing], *, row: float = 1.1) -> Figure:
    """Blocks one below another, in the same scale.

    Args:
        drawings: a `Drawing` by the title of its row.
        row: height of a row in inches.
    """
    tops = [0.4 if drawing.shortcut is None else 1.2 for drawing in drawings.values()]
    fig, axes = figure(
        len(drawings),
        1,
        height=row * (sum(tops) + 0.75 * len(tops)) / 1.95,
        height_ratios=[top + 0.35 for top in tops],
        squeeze=False,
    )
    ends = [
        block(ax, drawing)
        for ax, drawing in zip(axes[:, 0], drawings.values(), strict=True)
    ]
    for ax, title, top in zip(axes[:, 0], drawings, tops, strict=True):
        ax.set(xlim=(-0.5, max(ends)), ylim=(-0.35, top))
        ax.set_title(title, pad=0, loc="left", weight="bold", size=10)
    fig.narrow = partial(columns.blocks, drawings)
    return fig


def block(ax: Axes, drawing: Drawing) -> float:
    """One block on `ax`, the line of F at height 0; returns where it ends.

    Args:
        ax: its frame is switched off.
        drawing: what to draw.
    """
    ax.set_axis_off()
    _word(ax, -0.3, 0, "x")
    end = _row(ax, drawing.before, -0.15)
    fork = end + 0.13
    end = _row(ax, drawing.branch, end, lead=0.2)
    if drawing.shortcut is not None:
        end = _join(ax, drawing.shortcut, fork, end)
    end = _row(ax, drawing.after, end)
    _arrow(ax, end, end + _GAP)
    _word(ax, end + _GAP + 0.12, 0, "y")
    return end + _GAP + 0.3


def _row(ax, words, end, height=0.0, lead=0.0):
    """Boxes after `end`, an arrow before each; returns where the last one ends."""
    for word in words:
        left = end + _GAP + lead
        _arrow(ax, end, left, height)
        end, lead = left + _width(word), 0.0
        box = FancyBboxPatch(
            (left, height - 0.21),
            end - left,
            0.42,
            boxstyle="round,pad=0,rounding_size=0.07",
            facecolor="none",
            edgecolor=kind_color(word),
            linewidth=1.6,
        )
        ax.add_patch(box)
        _word(ax, (left + end) / 2, height, word)
    return end


def _join(ax, layers, fork, end):
    """The shortcut from `fork`, over F, down to a circled plus after `end`."""
    center = end + _GAP + 0.1
    _arrow(ax, end, center - 0.1)
    look = dict(color="none", markeredgecolor=INK, markersize=13, markeredgewidth=1.4)
    ax.plot([center], [0], "o", **look)
    _word(ax, center, 0, "+")
    ax.plot([fork, fork], [0, _RISE], color=INK, lw=1.2, solid_capstyle="round")
    long = sum(map(_width, layers)) + _GAP * len(layers)
    start = (fork + center - long) / 2
    ax.plot([fork, start], [_RISE, _RISE], color=INK, lw=1.2)
    last = _row(ax, layers, start, _RISE)
    ax.plot([last, center], [_RISE, _RISE], color=INK, lw=1.2)
    if not layers:
        _word(ax, (fork + center) / 2, _RISE + 0.17, "identity", MUTED)
    _tip(ax, (center, _RISE), (center, 0.17))
    return center + 0.1


def _width(word):
    return 0.1 * len(word) + 0.26


def _word(ax, x, y, text, color=INK):
    ax.text(x, y, text, ha="center", va="center", color=color, size=9)


def _arrow(ax, start, stop, height=0.0):
    _tip(ax, (start, height), (stop, height))


def _tip(ax, start, stop):
    look = dict(arrowstyle="-|>", color=INK, lw=1.2, shrinkA=0, shrinkB=0)
    ax.annotate("", stop, start, arrowprops={**look, "mutation_scale": 9})
