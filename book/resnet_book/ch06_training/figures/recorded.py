"""Figures of chapter 6 from recorded runs: seeds, and one piece removed at a time."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator

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


def ablation(right: dict[str, list[float]], whole: str) -> Figure:
    """Accuracy without each piece, every seed a dot, the worst at the bottom.

    Args:
        right: per cent for each seed, by what was removed.
        whole: the entry from which nothing was removed.
    """
    names = sorted(right, key=lambda name: np.mean(right[name]))
    fig, ax = figure(height=0.4 * len(names) + 1)
    ax.axvline(np.mean(right[whole]), color=MUTED, lw=1.2, ls="--")
    for y, name in enumerate(names):
        color = INK if name == whole else BLUE
        ax.plot(right[name], [y] * len(right[name]), "o", color=color, alpha=0.6)
        ax.plot([np.mean(right[name])] * 2, [y - 0.25, y + 0.25], color=color)
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="right answers on held-out images, per cent", ylabel="without")
    return fig
