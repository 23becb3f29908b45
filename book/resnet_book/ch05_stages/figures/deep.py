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


def profiles(runs: Mapping[str, tuple], law: np.ndarray) -> Figure:
    """Gradient norm at each block's input, relative to the last block.

    Args:
        runs: `(gradient norms, name of a colour)` by label.
        law: what the law says of them, dotted.
    """
    fig, ax = figure(height=3.6)
    for name, (norms, color) in runs.items():
        color = COLORS[color].light
        top = _profile(ax, norms, color)
        note(ax, name, (1, top), (8, 0), color=color)
    _profile(ax, law, MUTED, ls=":")
    at = round(len(law) ** 0.5)
    note(ax, "the law", (at, law[at - 1]), (10, 6), color=MUTED)
    ax.set(xlabel="block l, counted from the stem")
    ax.set_ylabel("‖∂L/∂x‖ at its input, last block = 1")
    _logarithmic(ax, [1, 10, 100, len(law)])
    return fig


def by_stage(
    found: Sequence[np.ndarray], said: Sequence[np.ndarray], law: np.ndarray
) -> Figure:
    """Gradient norm in each stage and what the law says of it, all draws.

    Args:
        found: one `(draws, blocks)` per stage whose sum begins anew with it, from its
            second block on: in front of it one block has been added.
        said: likewise, what the law says with the shares measured there.
        law: what the law alone says, `(blocks,)`, dotted.
    """
    fig, axes = figure(1, len(found), height=3.2, sharey=True)
    for stage, (ax, *both) in enumerate(zip(axes, said, found, strict=True), start=1):
        for draws, color in zip(both, (PLUM, GREEN), strict=True):
            for norms in draws:
                _profile(ax, norms, color, lw=0.7, alpha=0.4)
            _profile(ax, np.median(draws, 0), color)
        _profile(ax, law, MUTED, ls=":")
        ax.set(title=f"stage {stage}", xlabel="l, from its second block on")
        _logarithmic(ax, [1, 10, 100])
    axes[0].set_ylabel("‖∂L/∂x‖, last of the stage = 1")
    for name, color, y in (
        ("measured", GREEN, 2.5),
        ("the law", MUTED, 1.7),
        ("with measured shares", PLUM, 1.15),
    ):
        note(axes[0], name, (1, y), (2, 0), color=color)
    return fig


def _profile(ax, norms, color, **look):
    """Draws norms relative to the last, and returns the first of them."""
    relative = np.asarray(norms) / norms[-1]
    blocks = range(1, 1 + len(norms))
    ax.plot(blocks, relative, color=color, **dict(lw=1.8) | look)
    return relative[0]


def _logarithmic(ax, blocks):
    """Both axes, with the numbers of some blocks."""
    ax.set(xscale="log", yscale="log")
    ticks.at(ax.xaxis, blocks)
    ticks.decades(ax.yaxis)


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
    for runs, color in ((before, ORANGE), (after, BLUE)):
        ax.plot(sides, np.transpose(runs), color=color, lw=1.2)
    sides = np.arange(1, formula + 1, 2)
    ax.plot(sides, (sides / formula) ** 2, ":", color=MUTED)
    for name, color, y in (
        ("trained", BLUE, 0.17),
        ("untrained", ORANGE, 0.1),
        ("all pixels alike", MUTED, 0.03),
    ):
        note(ax, name, (formula, y), (-4, 0), color=color, ha="right")
    ax.set(xlabel="side of the square, pixels", ylabel="share of the influence")
    ax.set(xlim=(1, formula), ylim=(0, 1))
    ticks.percent(ax.yaxis)
    return fig
