"""Figures of chapter 9: orders, images on their way, and who waits for whom."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from resnet_book.ch09_streaming.found import Row
from resnet_book.ch09_streaming.pipeline import Timeline
from resnet_book.figures import ticks
from resnet_book.figures.garments import strips
from resnet_book.figures.stacked import stacked
from resnet_book.figures.style import BLUE, INK, MUTED, ORANGE, figure


def buffers(found: Sequence[Row]) -> Figure:
    """Right answers for each order of the images, a dot per seed.

    Args:
        found: of the record, with the classes that a batch holds.
    """
    fig, ax = figure(height=0.8 + 0.42 * len(found))
    for y, row in enumerate(found):
        color = ORANGE if row.buffer is None else BLUE
        values = list(row.held_out.values())
        ax.plot(values, [y] * len(values), "o", color=color, alpha=0.5)
        if values:
            ax.plot([row.mean] * 2, [y - 0.25, y + 0.25], color=color, lw=2)
    names = [f"{row.name}: {row.classes:.1f} classes" for row in found]
    ax.set_yticks(range(len(found)), names)
    ax.set(ylim=(len(found) - 0.5, -0.5), xlabel="right answers, held-out images, %")
    ax.tick_params(axis="y", length=0)
    return fig


def mixed(expected: Mapping[int, np.ndarray], counted: Mapping[int, np.ndarray]):
    """Classes in each batch of a pass, expected and counted.

    Args:
        expected: for each buffer the classes of each batch, `(steps,)`.
        counted: the same of one pass.
    """
    fig, axes = figure(height=0.9 + 1.15 * len(expected), rows=len(expected))
    for ax, (buffer, line) in zip(np.ravel(axes), expected.items(), strict=True):
        ax.plot(counted[buffer], ".", color=BLUE, alpha=0.4, markersize=4)
        ax.plot(line, color=ORANGE)
        ax.set(ylim=(0, 11), ylabel="classes")
        ticks.at(ax.yaxis, (1, 5, 10))
        ax.set_title(f"buffer of {buffer:,}", size=9, weight="normal")
    np.ravel(axes)[-1].set_xlabel("batch of the pass")
    return fig


def on_the_way(stages: Mapping[str, np.ndarray], data) -> Figure:
    """One image after each step of its preparation, in several draws.

    Args:
        stages: what was done, and the images after it, `(draws, h, w, 1)`.
        data: the `Dataset` that it was taken from.
    """
    images = np.stack(list(stages.values()))
    columns = [f"draw {i + 1}" for i in range(images.shape[1])]
    fig = strips(list(stages), images, data, columns)
    (ax,), (h, w) = fig.axes, images.shape[2:4]
    for x, y in itertools.product(ax.get_xticks(), ax.get_yticks()):
        corner = (x - w / 2 - 0.5, y - h / 2 - 0.5)  # black images end somewhere, too
        ax.add_patch(Rectangle(corner, w, h, fill=False, ec=MUTED, lw=0.7))
    return fig


def timelines(found: Mapping[str, Timeline]) -> Figure:
    """Who did what when, one panel for each pipeline.

    Args:
        found: by the pipeline's name.
    """
    parts = [sorted({bar.who for bar in one.bars})[::-1] for one in found.values()]
    ratios = [len(part) for part in parts]
    fig, axes = figure(
        height=1.0 + 0.33 * sum(ratios), rows=len(found), height_ratios=ratios
    )
    end = max(bar.end for one in found.values() for bar in one.bars)
    for ax, who, (name, one) in zip(np.ravel(axes), parts, found.items(), strict=True):
        for bar in one.bars:
            color = ORANGE if bar.who == "device" else BLUE
            width, y = 1e3 * (bar.end - bar.begin), who.index(bar.who)
            left = 1e3 * bar.begin
            ax.barh(y, width, left=left, color=color, alpha=0.6, height=0.75, lw=0)
            middle = dict(ha="center", va="center", size=8, color=INK)
            ax.text(left + width / 2, y, str(bar.batch + 1), **middle)
        ax.set_yticks(range(len(who)), who)
        ax.set(xlim=(0, 1e3 * end))
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="y", visible=False)
        ax.set_title(name, size=9, weight="normal")
    np.ravel(axes)[-1].set_xlabel("ms since the beginning")
    return fig


def stalls(rows: Sequence[tuple[str, float, float]]) -> Figure:
    """Milliseconds of a step, computing and waiting.

    Args:
        rows: name, milliseconds of the step and of the wait before it.
    """
    parts = [("step", ORANGE, 0.6), ("waiting for images", MUTED, 0.5)]
    bars = {name: (step, wait) for name, step, wait in rows}
    return stacked(bars, parts, "ms per step", 0.36)
