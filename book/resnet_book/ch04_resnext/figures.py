"""Figures of chapter 4: three forms of one block, groups, the ladder, its times."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle
from matplotlib.ticker import MaxNLocator, NullLocator

from resnet_book.experiments.statistics import Difference
from resnet_book.figures import ticks
from resnet_book.figures.labels import label_end, note
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PLUM,
    figure,
)


def three_forms(channels: int, cardinality: int, width: int) -> Figure:
    """Xie et al. 2017, figure 3: paths that are summed, joined, and grouped.

    Args:
        channels: of input and output.
        cardinality: number of paths.
        width: channels of each path.
    """
    fig, axes = figure(1, 3, height=3.7, width_ratios=[1.15, 1.15, 0.85])
    inner = cardinality * width
    down = (f"{channels}, 1×1, {width}", BLUE)
    work = (f"{width}, 3×3, {width}", ORANGE)
    up = (f"{width}, 1×1, {channels}", BLUE)
    joined = (f"{inner}, 1×1, {channels}", BLUE)
    grouped = (f"{inner}, 3×3, {inner}\n{cardinality} groups", ORANGE)
    titles = ("a: paths, summed", "b: paths, joined", "c: grouped")
    for ax, title in zip(axes, titles, strict=True):
        ax.set(xlim=(-1.9, 1.6), ylim=(-0.5, 4.6), title=title)
        ax.axis("off")
        ax.plot([0, -1.8, -1.8, 0, 0], [4.45, 4.45, 0, 0, -0.45], color=INK, lw=1.2)
        look = dict(markeredgecolor=INK, markerfacecolor=PAPER, zorder=3)
        ax.plot(0, 0, "o", markersize=12, **look)
        ax.plot(0, 0, "+", markersize=7, markeredgewidth=1.6, **look)
    for ax, layers in ((axes[0], (down, work, up)), (axes[1], (down, work))):
        end = 3.2 - len(layers) * 0.9 + 0.5
        for x in (-0.85, 0.85):
            _column(ax, x, layers, 4.2, end, half=0.68)
        ax.plot([0, 0], [4.6, 4.2], color=INK, lw=1.2)
        for y in (4.2, end):
            ax.plot([-0.85, 0.85], [y, y], color=INK, lw=1.2)
        ax.text(0, 3.25, f"… {cardinality} paths …", ha="center", va="center", size=8)
    axes[0].plot([0, 0], [3.2 - 2.7 + 0.5, 0.14], color=INK, lw=1.2)
    _column(axes[1], 0, (joined,), 1.9, 0.14, half=0.9, first=1.15)
    axes[1].text(0.1, 1.66, "join", color=MUTED, size=8, va="center")
    layers = ((f"{channels}, 1×1, {inner}", BLUE), grouped, joined)
    _column(axes[2], 0, layers, 4.6, 0.14, half=1.35, first=3.7)
    return fig


def _column(ax, x, layers, top, end, *, half, first=None):
    """Boxes one below another on a line from `top` to `end`."""
    ax.plot([x, x], [top, end], color=INK, lw=1.2, zorder=1)
    for i, (text, color) in enumerate(layers):
        middle = (first or top - 0.5) - 0.9 * i
        for face, alpha in ((PAPER, 1.0), (color, 0.3)):
            ax.add_patch(
                FancyBboxPatch(
                    (x - half, middle - 0.27),
                    2 * half,
                    0.54,
                    boxstyle="round,pad=0,rounding_size=0.08",
                    facecolor=face,
                    alpha=alpha,
                    lw=0,
                    zorder=2,
                )
            )
        ax.text(x, middle, text, ha="center", va="center", size=8)


def connections(channels: int, panels: Mapping[str, Sequence[tuple]]) -> Figure:
    """Which input channels (across) each output channel (down) is connected to.

    Args:
        channels: in and out.
        panels: for each title the sizes of blocks on the diagonal, `(size, alpha)`,
            painted in this order.
    """
    fig, axes = figure(1, len(panels), height=2.75)
    for ax, (title, layers) in zip(np.atleast_1d(axes), panels.items(), strict=True):
        for size, alpha in layers:
            for start in range(0, channels, size):
                corner = (start, start)
                ax.add_patch(
                    Rectangle(corner, size, size, color=ORANGE, alpha=alpha, lw=0)
                )
        ax.set(xlim=(0, channels), ylim=(channels, 0), aspect="equal")
        ax.set_xticks([0, channels], [1, channels])
        ax.set_yticks([0, channels], [1, channels])
        ax.set(xlabel="channel in", title=title)
        ax.grid(False)
    np.atleast_1d(axes)[0].set_ylabel("channel out")
    return fig


def ladder(rungs: Mapping[str, Sequence[int]], inner: Sequence[int]) -> Figure:
    """Parameters of a block's three convolutions on each rung, named beside the last.

    Args:
        rungs: for each name the parameters of 1×1 down, 3×3 and 1×1 up.
        inner: channels inside, one for each rung.
    """
    fig, ax = figure(height=3.3)
    parts = (("1×1 down", BLUE, 0.6), ("3×3", ORANGE, 0.4), ("1×1 up", BLUE, 0.35))
    below = np.zeros(len(rungs))
    values = np.array(list(rungs.values()), float).T / 1e3
    for (name, color, alpha), row in zip(parts, values, strict=True):
        for face, opacity in ((PAPER, 1.0), (color, alpha)):  # no grid shines through
            bars = dict(color=face, alpha=opacity, lw=0)
            ax.bar(range(len(rungs)), row, 0.74, below, **bars)
        for i, amount in enumerate(row):
            if amount > 3.5:
                middle = below[i] + amount / 2
                ax.text(i, middle, f"{amount:.0f}", ha="center", va="center", size=9)
        last = (len(row) - 1 + 0.37, below[-1] + row[-1] / 2)
        note(ax, name, last, (5, 0), va="center", annotation_clip=False)
        below += row
    for i, width in enumerate(inner):
        ax.text(i, below[i] + 1.5, f"{width} inside", ha="center", color=MUTED, size=9)
    ax.set_xticks(range(len(rungs)), rungs)
    ax.set(ylabel="parameters (thousands)", ylim=(0, 1.15 * below.max()))
    ax.grid(False, axis="x")
    return fig


def opening(names, published, seconds, macs) -> Figure:
    """Error and time on the rungs of the ladder, at nearly one amount of arithmetic.

    Args:
        names: of the rungs.
        published: test errors, per cent.
        seconds: of a training step.
        macs: of the network that was timed.
    """
    fig, axes = figure(1, 2, height=3.1)
    at = np.arange(len(names))
    axes[0].plot(at, published, "o-", color=BLUE)
    for point in zip(at, published, strict=True):
        note(axes[0], f"{point[1]:.1f}", point, (3, 5), color=BLUE, size=9)
    axes[0].set(title="error on ImageNet, as published", ylabel="per cent")
    axes[0].yaxis.set_major_locator(MaxNLocator(5))
    axes[0].margins(y=0.1)
    axes[1].plot(at, np.divide(seconds, seconds[0]), "o-", color=ORANGE)
    axes[1].plot(at, np.divide(macs, macs[0]), "o--", color=MUTED)
    axes[1].text(at[-1], macs[-1] / macs[0] - 0.08, "MACs", ha="right", va="top")
    axes[1].text(at[-2] + 0.1, seconds[-2] / seconds[0], "time", color=ORANGE)
    axes[1].set(title="a training step on a GPU", ylabel="relative to 1×64d")
    axes[1].set_ylim(0, 1.1 * max(seconds) / seconds[0])
    for ax in axes:
        ax.set_xticks(at, names)
        ax.set_xlim(-0.3, at[-1] + 0.3)
    return fig


def differences(rungs: Mapping[str, Difference]) -> Figure:
    """What each rung's error has over the first one's, with its interval.

    Args:
        rungs: paired differences in points, by name.
    """
    fig, ax = figure(height=0.9 + 0.42 * len(rungs))
    for y, found in enumerate(rungs.values()):
        ax.plot([found.low, found.high], [y, y], color=BLUE, lw=4, alpha=0.35)
        ax.plot(found.mean, y, "o", color=BLUE)
    ax.axvline(0, color=INK, lw=1.2)
    ax.set_yticks(range(len(rungs)), rungs)
    ax.set(ylim=(len(rungs) - 0.5, -0.5))
    ax.set_xlabel("error minus that of the first rung (points)")
    ax.grid(False, axis="y")
    ax.tick_params(axis="y", length=0)
    return fig


def times(groups, panels: Mapping[str, Mapping[str, Sequence[float]]]) -> Figure:
    """Milliseconds against the number of groups, log by log.

    Args:
        groups: `(n,)`.
        panels: for each title the series by name, `(n,)` milliseconds each, labelled in
            the first panel; one whose name starts with `if ` is dashed, an expectation.
    """
    fig, axes = figure(1, len(panels), height=3.0, squeeze=False, sharey=True)
    colors = {0: ORANGE, 1: BLUE, 2: PLUM, 3: GREEN}
    for ax, (title, series) in zip(axes[0], panels.items(), strict=True):
        for i, (name, values) in enumerate(series.items()):
            if name.startswith("if "):
                look = dict(ls="--", color=MUTED, lw=1.4)
            else:
                look = dict(marker="o", color=colors[i])
            ax.plot(groups, values, label=name.removeprefix("if "), **look)
        ax.set(xscale="log", yscale="log", xlabel="groups", title=title)
        ticks.at(ax.xaxis, groups, ".0f")
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.yaxis.set_minor_locator(NullLocator())
    axes[0, 0].set_ylabel("time (ms)")
    axes[0, 0].legend(loc="upper left", frameon=False, fontsize=9)
    return fig


def same_cost(names, macs, series: Mapping[str, Sequence[float]]) -> Figure:
    """Time of a block on each rung, beside its arithmetic, both relative to the first.

    Args:
        names: of the rungs.
        macs: `(n,)`.
        series: `(n,)` times by name, in any unit.
    """
    fig, ax = figure(height=3.3)
    at = np.arange(len(names))
    lines = {"MACs": (np.asarray(macs, float), MUTED)}
    for (name, values), color in zip(series.items(), (ORANGE, BLUE), strict=False):
        lines[name] = (np.asarray(values, float), color)
    for name, (values, color) in lines.items():
        (line,) = ax.plot(at, values / values[0], "o-", color=color, mec=PAPER)
        label_end(line, name, dx=7, dy=8 if values[-1] >= values[0] else -6)
    ax.set(yscale="log", ylabel="relative to 1×64d", xlim=(-0.3, at[-1] + 0.2))
    ax.set_xticks(at, names)
    ticks.plain_log(ax.yaxis)
    return fig
