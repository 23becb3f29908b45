"""Figures of chapter 3: blocks to scale, pixels read, spectra, the roofline."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle

from resnet_book.figures import ticks
from resnet_book.figures.labels import label_end, labelled, note
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
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
            ax.text(0, middle, f"{kernel}×{kernel}", ha="center", va="center")
            ax.text(0.62, middle, f"{size:,}", ha="left", va="center", color=MUTED)
        for i, channels in enumerate([layers[0][1], *(layer[2] for layer in layers)]):
            half, height = channels / widest / 2, 3 - i * step
            ax.plot([-half, half], [height, height], color=INK, lw=2)
            ax.text(0, height + 0.05, f"{channels}", ha="center", va="bottom", size=9)
        _skip(ax, layers[0][1] / widest / 2)
        total = sum(k * k * i * o for k, i, o in layers)
        ax.set_title(title)
        ax.text(0.62, -0.32, f"{total:,}", ha="left", va="center", weight="bold")
        ax.set(xlim=(-0.85, 1.5), ylim=(-0.6, 3.4))
        ax.axis("off")
    return fig


def _skip(ax, half):
    """The way around the block, and the sum that it ends in."""
    x = -half - 0.12
    ax.plot([-half, x, x, -0.07], [3, 3, -0.32, -0.32], color=INK, lw=1.2)
    ax.plot([0, 0], [0, -0.2], color=INK, lw=1.2)
    ax.text(0, -0.32, "+", ha="center", va="center", size=12, weight="bold")


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


def roofline(peak: float, bandwidth: float, points: Mapping[str, tuple]) -> Figure:
    """What a device can reach at each arithmetic intensity, and what layers do reach.

    Args:
        peak: FLOP/s.
        bandwidth: bytes/s.
        points: for each layer its intensity in FLOP/byte and its FLOP/s.
    """
    fig, ax = figure(height=4.2)
    intensity = np.array([x for x, _ in points.values()])
    speed = np.array([y for _, y in points.values()])
    ridge = peak / bandwidth
    x = np.geomspace(min(intensity.min(), ridge) / 2, 4 * max(intensity.max(), ridge))
    x = np.sort(np.append(x, ridge))
    ax.plot(x, np.minimum(peak, bandwidth * x) / 1e9, color=INK)
    ax.plot([ridge, ridge], [1e-9, peak / 1e9], color=MUTED, lw=1.2, ls="--")
    above = True
    for name, (a, b) in sorted(points.items(), key=lambda item: item[1]):
        above = not above  # labels of neighbours take turns
        ax.plot(a, b / 1e9, "o", color=kind_color(name), markersize=7)
        note(
            ax,
            name,
            (a, b / 1e9),
            (0, 7 if above else -8),
            ha="center",
            va="bottom" if above else "top",
            color=kind_color(name),
            size=9,
        )
    low = min(speed.min(), bandwidth * x[0]) / 3e9
    note(ax, f"ridge: {ridge:.1f} FLOP/byte", (ridge, low), (5, 6), color=MUTED)
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
    return fig


def shares(costs: Mapping[str, Mapping[str, float]]) -> Figure:
    """One bar for each kind of cost, cut into the parts of a block.

    Args:
        costs: for each cost (MACs, bytes, time) the amount of each part, same parts
            in the same order.
    """
    fig, ax = figure(height=2.7)
    rows = list(costs)
    for row, parts in enumerate(costs.values()):
        widths = np.array(list(parts.values())) / sum(parts.values())
        texts = [
            f"{part}\n{100 * width:.0f} %" if width > 0.075 else ""
            for part, width in zip(parts, widths, strict=True)
        ]
        look = dict(height=0.62, alpha=0.55, edgecolor=INK, lw=0.6)
        stacked(ax, row, widths, map(kind_color, parts), texts, **look)
    ax.set_yticks(range(len(rows)), rows)
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5), xlabel="share of the whole block")
    ticks.percent(ax.xaxis)
    ax.grid(False)
    ax.tick_params(axis="y", length=0)
    return fig


def intensities(batch, layers: Mapping[str, np.ndarray]) -> Figure:
    """Arithmetic intensity against the number of images in a batch.

    Args:
        batch: `(n,)`.
        layers: for each name `(n,)` intensities in FLOP/byte.
    """
    fig, ax = figure(height=3.0)
    labelled(ax, batch, layers, (BLUE, PLUM))
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="images in a batch",
        ylabel="intensity (FLOP/byte)",
    )
    ticks.at(ax.xaxis, batch, ",.0f")
    top = 2 * max(map(max, layers.values()))
    ticks.at(ax.yaxis, [t for t in (5, 10, 20, 50, 100, 200) if t < top])
    return fig
