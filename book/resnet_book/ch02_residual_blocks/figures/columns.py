"""Drawings of blocks for a phone: x enters at the top, a column per block.

What `diagrams` draws along a line is drawn here from top to bottom, in inches.
"""

import textwrap

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from resnet_book.figures.narrow import WIDTH
from resnet_book.figures.style import BLUE, GREEN, INK, MUTED, ORANGE, PLUM, figure

_KINDS = {"conv": BLUE, "norm": GREEN, "ReLU": ORANGE, "pool": PLUM}
_HIGH, _GAP = 0.27, 0.2
_FIRM = "\N{NO-BREAK SPACE}"


def kind_color(word: str) -> str:
    """The colour of a layer, by the kind that its name holds."""
    return next((c for kind, c in _KINDS.items() if kind in word), INK)


def blocks(drawings: dict) -> Figure:
    """Blocks side by side, each from top to bottom.

    Args:
        drawings: a `diagrams.Drawing` by the title of its column.
    """
    room = WIDTH / len(drawings)
    titles = [textwrap.fill(_together(title), int(room / 0.083)) for title in drawings]
    above = 0.2 * max(title.count("\n") + 1 for title in titles)
    steps = max(
        sum(map(len, (d.before, d.branch, d.after))) + (d.shortcut is not None)
        for d in drawings.values()
    )
    tall = above + steps * (_HIGH + _GAP) + 0.75
    fig, ax = figure(width=WIDTH, height=tall)
    ax.set(xlim=(0, WIDTH), ylim=(-tall + above, above))
    ax.set_axis_off()
    fig.get_layout_engine().set(w_pad=0, h_pad=0)
    for i, (title, drawing) in enumerate(zip(titles, drawings.values(), strict=True)):
        ax.text(i * room, above, title, weight="bold", size=9.5, va="top")
        _column(ax, i * room, drawing)
    return fig


def _together(title: str) -> str:
    """No line ends at a sign of a formula."""
    for sign in "=+":
        title = title.replace(f" {sign} ", f"{_FIRM}{sign}{_FIRM}")
    return title


def _column(ax, left, drawing):
    half = max(map(_half, (*drawing.before, *drawing.branch, *drawing.after)))
    x, y = left + half + 0.02, -0.15
    _word(ax, x, y, "x")
    y = _boxes(ax, x, y - 0.1, drawing.before)
    fork = y - 0.08
    y = _boxes(ax, x, y, drawing.branch)
    if drawing.shortcut is not None:
        y = _join(ax, x, half, fork, y, drawing.shortcut)
    y = _boxes(ax, x, y, drawing.after)
    _tip(ax, (x, y), (x, y - _GAP))
    _word(ax, x, y - _GAP - 0.08, "y")


def _boxes(ax, x, y, words):
    """Boxes below `y`, an arrow before each; returns where the last one ends."""
    for word in words:
        _tip(ax, (x, y), (x, y - _GAP))
        y -= _GAP + _HIGH
        box = FancyBboxPatch(
            (x - _half(word), y),
            2 * _half(word),
            _HIGH,
            boxstyle="round,pad=0,rounding_size=0.05",
            facecolor="none",
            edgecolor=kind_color(word),
            linewidth=1.6,
        )
        ax.add_patch(box)
        _word(ax, x, y + _HIGH / 2, word)
    return y


def _join(ax, x, half, fork, y, layers):
    """The shortcut from `fork`, beside F, to a circled plus below `y`."""
    center = y - _GAP - 0.1
    side = x + half + 0.05 + max(map(_half, layers), default=0.05)
    _tip(ax, (x, y), (x, center + 0.1))
    look = dict(color="none", markeredgecolor=INK, markersize=13, markeredgewidth=1.4)
    ax.plot([x], [center], "o", **look)
    _word(ax, x, center, "+")
    long = len(layers) * (_HIGH + _GAP)
    start = (fork + center + long) / 2
    ax.plot([x, side, side], [fork, fork, start], color=INK, lw=1.2)
    end = _boxes(ax, side, start, layers)
    ax.plot([side, side], [end, center], color=INK, lw=1.2)
    if not layers:
        middle = (fork + center) / 2
        ax.text(side + 0.03, middle, "identity", size=9, rotation=270, va="center")
        ax.texts[-1].set_color(MUTED)
    _tip(ax, (side, center), (x + 0.1, center))
    return center - 0.1


def _half(word):
    return 0.035 * len(word) + 0.05


def _word(ax, x, y, text):
    ax.text(x, y, text, ha="center", va="center", size=9)


def _tip(ax, start, stop):
    look = dict(arrowstyle="-|>", color=INK, lw=1.2, shrinkA=0, shrinkB=0)
    ax.annotate("", stop, start, arrowprops={**look, "mutation_scale": 9})
