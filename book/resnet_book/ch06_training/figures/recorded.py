"""Figures of chapter 6 from recorded runs: seeds, and one piece removed at a time."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

from resnet_book.ch06_training.removals import Removal
from resnet_book.figures import ticks
from resnet_book.figures.garments import say_source
from resnet_book.figures.labels import label_end
from resnet_book.figures.style import BLUE, INK, MUTED, ORANGE, figure


def seeds(live, recorded: list, data) -> Figure:
    """Accuracy after each epoch: this page's run, and recorded ones.

    Args:
        live: `(epochs,)`, fraction right, of this page's run.
        recorded: one `(epochs,)` for each seed.
        data: the `Dataset` of this page's run.
    """
    fig, ax = figure(height=3.2)
    for i, values in enumerate(recorded):
        (line,) = ax.plot(range(1, len(values) + 1), values, "o-", color=BLUE, lw=1.2)
        if i == 0:
            label_end(line, "recorded, one a seed", dx=7, dy=-6)
    (line,) = ax.plot(range(1, len(live) + 1), live, "o-", color=ORANGE)
    label_end(line, "this page", dx=7, dy=6)
    longest = max(map(len, [live, *recorded]))
    ax.xaxis.set_major_locator(FixedLocator(range(1, longest + 1)))
    ticks.percent(ax.yaxis)
    ax.set(xlabel="epoch", ylabel="right answers", xlim=(0.85, longest + 0.15))
    return say_source(fig, data)


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
    bins = np.round(np.asarray(right) / 0.1)
    for value in np.unique(bins):
        same = np.sort(np.asarray(right)[bins == value])
        ax.plot([value * 0.1] * len(same), range(len(same)), "o", color=BLUE, ms=6)
    ax.set(xlabel="right answers on the test set, per cent", ylim=(-2, None), yticks=[])
    return fig
