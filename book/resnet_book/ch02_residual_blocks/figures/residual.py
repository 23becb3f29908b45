"""Figures of chapter 2 about single blocks: classes, gradients, shortcuts, signals."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from resnet_book.figures import ticks
from resnet_book.figures.garments import say_source
from resnet_book.figures.labels import label_end, label_ends, labelled, note
from resnet_book.figures.style import (
    BLUE,
    COLORS,
    GREEN,
    MUTED,
    PLAIN,
    PLUM,
    RESIDUAL,
    figure,
)

# What is not read is blue: black and white are pixels too.
_GREYS = LinearSegmentedColormap.from_list("greys", [COLORS["paper"].dark, "white"])
_GREYS = _GREYS.with_extremes(bad=BLUE)
_COLORS = (PLAIN, RESIDUAL, GREEN, PLUM)


def learning_identity(depths, errors: dict[str, np.ndarray]) -> Figure:
    """Error left after training networks of several depths to return their input.

    Args:
        depths: blocks, `(d,)`, ascending.
        errors: relative squared errors `(seeds, d)` by kind of network.
    """
    fig, ax = figure(height=3.4)
    beside = {"plain": -9, "plain,\nsmall F": 11}  # these two end close together
    for name, values in errors.items():
        values = np.asarray(values)
        color = PLAIN if name.startswith("plain") else RESIDUAL
        middle = np.exp(np.log(values).mean(0))
        look = "o:" if "small" in name else "o-"
        (line,) = ax.plot(depths, middle, look, color=color)
        ax.fill_between(
            depths, values.min(0), values.max(0), color=color, alpha=0.15, lw=0
        )
        label_end(line, name, dx=8, dy=beside.get(name, 0))
    ax.hlines(1, depths[0], depths[-1], color=MUTED, lw=1.2, ls="--")
    note(ax, "answering 0", (depths[0], 1), (0, 4), color=MUTED)
    ax.set(xscale="log", yscale="log", xlabel="blocks", ylabel="error left")
    ax.set_xticks(depths, [str(d) for d in depths])
    ax.xaxis.set_minor_locator(NullLocator())
    ticks.decades(ax.yaxis)
    return fig


def through_blocks(measured: dict[str, tuple]) -> Figure:
    """What each block does to the gradient that passes it, in size and direction.

    Args:
        measured: for each kind of network the ratio ‖∂L/∂x‖ / ‖∂L/∂y‖ and the cosine
            between the two, `(blocks,)` each.
    """
    fig, (left, right) = figure(1, 2, height=3.2)
    lines = {}
    for (name, (ratio, cosine)), color in zip(measured.items(), _COLORS, strict=False):
        number = np.arange(1, len(ratio) + 1)
        left.plot(number, ratio, "o-", color=color, ms=3.5)
        (lines[name],) = right.plot(number, cosine, "o-", color=color, ms=3.5)
    left.axhline(1, color=MUTED, lw=1.2, ls="--")
    left.set(ylabel="‖∂L/∂x‖ / ‖∂L/∂y‖", yscale="log", xlabel="block")
    ticks.at(left.yaxis, [1, 1.5, 2, 3, 4, 6])
    right.set(ylabel="cosine of ∂L/∂x and ∂L/∂y", ylim=(-0.1, 1.08), xlabel="block")
    label_ends(lines, right)
    for ax in (left, right):
        ticks.whole(ax.xaxis, 5)
    return fig


def kept_pixels(image, read: dict[str, np.ndarray], results: dict, data) -> Figure:
    """Which pixels a shortcut of stride 2 reads, and what it makes of them.

    Args:
        image: `(h, w)`, grey levels.
        read: a mask `(h, w)` of the pixels read, by shortcut.
        results: `(h/2, w/2)` by shortcut, same names.
        data: the `Dataset` that the image comes from.
    """
    fig, axes = figure(1, 1 + 2 * len(read), height=1.9)
    panels = {"the map x": image}
    for name, mask in read.items():
        panels[f"{name} reads {mask.mean():.0%}"] = np.where(mask, image, np.nan)
        panels[f"{name} gives"] = results[name]
    for ax, (title, pixels) in zip(axes, panels.items(), strict=True):
        ax.imshow(pixels, cmap=_GREYS, vmin=0, vmax=255, interpolation="none")
        ax.set_title(title, size=9, loc="left", weight="normal")
        ax.set_axis_off()
    return say_source(fig, data)


def signal(means: dict[str, np.ndarray], expected) -> Figure:
    """Mean activation after each block, for several places of the last ReLU.

    Args:
        means: `(blocks + 1,)` by order of layers, the stem's output first.
        expected: `(blocks + 1,)`, what is predicted for the first of them.
    """
    fig, ax = figure(height=3.2)
    number = np.arange(len(expected))
    ax.plot(number, expected, color=MUTED, lw=1.2, ls="--")
    labelled(ax, number, means, (PLUM, BLUE, GREEN), dx=6, ms=3.5)
    ax.set(xlabel="block", ylabel="mean activation")
    ticks.whole(ax.xaxis)
    return fig
