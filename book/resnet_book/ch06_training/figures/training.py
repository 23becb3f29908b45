"""Figures of chapter 6: smoothed losses, two modes, confusions, calibration."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from resnet_book.figures import ticks
from resnet_book.figures.garments import say_source
from resnet_book.figures.labels import label_end, note
from resnet_book.figures.style import BLUE, GREEN, INK, MUTED, ORANGE, figure


def class_matrix(values, data, *, row: str, column: str, least: float = 1.0) -> Figure:
    """A number for each pair of classes, darker where it is larger.

    Args:
        values: `(classes, classes)`, per cent; the diagonal is left out.
        data: the `Dataset` that they were measured on.
        row: what the row's class is.
        column: what the column's class is.
        least: cells with smaller values stay empty.
    """
    names, n = data.class_names, len(data.class_names)
    off = np.where(np.eye(n, dtype=bool), 0.0, values)
    fig, ax = figure(height=5.0)
    for i, j in np.argwhere(off >= least):
        shade = 0.6 * off[i, j] / off.max()
        ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, color=BLUE, alpha=shade, lw=0))
        ax.text(j, i, f"{off[i, j]:.0f}", ha="center", va="center", size=9)
    for i in range(n):
        ax.text(i, i, "·", ha="center", va="center", color=MUTED)
    ax.set(xlim=(-0.5, n - 0.5), ylim=(n - 0.5, -0.5), xlabel=column, ylabel=row)
    ax.set_xticks(range(n), names, rotation=35, ha="right", rotation_mode="anchor")
    ax.set_yticks(range(n), names)
    ax.set_xticks(np.arange(n + 1) - 0.5, minor=True)
    ax.set_yticks(np.arange(n + 1) - 0.5, minor=True)
    ax.grid(False)
    ax.grid(True, which="minor")
    ax.tick_params(which="both", length=0)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return say_source(fig, data)


def smoothing(margin, hard, smoothed, epsilon: float) -> Figure:
    """Loss against the lead of the right logit, with and without label smoothing.

    Args:
        margin: `(n,)`, by how much the right logit exceeds all others.
        hard: `(n,)`, loss without smoothing, in nats.
        smoothed: `(n,)`, loss with it.
        epsilon: the smoothing.
    """
    fig, ax = figure(height=3.0)
    lines = ax.plot(margin, hard, margin, smoothed)
    names = ("ε = 0", f"ε = {epsilon:g}")
    for line, color, text in zip(lines, (ORANGE, BLUE), names, strict=True):
        line.set_color(color)
        label_end(line, text, dy=7)
    best = int(np.argmin(smoothed))
    ax.plot(margin[best], smoothed[best], "o", color=BLUE)
    note(
        ax,
        "least possible",
        (margin[best], smoothed[best]),
        (4, -7),
        va="top",
        color=BLUE,
    )
    ax.set(xlabel="lead of the right logit", ylabel="loss (nats)", ylim=(0, None))
    return fig


def modes(sizes, shuffled, sorted_, evaluation: float, data) -> Figure:
    """Accuracy of a network left in training mode, by the batch that it sees.

    Args:
        sizes: images per batch, ascending.
        shuffled: accuracy at each size, images in random order.
        sorted_: accuracy at each size, images sorted by class.
        evaluation: accuracy in evaluation mode.
        data: the `Dataset` that it was measured on.
    """
    fig, ax = figure(height=3.4)
    for values, color, text in (
        (shuffled, BLUE, "shuffled batches"),
        (sorted_, ORANGE, "batches sorted by class"),
    ):
        ax.plot(sizes, values, "o-", color=color)
        note(ax, text, (sizes[1], values[1]), (0, -16), color=color)
    ax.axhline(evaluation, color=INK, lw=1.2, ls="--")
    note(ax, "evaluation mode", (sizes[0], evaluation), (0, 4))
    ax.set(xscale="log", xlabel="images in a batch", ylabel="right answers")
    ax.set_ylim(0, 1.04)
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.xaxis.set_minor_locator(NullLocator())
    ticks.percent(ax.yaxis)
    return say_source(fig, data)


def reliability(diagrams: dict[str, tuple], data) -> Figure:
    """Accuracy against confidence, bin by bin, and how many images each bin holds.

    Args:
        diagrams: two; for each name the bins' mean confidence, accuracy and share
            of the images, three `(bins,)` arrays; empty bins have share 0.
        data: the `Dataset` that they were measured on.
    """
    fig, (top, below) = figure(2, 1, height=5.0, sharex=True, height_ratios=[3, 1])
    top.plot([0, 1], [0, 1], color=MUTED, lw=1.2, ls="--")
    top.text(0.6, 0.5, "as sure as right", color=MUTED)
    rows = ((BLUE, 0.96), (GREEN, 0.88))
    for (name, diagram), (color, height) in zip(diagrams.items(), rows, strict=True):
        confidence, accuracy, share = (np.asarray(part) for part in diagram)
        filled = np.flatnonzero(share)
        top.plot(confidence[filled], accuracy[filled], color=color, lw=1.2)
        top.scatter(
            confidence[filled], accuracy[filled], s=8 + 250 * share[filled], color=color
        )
        top.text(0.12, height, f"● {name}", color=color, va="top")
        edges = np.linspace(0, 1, len(share) + 1)
        below.stairs(share, edges, color=color, lw=1.6)
    for ax in (top, below):
        ticks.percent(ax.yaxis)
    ticks.percent(below.xaxis)
    top.set(ylabel="right answers", ylim=(0, 1.04), xlim=(0.1, 1.02))
    below.set(xlabel="confidence", ylabel="images")
    return say_source(fig, data)
