"""Figures of chapter 2 about whole networks: paths, lesions, shattered gradients."""

import numpy as np
from matplotlib.figure import Figure

from resnet_book.figures import ticks
from resnet_book.figures.garments import say_source
from resnet_book.figures.labels import label_end, label_ends, note
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PLAIN,
    PLUM,
    RESIDUAL,
    figure,
)

_NETWORKS = (MUTED, GREEN, ORANGE, BLUE, PLUM)


def path_lengths(single, paths, gradient) -> Figure:
    """Gradient along one path, and how paths and gradient spread over the lengths.

    Args:
        single: typical norm of the gradient along one path of each length,
            `(blocks + 1,)`, in units of the shortest path's.
        paths: share of all paths that have each length, `(blocks + 1,)`.
        gradient: share of the gradient that comes along them, `(blocks + 1,)`.
    """
    length = np.arange(len(paths))
    fig, (left, right) = figure(1, 2, height=3.2)
    left.plot(length, single, "o-", color=PLUM, ms=4)
    left.set(yscale="log", ylabel="gradient along one path")
    ticks.decades(left.yaxis)
    for values, color, text in (
        (paths, MUTED, "paths"),
        (gradient, BLUE, "gradient"),
    ):
        right.plot(length, values, "o-", color=color, ms=4)
        top = int(np.argmax(values))
        note(right, text, (top, values[top]), (0, 7), ha="center", color=color)
    right.set(ylabel="share", ylim=(0, 1.18 * max(np.max(paths), np.max(gradient))))
    ticks.percent(right.yaxis)
    for ax in (left, right):
        ax.set(xlabel="branches on the path")
        ticks.whole(ax.xaxis)
    return fig


def lesions(accuracies: dict[str, np.ndarray], whole: dict[str, float], data) -> Figure:
    """Accuracy after the removal of one block, for each block.

    Args:
        accuracies: `(blocks,)` by network, the plain one first.
        whole: accuracy of each network with all its blocks.
        data: the `Dataset` of the test set.
    """
    fig, ax = figure(height=3.2)
    for (name, values), color in zip(
        accuracies.items(), (PLAIN, RESIDUAL), strict=True
    ):
        number = np.arange(1, len(values) + 1)
        (line,) = ax.plot(number, values, "o-", color=color)
        ax.hlines(whole[name], 0.5, number[-1], color=color, lw=1.2, ls="--")
        label_end(line, name, dx=7)
    ax.set(xlabel="block removed", ylabel="right answers", ylim=(-0.03, 1))
    ticks.whole(ax.xaxis)
    ticks.percent(ax.yaxis)
    return say_source(fig, data)


def traces(points, gradients: dict[str, np.ndarray]) -> Figure:
    """The gradient at each of a row of inputs, for several networks.

    Args:
        points: the inputs, `(n,)`.
        gradients: at each of them, `(n,)`, by network.
    """
    fig, axes = figure(len(gradients), 1, height=1.25 * len(gradients), sharex=True)
    for ax, (name, values), color in zip(
        axes, gradients.items(), _NETWORKS, strict=False
    ):
        ax.plot(points, values / np.abs(values).max(), color=color, lw=1.1)
        ax.set_title(name, size=9.5, loc="left", color=color)
        ax.set(ylim=(-1.1, 1.1), yticks=[-1, 0, 1])
    fig.supylabel("gradient over its largest value", size=10, color=INK)
    axes[-1].set_xlabel("input")
    return fig


def autocorrelations(correlations: dict[str, np.ndarray], spread: dict) -> Figure:
    """How much of its value a gradient keeps from one input to the next ones.

    Args:
        correlations: mean over networks, by lag, `(lags,)`, by kind of network.
        spread: standard deviation over networks, same names and shapes.
    """
    fig, ax = figure(height=3.5)
    lines = {}
    for (name, values), color in zip(correlations.items(), _NETWORKS, strict=False):
        lag = np.arange(len(values))
        (lines[name],) = ax.plot(lag, values, color=color)
        low, high = values - spread[name], values + spread[name]
        ax.fill_between(lag, low, high, color=color, alpha=0.12, lw=0)
    ax.set(xlabel="lag (inputs)", ylabel="autocorrelation", ylim=(-0.25, 1.05))
    # Short ones: on a phone a long name takes the room of the curves.
    names = {name.replace(", 24 layers", ""): line for name, line in lines.items()}
    label_ends(names, ax)
    ticks.whole(ax.xaxis)
    return fig
