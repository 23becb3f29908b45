"""Figures of chapter 7: dispatch, rounding, tiles, ratios of time."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from resnet_book.figures import ticks
from resnet_book.figures.labels import label_end, labelled, note
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    GRID,
    INK,
    MUTED,
    ORANGE,
    PALETTE,
    PLUM,
    figure,
    stacked,
)


def curves(
    x: Sequence[float], ms: Mapping[str, Sequence[float]], *, xlabel: str, ylabel: str
) -> Figure:
    """Milliseconds against a size, on logarithmic axes.

    Args:
        x: sizes, `(n,)`.
        ms: for each name `(n,)` milliseconds.
        xlabel: what the sizes are.
        ylabel: what was timed, with its unit.
    """
    fig, ax = figure(height=3.1)
    labelled(ax, x, ms, (ORANGE, BLUE, GREEN, PLUM))
    ax.set(xscale="log", yscale="log", xlabel=xlabel, ylabel=ylabel)
    ticks.at(ax.xaxis, x, ",.0f")
    ticks.plain_log(ax.yaxis)
    return fig


def rounding(
    sums: Mapping[str, np.ndarray], averages: Mapping[str, np.ndarray], goal: float
) -> Figure:
    """What adding up small numbers does in two formats.

    Args:
        sums: for each format the running sum of ones, `(n,)`.
        averages: for each format a running average on its way, `(steps,)`.
        goal: what the averages should reach.
    """
    fig, axes = figure(1, 2, height=3.0)
    for ax, lines in zip(axes, (sums, averages), strict=True):
        for (name, values), color in zip(lines.items(), (BLUE, ORANGE), strict=True):
            (line,) = ax.plot(np.arange(1, len(values) + 1), values, color=color)
            label_end(line, name)
    axes[0].set(title="a sum of ones", xlabel="ones added", ylabel="sum")
    steps = max(len(values) for values in averages.values())
    axes[1].hlines(goal, 0, steps, color=MUTED, lw=1.2, ls="--")
    axes[1].set(title="a running average", xlabel="steps", ylabel="average")
    return fig


def tiles(channels: Sequence[int], tile: tuple[int, int] = (8, 128)) -> Figure:
    """One tile for each number of channels, the part in use filled.

    Args:
        channels: at most the tile's columns, each.
        tile: rows and columns.
    """
    rows, columns = tile
    fig, axes = figure(len(channels), 1, height=0.95 * len(channels))
    for ax, used in zip(np.atleast_1d(axes), channels, strict=True):
        ax.add_patch(Rectangle((0, 0), used, rows, color=BLUE, alpha=0.55, lw=0))
        ax.hlines(range(1, rows), 0, columns, color=GRID, lw=0.6)
        ax.vlines(range(1, columns), 0, rows, color=GRID, lw=0.6)
        frame = dict(fill=False, ec=INK, lw=1.2, zorder=3)
        ax.add_patch(Rectangle((0, 0), columns, rows, **frame))
        text = f"{used} channels\n{100 * used / columns:g} % in use"
        ax.text(columns + 2, rows / 2, text, va="center", color=INK, size=9)
        ax.set(xlim=(-1, columns + 24), ylim=(rows + 0.5, -0.5))
        ax.axis("off")
    return fig


def dots(groups: Mapping[str, Mapping[str, float]], xlabel: str) -> Figure:
    """Dots in groups, on a logarithmic axis, each with its name and value.

    Args:
        groups: for each group the value of each dot, positive.
        xlabel: what the values are, with their unit.
    """
    fig, ax = figure(height=0.7 + 0.3 * sum(len(g) + 0.6 for g in groups.values()))
    values = [value for group in groups.values() for value in group.values()]
    marks, y = {}, 0.0
    for (group, each), color in zip(groups.items(), PALETTE, strict=False):
        for name, value in each.items():
            ax.plot(value, y, "o", color=color, markersize=8)
            note(ax, f"{value:,.1f}", (value, y), (9, 0), va="center", size=9)
            marks[y] = f"{group}, {name}"
            y += 1
        y += 0.6
    ax.set_yticks(list(marks), list(marks.values()))
    ax.set(xscale="log", xlim=(min(values) / 1.5, 3 * max(values)), ylim=(y - 1, -0.6))
    ax.set_xlabel(xlabel)
    ticks.plain_log(ax.xaxis)
    ax.tick_params(axis="y", length=0)
    return fig


def ratios(rows: Mapping[str, Mapping[str, Sequence[float]]], xlabel: str) -> Figure:
    """Ratios of time with their spread, each with its number at the right edge.

    Args:
        rows: for each row and each contender `(low, middle, high)`.
        xlabel: what is divided by what.
    """
    names = list(dict.fromkeys(name for row in rows.values() for name in row))
    looks = dict(zip(names, zip(PALETTE, "osD^v", strict=True), strict=False))
    fig, ax = figure(height=1.0 + 0.3 * sum(len(row) + 0.5 for row in rows.values()))
    marks, y, seen = {}, 0.0, set()
    for title, row in rows.items():
        marks[y + (len(row) - 1) / 2] = title
        for name, (low, middle, high) in row.items():
            color, marker = looks[name]
            label = name if name not in seen else None
            seen.add(name)
            ax.plot([low, high], [y, y], color=color, lw=3, alpha=0.4)
            ax.plot(middle, y, marker, color=color, label=label, ls="")
            text = f"{middle:.2f}" if middle < 10 else f"{middle:.0f}"
            at = dict(xycoords=ax.get_yaxis_transform(), textcoords="offset points")
            at |= dict(va="center", ha="left", annotation_clip=False)
            ax.annotate(text, (1, y), (5, 0), color=color, size=9, **at)
            y += 1
        y += 0.5
    ax.axvline(1, color=INK, lw=1.2)
    ax.set_yticks(list(marks), list(marks.values()))
    every = np.array([v for row in rows.values() for v in row.values()])
    ax.set(xscale="log", ylim=(y - 0.4, -0.8), xlabel=xlabel)
    ax.set_xlim(min(0.6, every.min() / 1.3), max(1.6, 1.3 * every.max()))
    ticks.plain_log(ax.xaxis)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    if len(names) > 1:
        where = dict(loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
        ax.legend(ncols=len(names), **where)
    return fig


def kinds(rows: Mapping[str, Mapping[str, float]]) -> Figure:
    """A bar for each network, cut into the kinds of operations.

    Args:
        rows: for each network the time of each kind, same kinds in the same order.
    """
    fig, ax = figure(height=1.1 + 0.5 * len(rows))
    for y, parts in enumerate(rows.values()):
        widths = np.array(list(parts.values())) / sum(parts.values())
        texts = [f"{100 * width:.0f}" if width > 0.04 else "" for width in widths]
        pieces = stacked(ax, y, widths, PALETTE, texts, height=0.7, alpha=0.36)
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
    ax.set(xlabel="share of the sum of the operations’ times, %")
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
    ax.grid(False)
    ax.tick_params(axis="y", length=0)
    where = dict(loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    ax.legend(pieces, list(parts), ncols=len(parts), **where)
    return fig
