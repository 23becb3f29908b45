"""Figures of chapter 6: checks before training, and a run step by step."""

import numpy as np
from matplotlib.figure import Figure

from resnet_book.experiments.by_hand import Steps
from resnet_book.figures import ticks
from resnet_book.figures.labels import note
from resnet_book.figures.style import BLUE, GREEN, INK, MUTED, ORANGE, PLUM, figure

MEAN_OF, HIGHEST = 10, 4.0
"""Steps around one over which the range test's loss is averaged; the panels' top."""


def checks(by_heart, no_input, rates, range_test, peak: float) -> Figure:
    """One batch by heart, black images, and a rising rate.

    Args:
        by_heart: `(steps,)`, loss in nats.
        no_input: `(steps,)`.
        rates: `(n,)`, the learning rate of each step of the range test.
        range_test: `(n,)`, its loss.
        peak: the rate that the recipe rises to.
    """
    fig, (left, right) = figure(1, 2, height=3.2, sharey=True)
    for values, color, text, offset in (
        (no_input, ORANGE, "black images", (0, 8)),
        (by_heart, BLUE, "one batch", (0, 8)),
    ):
        left.plot(np.arange(1, len(values) + 1), values, color=color, lw=1.6)
        at = len(values) // 2
        note(left, text, (at, values[at]), offset, color=color)
    for ax in (left, right):
        ax.axhline(np.log(10), color=MUTED, lw=1.2, ls="--")
    right.plot(rates, range_test, ".", color=BLUE, ms=3, alpha=0.6)
    over = np.flatnonzero(~(np.asarray(range_test) <= HIGHEST))  # nan as well
    above = [HIGHEST - 0.1] * len(over)
    right.plot(np.asarray(rates)[over], above, "^", color=BLUE, ms=5)
    around = range(len(rates) - MEAN_OF + 1)
    mean = [np.mean(range_test[i : i + MEAN_OF]) for i in around]
    right.plot([rates[i + MEAN_OF // 2] for i in around], mean, color=BLUE, lw=1.8)
    right.axvline(peak, color=INK, lw=1.2, ls=":")
    right.set(xscale="log", xlabel="learning rate")
    ticks.decades(right.xaxis)
    left.set(xlabel="step", ylabel="loss (nats)", ylim=(0, HIGHEST))
    return fig


def steps(run: Steps, rates) -> Figure:
    """Rate, loss, gradient and update of a run, one panel each.

    Args:
        run: what its steps did.
        rates: `(steps,)`.
    """
    at = np.arange(1, len(rates) + 1)
    fig, axes = figure(4, 1, height=5.6, sharex=True)
    series = (
        ("learning rate", rates, MUTED),
        ("loss (nats)", run.loss, BLUE),
        ("‖∂L/∂θ‖", run.gradient, PLUM),
        ("‖Δθ‖ / ‖θ‖", run.update, GREEN),
    )
    for ax, (label, values, color) in zip(axes, series, strict=True):
        ax.plot(at, values, color=color, lw=1.5)
        ax.set_ylabel(label)
        ax.set_ylim(0, None)
    axes[-1].set(xlabel="step", xlim=(1, at[-1]))
    return fig
