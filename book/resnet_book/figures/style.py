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
from matplotlib.axis import Axis
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator


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

    # Without the date the same figure gives the same file.
    set_matplotlib_formats("svg", metadata={"Date": None})


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


def label_end(line: Line2D, text: str, *, dx: float = 4.0, dy: float = 0.0) -> None:
    """Write `text` at the right end of `line`, in its colour, in place of a legend.

    Args:
        line: a line of an axes.
        text: the label.
        dx: points to the right of the last point.
        dy: points above it, to keep two labels apart.
    """
    x, y = line.get_xydata()[-1]
    line.axes.annotate(
        text,
        (x, y),
        xytext=(dx, dy),
        textcoords="offset points",
        va="center",
        color=line.get_color(),
        annotation_clip=False,
    )


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


_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def powers_of_ten() -> FuncFormatter:
    """Return a tick formatter that writes 0.001 as 10⁻³ in plain text.

    Matplotlib's own uses mathematical text, whose pieces are placed for its own
    font and drift apart in the font of the page.
    """

    def label(value: float, _position: int | None = None) -> str:
        if value <= 0:
            return ""
        exponent = round(np.log10(value))
        if not np.isclose(value, 10.0**exponent, rtol=1e-6):
            return ""
        return "10" + str(exponent).translate(_SUPERSCRIPT)

    return FuncFormatter(label)


def plain_log(axis: Axis) -> None:
    """Put ticks at 1, 2 and 5 times powers of ten, as numbers; fewer on a long axis.

    Args:
        axis: a logarithmic `ax.xaxis` or `ax.yaxis` whose limits will not change.
    """
    low, high = sorted(axis.get_view_interval())
    steps = (1,) if high / low > 300 else (1, 2, 5)
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [step * 10.0**power for power in powers for step in steps]
    axis.set_major_locator(FixedLocator([t for t in ticks if low <= t <= high]))
    axis.set_major_formatter(lambda value, _: f"{value:g}")
    axis.set_minor_locator(NullLocator())
