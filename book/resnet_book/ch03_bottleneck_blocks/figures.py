"""Figures of chapter 3: blocks to scale, pixels read, spectra, the roofline."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from resnet_book.ch03_bottleneck_blocks import dots
from resnet_book.figures import narrow, ticks
from resnet_book.figures.labels import label_end, labelled, note
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PAPER,
    PLUM,
    SAND,
    figure,
    stacked,
)

_KINDS = {"1×1": BLUE, "3×3": ORANGE, "norm": GREEN, "add": PLUM}


def kind_color(name: str) -> str:
    """The colour of a layer, by what its name starts with."""
    return next((c for kind, c in _KINDS.items() if name.startswith(kind)), SAND)


def hourglasses(blocks: Mapping[str, Sequence[tuple[int, int, int]]]) -> Figure:
    """Residual blocks as stacks of trapezia, as wide as their channels.

    Args:
        blocks: for each title the block's convolutions, `(kernel, in, out)` each.
    """
    fig, axes = figure(1, len(blocks), height=3.5)
    widest = max(c for layers in blocks.values() for _, *ends in layers for c in ends)
    for ax, (title, layers) in zip(np.atleast_1d(axes), blocks.items(), strict=True):
        step = 3 / len(layers)
        for i, (kernel, before, after) in enumerate(layers):
            top, below = 3 - i * step, 3 - (i + 1) * step
            a, b = before / widest / 2, after / widest / 2
            color = kind_color(f"{kernel}×{kernel}")
            corners = [(-a, top), (a, top), (b, below), (-b, below)]
            ax.add_patch(Polygon(corners, facecolor=color, alpha=0.3, lw=0))
            middle, size = (top + below) / 2, kernel * kernel * before * after
            cost = f"{kernel}×{kernel}: {size:,}"
            ax.text(0.58, middle, cost, ha="left", va="center", color=MUTED, size=9)
        for i, channels in enumerate([layers[0][1], *(layer[2] for layer in layers)]):
            half, height = channels / widest / 2, 3 - i * step
            ax.plot([-half, half], [height, height], color=INK, lw=2)
            ax.text(0, height + 0.05, f"{channels}", ha="center", va="bottom", size=9)
        _skip(ax, layers[0][1] / widest / 2)
        total = sum(k * k * i * o for k, i, o in layers)
        ax.set_title(title)
        ax.text(0.58, -0.32, f"{total:,}", ha="left", va="center", weight="bold")
        ax.set(xlim=(-0.8, 1.6), ylim=(-0.6, 3.4))
        ax.axis("off")
    return fig


def _skip(ax, half):
    """The way around the block, and the sum that it ends in."""
    x = -half - 0.12
    ax.plot([-half, x, x, 0, 0], [3, 3, -0.32, -0.32, 0], color=INK, lw=1.2)
    look = dict(markersize=13, markeredgecolor=INK, markerfacecolor=PAPER)
    ax.plot(0, -0.32, "o", **look)
    ax.plot(0, -0.32, "+", markersize=7, markeredgecolor=INK, markeredgewidth=1.6)


def pixel_maps(maps: Mapping[str, np.ndarray]) -> Figure:
    """Grids of pixels, darker where the gradient is larger; unread pixels stay empty.

    Args:
        maps: for each title a `(h, w)` array of gradient magnitudes; 0 means unread.
    """
    fig, axes = figure(1, len(maps), height=2.6)
    for ax, (title, values) in zip(np.atleast_1d(axes), maps.items(), strict=True):
        height, width = values.shape
        for i, j in np.argwhere(values > 0):
            shade = 0.25 + 0.75 * values[i, j] / values.max()
            ax.add_patch(Rectangle((j, i), 1, 1, color=BLUE, alpha=shade, lw=0))
        for i in range(height + 1):
            ax.plot([0, width], [i, i], color=GRID, lw=0.8)
        for j in range(width + 1):
            ax.plot([j, j], [0, height], color=GRID, lw=0.8)
        ax.set(xlim=(-0.1, width + 0.1), ylim=(height + 0.1, -0.1), aspect="equal")
        ax.set_title(title)
        ax.axis("off")
    return fig


def spectra(values: Mapping[str, np.ndarray], waist: int) -> Figure:
    """Singular values, relative to the largest, in falling order.

    Args:
        values: for each name `(c,)` singular values.
        waist: marked on the axis: the narrowest width inside the block.
    """
    fig, ax = figure(height=3.3)
    looks = ((ORANGE, -8), (BLUE, 8), (GREEN, 0))
    for (name, s), (color, dy) in zip(values.items(), looks, strict=False):
        shown = np.maximum(np.asarray(s) / np.max(s), 1e-9)
        (line,) = ax.plot(np.arange(1, len(s) + 1), shown, color=color)
        label_end(line, name, dy=dy)
    ax.axvline(waist, color=MUTED, lw=1.2, ls="--")
    note(ax, f"waist of {waist} channels", (waist, 3e-4), (5, 0), color=MUTED)
    ax.set(
        yscale="log",
        ylim=(1e-9, 2),
        xlabel="singular value, largest first",
        ylabel="size, relative to the largest",
    )
    ticks.decades(ax.yaxis)
    return fig


def roofline(
    peak: float,
    bandwidth: float,
    points: Mapping[str, tuple],
    width: float | None = None,
) -> Figure:
    """What a device can reach at each arithmetic intensity, and what layers do reach.

    Args:
        peak: FLOP/s.
        bandwidth: bytes/s.
        points: for each layer its intensity in FLOP/byte and its FLOP/s.
        width: in inches, if not that of the text: names are placed for it.
    """
    fig, ax = figure(height=4.2)
    fig.set_figwidth(width or fig.get_figwidth())
    fig.narrow = partial(roofline, peak, bandwidth, points, narrow.WIDTH)
    intensity = np.array([x for x, _ in points.values()])
    speed = np.array([y for _, y in points.values()])
    ridge = peak / bandwidth
    x = np.geomspace(min(intensity.min(), ridge) / 2, 4 * max(intensity.max(), ridge))
    x = np.sort(np.append(x, ridge))

    def roof(x):
        return np.minimum(peak, bandwidth * x) / 1e9

    ax.plot(x, roof(x), color=INK)
    low = min(speed.min(), bandwidth * x[0]) / 3e9
    (line,) = ax.plot([ridge] * 2, [low, peak / 1e9], color=MUTED, lw=1.2, ls="--")
    said = note(ax, f"ridge: {ridge:.1f} FLOP/byte", (ridge, low), (5, 6), color=MUTED)
    ax.set(
        xscale="log",
        yscale="log",
        xlim=(x[0], x[-1]),
        ylim=(low, 3 * peak / 1e9),
        xlabel="arithmetic intensity (FLOP/byte)",
        ylabel="speed (GFLOP/s)",
    )
    for axis in (ax.xaxis, ax.yaxis):
        ticks.decades(axis)
    under = {name: (a, b / 1e9) for name, (a, b) in points.items()}
    dots.named(ax, under, kind_color, roof, around=(line, said))
    return fig


def shares(
    costs: Mapping[str, Mapping[str, float]], width: float | None = None
) -> Figure:
    """One bar for each kind of cost, cut into the parts of a block.

    Args:
        costs: for each cost (MACs, bytes, time) the amount of each part, same parts
            in the same order.
        width: in inches, if not that of the text: names stand where they have room.
    """
    fig, ax = figure(height=2.7)
    fig.set_figwidth(width or fig.get_figwidth())
    fig.narrow = partial(shares, costs, narrow.WIDTH)
    room = 0.83 * 72 * fig.get_figwidth()
    rows = list(costs)
    for row, parts in enumerate(costs.values()):
        widths = np.array(list(parts.values())) / sum(parts.values())
        texts = []
        for part, share in zip(parts, widths, strict=True):
            per_cent = f"{100 * share:.0f} %"
            fits = [t for t in (part, per_cent) if 6.2 * len(t) < share * room]
            texts.append("\n".join(fits) if per_cent in fits else "")
        look = dict(height=0.62, alpha=0.55, edgecolor=INK, lw=0.6)
        stacked(ax, row, widths, map(kind_color, parts), texts, **look)
    ax.set_yticks(range(len(rows)), rows)
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5), xlabel="share of the whole block")
    ticks.percent(ax.xaxis)
    ax.grid(False)
    ax.tick_params(axis="y", length=0)
    return fig


def intensities(batch, layers: Mapping[str, np.ndarray], ridges) -> Figure:
    """Arithmetic intensity against the number of images in a batch.

    Args:
        batch: `(n,)`.
        layers: for each name `(n,)` intensities in FLOP/byte.
        ridges: by device; below its ridge a layer waits for the device's memory.
    """
    fig, ax = figure(height=3.6)
    labelled(ax, batch, layers, (BLUE, GREEN, ORANGE, PLUM))
    for device, ridge in ridges.items():
        ends = batch[0], batch[-1]
        ax.plot(ends, (ridge, ridge), color=MUTED, lw=1.2, ls="--")
        note(ax, device, (batch[0], ridge), (0, 3), color=MUTED)
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="images in a batch",
        ylabel="intensity (FLOP/byte)",
    )
    ticks.at(ax.xaxis, batch, ",.0f")
    ticks.plain_log(ax.yaxis)
    return fig
