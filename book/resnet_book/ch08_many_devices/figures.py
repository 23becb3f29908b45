"""Figures of chapter 8: who holds what, and what crosses between devices."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from resnet_book.ch08_many_devices.norms import Compared
from resnet_book.figures import ticks
from resnet_book.figures.labels import labelled
from resnet_book.figures.stacked import stacked
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PALETTE,
    figure,
)


def data_parallel(devices: int, images: int) -> Figure:
    """A batch dealt out, a model on every device, gradients summed.

    Args:
        devices: how many.
        images: in the whole batch.
    """
    fig, ax = figure(height=3.2)
    share = images // devices
    ax.add_patch(Rectangle((0, 3.1), devices, 0.55, color=BLUE, alpha=0.3, lw=0))
    ax.text(devices / 2, 3.78, f"a batch of {images} images", ha="center", va="bottom")
    for i in range(devices):
        middle = i + 0.5
        ax.plot([i, i], [3.1, 3.65], color=INK, lw=0.8)
        ax.text(middle, 3.375, f"{share}", ha="center", va="center")
        _arrow(ax, (middle, 3.05), (middle, 2.45))
        box = Rectangle((i + 0.08, 1.75), 0.84, 0.65, color=ORANGE, alpha=0.3, lw=0)
        ax.add_patch(box)
        ax.text(middle, 2.07, "θ", ha="center", va="center")
        _arrow(ax, (middle, 1.7), (middle, 1.1))
    ax.plot([devices, devices], [3.1, 3.65], color=INK, lw=0.8)
    ax.add_patch(Rectangle((0, 0.45), devices, 0.6, color=GREEN, alpha=0.3, lw=0))
    text = "gradients and statistics, added up"
    ax.text(devices / 2, 0.74, text, ha="center", va="center", size=9)
    for height, label in (
        (3.375, "images"),
        (2.07, "parameters"),
        (0.74, "all-reduce"),
    ):
        ax.text(-0.15, height, label, ha="right", va="center", color=MUTED, size=9)
    ax.set(xlim=(-1.5, devices + 0.1), ylim=(0.3, 4.15))
    ax.axis("off")
    return fig


def _arrow(ax, start, end):
    arrow = dict(arrowstyle="-|>", mutation_scale=8, color=INK, lw=0.9)
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, **arrow))


def layers(read: Mapping[str, int], norms: Mapping[str, int]) -> Figure:
    """Bytes that the all-reduces of a step carry, layer by layer.

    Args:
        read: for each layer, by its path in the model, the bytes of its gradient.
        norms: for each layer the bytes of batch statistics, forward and back.
    """
    parts = [("gradients", BLUE, 0.6), ("sums of its norm", ORANGE, 0.8)]
    bars = {
        _in_words(name): (size / 1024, norms.get(name, 0) / 1024)
        for name, size in read.items()
    }
    return stacked(bars, parts, "KiB in all-reduces per step", 0.26)


def _in_words(path: str) -> str:
    """What `stages.0.first.conv1` is, in a network with one block per stage."""
    part, *within = path.split(".")
    if part != "stages":
        return part
    which = {"conv1": "first", "conv2": "second"}[within[-1]]
    return f"stage {int(within[0]) + 1}, {which}"


def held(groups: Mapping[str, Mapping[str, float]]) -> Figure:
    """Bytes that one device keeps between steps, by what they are.

    Args:
        groups: for each layout the KiB of each part, same parts in the same order.
    """
    fig, ax = figure(height=1.0 + 0.45 * len(groups))
    for y, parts in enumerate(groups.values()):
        left = 0.0
        for color, (name, size) in zip(PALETTE, parts.items(), strict=False):
            label = name if y == 0 else None
            ax.barh(y, size, left=left, color=color, alpha=0.6, height=0.7, label=label)
            left += size
        beside = dict(xytext=(5, 0), textcoords="offset points", va="center")
        ax.annotate(f"{left:,.0f}", (left, y), size=9, color=INK, **beside)
    ax.set_yticks(range(len(groups)), list(groups))
    ax.set(ylim=(len(groups) - 0.5, -0.5), xlabel="KiB on one device between steps")
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    where = dict(loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    ax.legend(ncols=3, **where)
    return fig


def norms(found: Sequence[Compared]) -> Figure:
    """Accuracy with statistics of the whole batch and of each device's share.

    Args:
        found: for each share, a panel of its own scale, both kinds: a dot per seed and
            a bar for their mean.
    """
    fig, axes = figure(len(found), 1, height=0.4 + 1.15 * len(found))
    for ax, one in zip(axes, found, strict=True):
        kinds = {"synchronised": (ORANGE, one.synchronised), "local": (BLUE, one.local)}
        for y, (color, right) in enumerate(kinds.values()):
            values = list(right.values())
            ax.plot(values, [y] * len(values), "o", color=color, alpha=0.5)
            if values:
                mean = sum(values) / len(values)
                ax.plot([mean] * 2, [y - 0.3, y + 0.3], color=color)
        ax.set(ylim=(1.6, -0.6), title=f"{one.share} images each")
        ax.set_yticks(range(2), list(kinds))
        ax.tick_params(axis="y", length=0)
    axes[-1].set_xlabel("right answers on test images, %")
    return fig


def scaling(
    chips: Sequence[int],
    lines: Mapping[str, Sequence[float]],
    measured: Mapping[int, float],
) -> Figure:
    """Milliseconds of a step against the number of chips, on paper.

    Args:
        chips: how many, `(n,)`.
        lines: for each part of a step its milliseconds, `(n,)`.
        measured: milliseconds of a step by number of chips; there may be none.
    """
    fig, ax = figure(height=3.8)
    labelled(ax, chips, lines, (BLUE, ORANGE, GREEN))
    ax.plot(list(measured), list(measured.values()), "o", color=INK)
    ax.set(xscale="log", yscale="log", xlabel="chips", ylabel="time of a step (ms)")
    ticks.at(ax.xaxis, chips, ",.0f")
    ticks.plain_log(ax.yaxis)
    return fig
