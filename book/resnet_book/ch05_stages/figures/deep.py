"""Figures of chapter 5: a thousand layers at the start and a hundred steps later."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from resnet_book.figures import narrow, ticks
from resnet_book.figures.labels import note
from resnet_book.figures.style import (
    BLUE,
    COLORS,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PLUM,
    figure,
)

MEAN_OF = 10
"""Steps over which a curve is averaged, the latest ones."""


def losses(
    runs: Mapping[str, dict], chance: float, width: float | None = None
) -> Figure:
    """The training loss of each run, a running mean, on a logarithmic axis.

    Args:
        runs: of the record `resnet1202`, by their labels.
        chance: the loss of a guess, in nats.
        width: in inches, if not that of the text: labels leave out "layers" then.
    """
    fig, ax = figure(height=3.6)
    fig.set_figwidth(width or fig.get_figwidth())
    fig.narrow = partial(losses, runs, chance, narrow.WIDTH)
    lines = {}
    for (name, run), color in zip(
        runs.items(), (MUTED, INK, ORANGE, PLUM, GREEN, BLUE), strict=False
    ):
        loss = np.array([np.nan if v is None else v for v in run["loss"]])
        mean = [loss[max(0, i - MEAN_OF) : i].mean() for i in range(1, len(loss) + 1)]
        label = name.replace(" layers", "") if width else name
        (lines[label],) = ax.plot(range(1, len(loss) + 1), mean, color=color, lw=1.8)
    ax.axhline(chance, color=MUTED, lw=1, ls="--")
    ax.set(yscale="log", xlabel="step", ylabel="loss (nats)", xlim=(1, None))
    ticks.plain_log(ax.yaxis)
    label_logs(ax, lines)
    return fig


def profiles(
    runs: Mapping[str, tuple],
    stages: Sequence[np.ndarray],
    said: Sequence[np.ndarray],
    laws: Sequence[np.ndarray],
) -> Figure:
    """Gradient norm at each block's input, of whole networks and of single stages.

    Args:
        runs: `(gradient norms, name of a colour, style)` by label, in the first panel.
        stages: of a network whose stages begin the sum anew, in the second, from the
            second block of each: in front of it one block has been added.
        said: what the law says of each stage with the shares measured there.
        laws: what the law alone says in each panel, dotted.
    """
    fig, (left, right) = figure(1, 2, height=3.6)
    for name, (norms, color, look) in runs.items():
        color = COLORS[color].light
        top = _profile(left, norms, look, color)
        note(left, name, (1, top), (8, 0), color=color)
    for lines, color in ((said, PLUM), (stages, GREEN)):
        for norms, look in zip(lines, ("-", "--", "-."), strict=False):
            _profile(right, norms, look, color)
    note(right, "pre-activation,\nthree stages", (1, 2), (4, 0), color=GREEN)
    note(right, "the law with\nmeasured shares", (1, 1), (4, 0), color=PLUM)
    for ax, law in zip((left, right), laws, strict=True):
        _profile(ax, law, ":", MUTED)
        at = round(len(law) ** 0.5)
        note(ax, "the law", (at, law[at - 1]), (10, 6), color=MUTED)
        ax.set(xscale="log", yscale="log")
        ticks.at(ax.xaxis, [1, 10, 100, len(law)])
        ticks.decades(ax.yaxis)
    left.set(xlabel="block l, counted from the stem")
    left.set_ylabel("‖∂L/∂x‖ at its input, last block = 1")
    right.set(xlabel="l, from a stage’s second block on")
    right.set_ylabel("the same, last of its stage = 1")
    return fig


def _profile(ax, norms, look, color):
    """Draws norms relative to the last, and returns the first of them."""
    relative = np.asarray(norms) / norms[-1]
    ax.plot(range(1, 1 + len(norms)), relative, look, color=color, lw=1.8)
    return relative[0]


def label_logs(ax, lines) -> None:
    """Labels at the ends of lines on a logarithmic axis."""
    low, high = np.log(ax.get_ylim())
    points = 0.72 * ax.figure.get_size_inches()[1] * 72 / (high - low)
    taken = -np.inf
    for name, line in sorted(lines.items(), key=lambda one: one[1].get_ydata()[-1]):
        at = np.log(line.get_ydata()[-1]) * points
        taken = max(at, taken + 13.0)
        look = dict(va="center", color=line.get_color(), annotation_clip=False)
        note(ax, name, tuple(line.get_xydata()[-1]), (6, taken - at), **look)


def field(influence, sides: Mapping[str, int], formula: int) -> Figure:
    """Nested squares, and the influence along the middle row.

    Args:
        influence: `(n, n)`, of each pixel on one output.
        sides: side of the square that holds a share of it, by label, smallest first.
        formula: side of the receptive field that the formula gives.
    """
    fig, (left, right) = figure(1, 2, height=3.2)
    for (name, side), color in zip(
        {**sides, "the formula’s field": formula}.items(),
        (BLUE, BLUE, ORANGE),
        strict=True,
    ):
        filled = side != formula
        patch = Rectangle(
            (-side / 2, -side / 2), side, side, fill=filled, alpha=0.35 if filled else 1
        )
        patch.set(facecolor=color if filled else "none", edgecolor=color, linewidth=2)
        left.add_patch(patch)
        note(left, name, (0, side / 2), (0, 3), ha="center", color=color, size=9)
    reach = 0.62 * formula
    left.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")
    left.set(xlabel="pixels from the middle", ylabel="pixels from the middle")
    size = len(influence)
    middle = np.asarray(influence)[size // 2]
    right.plot(np.arange(size) - size // 2, middle / middle.max(), color=BLUE, lw=1.2)
    for edge in (-formula / 2, formula / 2):
        right.axvline(edge, color=ORANGE, lw=2)
    right.set(xlabel="pixels from the middle", ylabel="influence, relative")
    return fig


def trained_field(before, after, formula: int) -> Figure:
    """Share of the influence that centred squares hold, a line for each seed.

    Args:
        before: one `(k,)` per seed, of squares of side 1, 3, 5, …
        after: the same after training.
        formula: side of the formula's field.
    """
    fig, ax = figure(height=3.2)
    sides = np.arange(1, 2 * len(before[0]), 2)
    named = len(sides) // 3
    for runs, color, name, end, offset, look in (
        (before, ORANGE, "untrained", np.min, (6, -4), dict(va="top")),
        (after, BLUE, "trained", np.max, (-6, 4), dict(ha="right")),
    ):
        ax.plot(sides, np.transpose(runs), color=color, lw=1.2)
        at = sides[named], end(runs, axis=0)[named]
        note(ax, name, at, offset, color=color, **look)
    sides = np.arange(1, formula + 1, 2)
    ax.plot(sides, (sides / formula) ** 2, ":", color=MUTED)
    at = 2 * len(sides) // 3
    flat = (sides[at], (sides[at] / formula) ** 2)
    note(ax, "all pixels alike", flat, (8, -8), color=MUTED)
    ax.set(xlabel="side of the square, pixels", ylabel="share of the influence")
    ax.set(xlim=(1, formula), ylim=(0, 1))
    ticks.percent(ax.yaxis)
    return fig
