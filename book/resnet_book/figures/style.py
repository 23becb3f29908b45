"""One look for every figure: colours, sizes and fonts.

Figures are drawn on white with the light colours of `COLORS`, so that they can
stand alone in a notebook. In the book an extension replaces exactly these
colours by CSS variables, and the figure follows the reader's light or dark theme.
That works only if figures use no other colours than those named here (colour maps
of images excepted).
"""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure

from resnet_book.figures import shown


class Color(NamedTuple):
    """One role in a figure, in both themes, as `#rrggbb`."""

    light: str
    dark: str


COLORS = {
    "ink": Color("#1f2328", "#e4e7eb"),
    "muted": Color("#5f6873", "#a3abb6"),
    "grid": Color("#dfe3e8", "#333a43"),
    "paper": Color("#ffffff", "#14171c"),
    # The series differ in lightness as well as in hue, so that they stay apart for
    # colour-blind readers and in grey print (tests/plots/test_style.py).
    "blue": Color("#1d5fc4", "#5593f2"),
    "orange": Color("#e8691c", "#f0853f"),
    "green": Color("#2f9e83", "#6fd0b1"),
    "plum": Color("#82296f", "#bf5fae"),
    "sand": Color("#5e4a17", "#f3e3b8"),
}
"""Every colour a figure may use, by role."""

WORDS = {"orange": "#b8530f", "green": "#1f7f68"}
"""Where a series' colour is too light for words on white paper: that of its words."""

INK = COLORS["ink"].light
MUTED = COLORS["muted"].light
GRID = COLORS["grid"].light
PAPER = COLORS["paper"].light
BLUE = COLORS["blue"].light
ORANGE = COLORS["orange"].light
GREEN = COLORS["green"].light
PLUM = COLORS["plum"].light
SAND = COLORS["sand"].light
PALETTE = (BLUE, ORANGE, GREEN, PLUM, SAND)
"""Colours of data series, in the order of use."""

RESIDUAL, PLAIN = BLUE, ORANGE
"""The two networks that the book compares have the same colours in every chapter."""

WIDTH = 7.0
"""Width of a figure in inches: the text column of the book."""

RC = {
    "figure.figsize": (WIDTH, 3.4),
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
    "savefig.facecolor": PAPER,
    "savefig.pad_inches": 0.04,
    # Text stays text: it can be searched and takes the font of the page.
    "svg.fonttype": "none",
    # Fixed identifiers: the same figure gives the same file.
    "svg.hashsalt": "resnet_lib",
    "font.family": "sans-serif",
    "font.size": 10.0,
    "axes.titlesize": 11.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10.0,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.facecolor": "none",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.prop_cycle": mpl.cycler(color=PALETTE),
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelsize": 9.0,
    "ytick.labelsize": 9.0,
    "lines.linewidth": 2.0,
    "lines.markersize": 5.0,
    "patch.edgecolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "image.cmap": "viridis",
    "image.interpolation": "nearest",
}
"""Matplotlib's settings for the book."""


def setup() -> None:
    """Make the book's look the default for the rest of this process.

    Sets `matplotlib.rcParams` from `RC`. Under IPython (a notebook) figures are also
    shown as SVG. Safe to call again.
    """
    mpl.rcParams.update(RC)
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        return
    # A Matplotlib that a notebook uses always comes with this package.
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg")
    formatters = ipython.get_ipython().display_formatter.formatters
    formatters["image/svg+xml"].for_type(Figure, shown.svg)


def figure(
    rows: int = 1,
    cols: int = 1,
    *,
    height: float = 3.4,
    width: float = WIDTH,
    **options: object,
) -> tuple[Figure, Axes | np.ndarray]:
    """Return a new figure in the book's look, and its axes.

    The figure belongs to nobody but the caller: `pyplot` does not keep it, so a
    notebook shows it once, as the value of its cell, and nothing needs closing.

    Args:
        rows: rows of axes.
        cols: columns of axes.
        height: height in inches.
        width: width in inches; the text column is `WIDTH`.
        **options: for `Figure.subplots`, such as `sharex=True`.

    Returns:
        The figure, and one axes or an array of them, as `Figure.subplots` gives.
    """
    with mpl.rc_context(RC):
        fig = Figure(figsize=(width, height))
        return fig, fig.subplots(rows, cols, **options)


def stacked(
    ax: Axes, y: float, shares: Sequence[float], colors, texts, **bar: object
) -> list[BarContainer]:
    """Draw a horizontal bar cut into shares, each with its text in the middle.

    Args:
        ax: where.
        y: height of the bar's middle.
        shares: length of each piece, `(n,)`.
        colors: colour of each.
        texts: text on each; empty where a piece is too short for one.
        **bar: for `Axes.barh`, such as `height=0.7`.

    Returns:
        The pieces, from left to right.
    """
    starts, pieces = np.cumsum(shares) - shares, []
    for left, share, color, text in zip(starts, shares, colors, texts, strict=True):
        pieces.append(ax.barh(y, share, left=left, color=color, **bar))
        ax.text(left + share / 2, y, text, ha="center", va="center", size=9)
    return pieces
