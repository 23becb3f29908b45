"""The same figure for a phone: narrow, its panels below one another.

Letters keep their size and panels their height; only the width goes.
"""

import copy
import re
import textwrap
from itertools import pairwise

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec
from matplotlib.text import Text

WIDTH = 3.7
"""Width in inches: 355 pixels, what a phone leaves between its margins."""

_LEAST = 8.5  # points: 11 pixels


def narrowed(fig: Figure) -> Figure:
    """Return a copy of a figure that is `WIDTH` wide.

    Args:
        fig: as wide as the text; it stays as it is. A drawing that needs another one on
            a phone has it as `fig.narrow`, a function without arguments.
    """
    if hasattr(fig, "narrow"):
        return fig.narrow()
    fig = copy.deepcopy(fig)
    for text in fig.findobj(Text):
        text.set_size(max(text.get_size(), _LEAST))
    grid = _grid(fig)
    # A name beside rows of panels that runs past its own is meant to.
    rows = grid is not None and grid.ncols == 1 < grid.nrows
    fig.draw_without_rendering()
    more = sum([_fit_legend(ax) for ax in fig.axes])
    columns, heights = _stack(fig, grid)
    fig.set_size_inches(WIDTH, sum(heights))
    fig.draw_without_rendering()
    for ax in fig.axes:
        _fit_names(ax)
    fig.draw_without_rendering()
    more += sum([_fit_ticks(ax) for ax in fig.axes])
    for ax in fig.axes:
        for text in (ax.title, ax._left_title, ax._right_title, ax.xaxis.label):
            _break(text, WIDTH / columns - 0.1)
        _untangle(ax)
        if not rows:
            _break(ax.yaxis.label, 1.15 * _inches(ax.get_window_extent().height, fig))
    for text in (fig._suptitle, fig._supxlabel):
        if text is not None:
            _break(text, WIDTH)
    fig.set_figheight(sum(heights) + more)
    # What hangs out of the figure counts.
    fig.draw_without_rendering()
    wide = fig.get_tightbbox().width
    fig.set_figwidth(WIDTH - max(0.0, wide - WIDTH))
    return fig


def _grid(fig: Figure) -> GridSpec | None:
    """The grid that all panels stand in, if there is one."""
    grids = {ax.get_gridspec() for ax in fig.axes}
    return grids.pop() if len(grids) == 1 else None


def _stack(fig: Figure, grid: GridSpec | None) -> tuple[int, list[float]]:
    """Put the panels below one another; returns columns and the rows' heights."""
    panels, tall = fig.axes, fig.get_figheight()
    if grid is None or grid.ncols == 1:
        return 1, [tall]
    pictures = all(ax.get_aspect() != "auto" for ax in panels)
    # Pictures stay side by side, three without axes and two with them.
    most = (
        3 if not any(ax.get_xlabel() and ax.get_xticks().size for ax in panels) else 2
    )
    columns = min(grid.ncols, most) if pictures else 1
    shares = np.array(grid.get_height_ratios() or [1] * grid.nrows, float)
    shares *= tall / shares.sum()
    starts = [ax.get_subplotspec().rowspan.start for ax in panels[::columns]]
    heights = [shares[start] for start in starts]
    if pictures:  # and are square, with words around them
        heights = [min(height, WIDTH / columns + 0.5) for height in heights]
    below = GridSpec(len(heights), columns, figure=fig, height_ratios=heights)
    for i, ax in enumerate(panels):
        ax.set_subplotspec(below[i // columns, i % columns])
        if not pictures:
            _name_axis(ax, panels[0])
    return columns, heights


def _name_axis(ax: Axes, first: Axes) -> None:
    """Say what is on a vertical axis that shared its numbers with the first panel's."""
    if first.get_shared_y_axes().joined(first, ax):
        ax.tick_params(axis="y", labelleft=True)
        ax.set_ylabel(ax.get_ylabel() or first.get_ylabel())


def _fit_ticks(ax: Axes) -> float:
    """Keep what stands below an axis from touching; returns the inches that it needs.

    Words are turned; of numbers every second one goes.
    """
    labels = ax.get_xticklabels()
    if not _touch(labels):
        return 0.0
    if not any(letter.isalpha() for one in labels for letter in one.get_text()):
        _thin(ax)
        return 0.0
    above = ax.xaxis.get_tick_params().get("labeltop", False)
    before = max(label.get_window_extent().height for label in labels)
    for label in labels:
        label.set(rotation=60, rotation_mode="anchor", va="center")
        label.set_ha("left" if above else "right")
    after = max(label.get_window_extent().height for label in labels)
    return _inches(max(0.0, after - before), ax.get_figure(root=True))


def _thin(ax: Axes) -> None:
    places = ax.get_xticks()
    texts = [label.get_text() for label in ax.get_xticklabels()]
    while len(places) > 2 and _touch(ax.get_xticklabels()):
        places, texts = places[::2], texts[::2]
        ax.set_xticks(places, texts)


def _touch(labels, apart: float = 4.0) -> bool:
    boxes = [label.get_window_extent() for label in labels if label.get_text()]
    boxes.sort(key=lambda box: box.x0)
    return any(b.x0 < a.x1 + apart for a, b in pairwise(boxes))


def _fit_legend(ax: Axes) -> float:
    """Put a legend that is too wide above the axes in two columns; inches as above.

    That of a figure's only panel is centred above the whole figure: beside long names
    the panel itself may be half as wide.
    """
    old, fig = ax.get_legend(), ax.figure
    if old is None or _inches(old.get_window_extent().width, fig) < WIDTH - 0.5:
        return 0.0
    handles, texts = old.legend_handles, [text.get_text() for text in old.get_texts()]
    look = dict(fontsize=_LEAST + 0.5, frameon=False)
    alone = len(fig.axes) == 1
    if alone:
        old.remove()
    where = dict(loc="lower center", bbox_to_anchor=(0.5, 1.0))
    for columns in (2, 1):
        if alone:
            new = fig.legend(
                handles, texts, ncols=columns, loc="outside upper center", **look
            )
        else:
            new = ax.legend(handles, texts, ncols=columns, **where, **look)
        fig.draw_without_rendering()
        if columns == 1 or _inches(new.get_window_extent().width, fig) < WIDTH:
            break
        new.remove()
    rows = -(-len(texts) // columns)
    return 0.2 * (rows - (not alone))


def _fit_names(ax: Axes) -> None:
    """Write names beside a vertical axis on several lines, a third of `WIDTH` wide."""
    labels = ax.get_yticklabels()
    names = [label.get_text() for label in labels]
    widths = [_inches(label.get_window_extent().width, ax.figure) for label in labels]
    longest = max(widths, default=0.0)
    if longest <= WIDTH / 3 or not any(" " in name for name in names):
        return
    letters = max(8, int(max(map(len, names)) * WIDTH / 3 / longest))
    broken = [textwrap.fill(n, letters, break_long_words=False) for n in names]
    ax.set_yticks(ax.get_yticks(), broken)


def _untangle(ax: Axes) -> None:
    """Write on several lines what stands in the middle of something and overlaps."""
    words = [text for text in ax.texts if text.get_text()]

    def tangled():
        boxes = [text.get_window_extent() for text in words]
        for text, box in zip(words, boxes, strict=True):
            if text.get_ha() == "center" and box.count_overlaps(boxes) > 1:
                yield text

    said = {
        text: text.get_text().replace(" %", "\N{NO-BREAK SPACE}%") for text in tangled()
    }
    for lines in (2, 3, 4):
        if not any(text in said for text in tangled()):
            return
        for text, full in said.items():
            if " " not in full:
                text.set_text(re.sub(r"(?=×\d+$)", "\n", full))
                continue
            width = -(-len(full) // lines)
            text.set_text(textwrap.fill(full, width, break_long_words=False))


def _break(text: Text, inches: float) -> None:
    """Write a text on several lines if it is longer than so much."""
    words, box = text.get_text(), text.get_window_extent()
    long = _inches(max(box.width, box.height), text.get_figure(root=True))
    if words and long > inches:
        text.set_text(textwrap.fill(words, max(8, int(len(words) * inches / long))))


def _inches(pixels: float, fig: Figure) -> float:
    return pixels / fig.dpi
