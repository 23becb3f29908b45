"""Figures of chapter 6: losses, schedules, curves, confusions, calibration."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator, PercentFormatter

from resnet_lib.plots.garments import say_source
from resnet_lib.plots.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PLUM,
    figure,
    label_end,
)


def class_matrix(values, data, *, row: str, column: str, least: float = 1.0) -> Figure:
    """A number for each pair of classes, darker where it is larger.

    Args:
        values: `(classes, classes)`, per cent; the diagonal is left out.
        data: the `Dataset` that they were measured on.
        row: what the row's class is.
        column: what the column's class is.
        least: smaller values are not written out.
    """
    names, n = data.class_names, len(data.class_names)
    off = np.where(np.eye(n, dtype=bool), 0.0, values)
    fig, ax = figure(height=5.0)
    for i, j in np.argwhere(off > 0):
        shade = 0.6 * off[i, j] / off.max()
        ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, color=BLUE, alpha=shade, lw=0))
        if off[i, j] >= least:
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
    for line, color, text in zip(
        lines, (ORANGE, BLUE), ("ε = 0", f"ε = {epsilon:g}"), strict=True
    ):
        line.set_color(color)
        label_end(line, text)
    best = int(np.argmin(smoothed))
    ax.plot(margin[best], smoothed[best], "o", color=BLUE)
    ax.annotate(
        "least possible",
        (margin[best], smoothed[best]),
        xytext=(0, 9),
        textcoords="offset points",
        ha="center",
        color=BLUE,
    )
    ax.set(xlabel="lead of the right logit", ylabel="loss (nats)", ylim=(0, None))
    return fig


def one_cycle(rates, steps_per_epoch: int) -> Figure:
    """The learning rate of every step of a run.

    Args:
        rates: `(steps,)`.
        steps_per_epoch: marked on the axis.
    """
    fig, ax = figure(height=2.6)
    ax.plot(np.arange(len(rates)) / steps_per_epoch, rates, color=BLUE)
    ax.set(xlabel="epoch", ylabel="learning rate", ylim=(0, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return fig


def curves(history, floor: float, data) -> Figure:
    """Loss and accuracy after each epoch of a run.

    Args:
        history: a `History`.
        floor: the least that the training loss can be, for label smoothing.
        data: the `Dataset` of the test set.
    """
    epochs = np.arange(1, len(history.train_loss) + 1)
    fig, (left, right) = figure(1, 2, height=3.1)
    for ax, train, test in (
        (left, history.train_loss, history.test_loss),
        (right, history.train_accuracy, history.test_accuracy),
    ):
        for values, color, text in ((train, ORANGE, "train"), (test, BLUE, "test")):
            (line,) = ax.plot(epochs, values, "o-", color=color)
            label_end(line, text, dx=7)
        ax.set(xlabel="epoch", xlim=(epochs[0] - 0.15, epochs[-1] + 0.15))
        ax.xaxis.set_major_locator(FixedLocator(epochs))
    left.axhline(floor, color=MUTED, lw=1.2, ls="--")
    left.text(epochs[0], floor, "least possible in training", color=MUTED, va="bottom")
    left.set(ylabel="loss (nats)", ylim=(0, None))
    right.set(ylabel="right answers")
    right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return say_source(fig, data)


def modes(sizes, shuffled, sorted_, evaluation: float, data) -> Figure:
    """Accuracy of a network left in training mode, by the batch that it sees.

    Args:
        sizes: images a batch, ascending.
        shuffled: accuracy at each size, images in random order.
        sorted_: accuracy at each size, images sorted by class.
        evaluation: accuracy in evaluation mode.
        data: the `Dataset` that it was measured on.
    """
    fig, ax = figure(height=3.4)
    for values, color, text in (
        (shuffled, BLUE, "shuffled"),
        (sorted_, ORANGE, "sorted\nby class"),
    ):
        (line,) = ax.plot(sizes, values, "o-", color=color)
        label_end(line, text, dx=7)
    ax.axhline(evaluation, color=INK, lw=1.2, ls="--")
    ax.annotate(
        "evaluation mode",
        (sizes[0], evaluation),
        xytext=(0, 4),
        textcoords="offset points",
    )
    ax.set(xscale="log", xlabel="images in a batch", ylabel="right answers")
    ax.set_ylim(0, 1.04)
    ax.set_xticks(sizes, [f"{size:,}" for size in sizes])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    return say_source(fig, data)


def reliability(diagrams: dict[str, tuple], data) -> Figure:
    """Accuracy against confidence, bin by bin, and how many images each bin holds.

    Args:
        diagrams: for each name the bins' mean confidence, accuracy and share of the
            images, three `(bins,)` arrays; empty bins have share 0.
        data: the `Dataset` that they were measured on.
    """
    fig, (top, below) = figure(2, 1, height=5.0, sharex=True, height_ratios=[3, 1])
    top.plot([0, 1], [0, 1], color=MUTED, lw=1.2, ls="--")
    top.text(0.02, 0.06, "as sure as it is right", color=MUTED)
    colors = (BLUE, GREEN, PLUM)
    for (name, diagram), color in zip(diagrams.items(), colors, strict=False):
        confidence, accuracy, share = (np.asarray(part) for part in diagram)
        filled = share > 0
        line = top.plot(confidence[filled], accuracy[filled], "o-", color=color)[0]
        edges = np.linspace(0, 1, len(share) + 1)
        below.stairs(share, edges, color=color, lw=1.6)
        middle = np.flatnonzero(filled)[: filled.sum() // 2][-1]
        top.annotate(
            name,
            (confidence[middle], accuracy[middle]),
            xytext=(-8, 8),
            textcoords="offset points",
            ha="right",
            color=line.get_color(),
        )
    for ax in (top, below):
        ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    below.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    top.set(ylabel="right answers", ylim=(0, 1.04), xlim=(0, 1.02))
    below.set(xlabel="confidence", ylabel="images")
    return say_source(fig, data)
