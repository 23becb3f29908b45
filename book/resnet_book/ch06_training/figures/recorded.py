"""Figures of chapter 6 from records: chance, pieces removed, optimisers compared."""

import numpy as np
from matplotlib.figure import Figure

from resnet_book.ch06_training import comparison
from resnet_book.ch06_training.removals import Removal
from resnet_book.figures import ticks
from resnet_book.figures.labels import note
from resnet_book.figures.style import BLUE, GREEN, INK, MUTED, ORANGE, figure


def ablation(removals: list[Removal]) -> Figure:
    """What each removal changed: a dot per seed, a bar for the interval of the mean.

    Args:
        removals: In the order of the rows, the first at the bottom.
    """
    fig, ax = figure(height=0.45 * len(removals) + 1)
    ax.axvline(0, color=MUTED, lw=1.2, ls="--")
    for y, removal in enumerate(removals):
        color = MUTED if removal.verdict == "undecided" else BLUE
        ax.plot(removal.points, [y] * len(removal.points), "o", color=color, alpha=0.6)
        if removal.difference:
            ends = removal.difference.low, removal.difference.high
            ax.plot(ends, [y - 0.28] * 2, color=color, solid_capstyle="butt", lw=3)
    ax.set_yticks(range(len(removals)), [removal.piece for removal in removals])
    ax.set(xlabel="accuracy without it minus with it, points", ylabel="without")
    return fig


def chance(right) -> Figure:
    """Runs that differ in their seeds alone, as a dot each, with mean and deviations.

    Args:
        right: per cent right of each, `(seeds,)`.
    """
    fig, ax = figure(height=2.4)
    mean, sd = np.mean(right), np.std(right, ddof=1)
    for times, width in ((2, 2), (1, 5)):
        ends = [mean - times * sd, mean + times * sd]
        ax.plot(ends, [-1, -1], color=MUTED, lw=width, solid_capstyle="butt")
    ax.plot(mean, -1, "o", color=INK, ms=5)
    bins = np.rint(100 * np.asarray(right)).astype(int) // 10  # in images of 10,000
    for value, count in zip(*np.unique(bins, return_counts=True), strict=True):
        middle = [(value + 0.45) / 10] * count  # edges lie between two whole images
        ax.plot(middle, range(count), "o", color=BLUE, ms=6)
    ax.set(xlabel="right answers on the test set, per cent", ylim=(-2, None), yticks=[])
    return fig


def optimisers(found: dict) -> Figure:
    """Accuracy against the rate when tuning, and of each seed with the chosen pair.

    That pair is ringed, and the curve of a decay that was not chosen is pale.

    Args:
        found: by optimiser, `tried` (per cent right by decay and rate) and `seeds`.
    """
    fig, (left, right) = figure(1, 2, height=3.4)
    colors = dict(zip(found, (BLUE, ORANGE, GREEN), strict=True))
    own = {}
    for i, (name, of) in enumerate(found.items()):
        rate, best = comparison.chosen(of)
        curves = {float(decay): _by_rate(some) for decay, some in of["tried"].items()}
        own[name] = curves[best]
        for decay in sorted(curves, key=lambda decay, best=best: decay == best):
            look = {} if decay == best else dict(alpha=0.35, ms=3, lw=1)
            x, y = zip(*curves[decay].items(), strict=True)
            left.plot(x, y, "o-", color=colors[name], **look)
        ring = dict(ms=10 + 4 * i, mew=1.5, mfc="none", mec=colors[name])
        left.plot(rate, curves[best][rate], "o", **ring)
    for name in own:
        _name(left, name, own, color=colors[name])
    left.set(xscale="log", xlabel="peak learning rate")
    left.set_ylabel("held-out images right, per cent")
    left.margins(x=0.12, y=0.18)
    ticks.decades(left.xaxis)
    for x, (name, of) in enumerate(found.items()):
        dots = [run["test"] for run in of["seeds"].values()]
        right.plot([x] * len(dots), dots, "o", color=colors[name], alpha=0.7)
    right.set_xticks(range(len(found)), [name.replace(", ", ",\n") for name in found])
    right.set(ylabel="test images right, per cent", xlim=(-0.5, len(found) - 0.5))
    return fig


def _by_rate(tried):
    return {float(rate): value for rate, value in tried.items()}


def _best(curve):
    return max(curve.values())


def _name(ax, name, tried, color):
    """Above the best rate; behind the last where another does better at these rates."""
    own = tried[name]
    best, last = max(own, key=own.get), max(own)
    for other in tried.values():
        if other.keys() == own.keys() and _best(other) > own[best]:
            text = name.replace(", ", ",\n")
            note(ax, text, (last, own[last]), (6, 2), color=color)
            return
    note(ax, name, (best, own[best]), (0, 13), ha="center", color=color)
