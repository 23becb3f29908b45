"""Chapter 1's figures of plain-56, treated and while it trains."""

import re

import numpy as np
from matplotlib.figure import Figure

from resnet_book.ch01_vanishing_gradients.directed import Directed
from resnet_book.ch01_vanishing_gradients.treated import WHOLE, Treated
from resnet_book.figures.labels import label_end
from resnet_book.figures.style import (
    GREEN,
    MUTED,
    PLAIN,
    PLUM,
    RESIDUAL,
    SAND,
    figure,
)
from resnet_book.names import title

DIRECTED = (PLAIN, PLUM, GREEN, SAND)


def losses(found: list[Treated]) -> Figure:
    """Training loss at the end: a ring for the tuning run, a dot per other seed.

    Args:
        found: In the order of the rows, the first at the top.
    """
    fig, ax = figure(height=0.42 * len(found) + 1)
    for y, one in enumerate(reversed(found)):
        color = RESIDUAL if one.name.startswith(("resnet", "Skip")) else PLAIN
        ax.plot(one.best[1], y, "o", mfc="none", color=color, ms=7)
        ax.plot(one.losses, [y] * len(one.losses), "o", color=color, alpha=0.7, ms=4)
        if one.name == WHOLE:
            ax.axvline(np.mean(one.losses), color=MUTED, lw=1, ls="--", zorder=0)
    names = [title(one.name).replace(", ", ",\n") for one in reversed(found)]
    ax.set_yticks(range(len(found)), names)
    ax.set(xlabel="training loss at the end, nats", xlim=(0, None))
    return fig


def through_training(
    step: list[int], norms: dict[str, dict[str, np.ndarray]]
) -> Figure:
    """‖∂L/∂W‖ of the first and the last 3×3 kernel against the step; a line per seed.

    Args:
        step: (windows,), last step of each window.
        norms: Of plain56 and resnet56, `first` and `last`, each (seeds, windows).
    """
    fig, axes = figure(1, len(norms), height=3.2, sharey=True)
    for ax, (name, ends) in zip(axes, norms.items(), strict=True):
        color = RESIDUAL if name.startswith("resnet") else PLAIN
        for end, style in (("first", "-"), ("last", ":")):
            for seed in ends[end]:
                (line,) = ax.plot(step, seed, style, color=color, lw=1, alpha=0.7)
            label_end(line, end)
        ax.set(title=title(name), xlabel="step", yscale="log")
    axes[0].set(ylabel="‖∂L/∂W‖")
    return fig


def directions(step: list[int], found: list[Directed]) -> Figure:
    """Agreement of the first steps' directions, and the losses at the end.

    Args:
        step: Those that were probed.
        found: The networks, the first at the top of the second panel.
    """
    fig, (start, end) = figure(1, 2, height=3.0)
    for y, (one, color) in enumerate(zip(found, DIRECTED, strict=True)):
        last = len(step) - one.spoilt  # whole batches count again at the last probe
        start.plot(step[:last], one.agreement.T[:last], color=color, lw=0.7, alpha=0.35)
        start.plot(step[:last], one.agreement.mean(0)[:last], color=color, lw=2)
        if one.spoilt:
            start.plot(step[last:], one.agreement.T[last:], "o", color=color, ms=3)
        losses = list(one.losses.values())
        end.plot(losses, [-y] * len(losses), "o", color=color, alpha=0.7, ms=4)
    names = [re.sub(" (in|at) ", r"\n\1 ", one.name) for one in found]
    end.set_yticks(range(0, -len(found), -1), names)
    for label, color in zip(end.get_yticklabels(), DIRECTED, strict=True):
        label.set_color(color)
    start.set(xlabel="step", title="agreement of directions")
    end.set(xlabel="nats", title="training loss at the end", xlim=(0, None))
    end.set_ylim(0.5 - len(found), 0.5)
    return fig
