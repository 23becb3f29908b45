"""Figures of chapter 5: shapes and costs through the stages, shifts, compile time."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from resnet_book.figures import ticks
from resnet_book.figures.labels import label_end, labelled, note
from resnet_book.figures.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    PALETTE,
    figure,
    stacked,
)


def shapes(table, size: int) -> Figure:
    """Each part of a network as a box: side, depth and field of view to scale.

    Args:
        table: what `summary` returned.
        size: side of the input in pixels.
    """
    rows = [row for row in table if len(row.shape) == 3]
    fig, (top, bottom) = figure(
        2, 1, height=4.6, sharex=True, gridspec_kw={"height_ratios": [2, 1]}
    )
    parts = [("input", (size, size, 3)), *((row.part, row.shape) for row in rows)]
    for i, (part, (height, _, channels)) in enumerate(parts):
        side, wide = height / size, 0.08 * np.log2(channels)
        corner = (i - wide / 2, (1 - side) / 2)
        top.add_patch(
            Rectangle(corner, wide, side, facecolor=BLUE, alpha=0.3, edgecolor=INK)
        )
        text = f"{part}\n{height}²×{channels}"
        top.text(i, -0.06, text, ha="center", va="top", size=9)
    top.set(xlim=(-0.7, len(parts) - 0.3), ylim=(-0.32, 1.02), yticks=[])
    top.grid(False)
    top.spines[:].set_visible(False)
    top.tick_params(bottom=False)
    fields = [1, *(row.receptive_field for row in rows)]
    (line,) = bottom.plot(range(len(fields)), fields, color=ORANGE, marker="o")
    bottom.axhline(size, color=MUTED, lw=1, ls="--")
    note(bottom, f"the image, {size}", (-0.6, size), (0, 3), color=MUTED, size=9)
    look = dict(ha="right", color=line.get_color())
    for i, field in enumerate(fields):
        note(bottom, str(field), (i, field), (-5, 1), **look)
    bottom.set(ylabel="field, pixels", xticks=[], yscale="log")
    bottom.set_ylim(0.7, 3 * max(fields))
    ticks.at(bottom.yaxis, [1, 10, 100])
    return fig


def shares(tables: dict) -> Figure:
    """Where the parameters and the multiply-accumulates of networks sit.

    Args:
        tables: what `summary` returned, by name.
    """
    fig, axes = figure(1, 2, height=0.55 * len(tables) + 1.1, sharey=True)
    colours = (MUTED, *PALETTE[:4], INK)
    for ax, what, title in zip(
        axes, ("params", "macs"), ("parameters", "multiply-accumulates"), strict=True
    ):
        for y, table in enumerate(tables.values()):
            values = np.array([getattr(row, what) for row in table], float)
            widths = 100 * values / values.sum()
            names = [
                row.part.removeprefix("stage") if width > 9 else ""
                for row, width in zip(table, widths, strict=True)
            ]
            stacked(ax, y, widths, colours, names, height=0.66, alpha=0.75)
        ax.set(xlabel=f"{title}, per cent", xlim=(0, 100))
        ax.grid(axis="y", visible=False)
    axes[0].set_yticks(range(len(tables)), list(tables))
    axes[0].invert_yaxis()
    return fig


def shift_sensitivity(shifts, flattened, pooled) -> Figure:
    """Relative change of what the head sees when the image moves.

    Args:
        shifts: pixels, `(k,)`.
        flattened: relative change of the flattened map, `(k,)`.
        pooled: of the pooled vector, `(k,)`.
    """
    fig, ax = figure(height=3.0)
    series = {"flattened": flattened, "pooled": pooled}
    labelled(ax, shifts, series, (ORANGE, BLUE), dy=8)
    ax.set(xlabel="shift, pixels", ylabel="relative change", ylim=(0, None))
    ax.margins(x=0.12)
    return fig


def compile_times(record: dict) -> Figure:
    """Seconds to trace and compile a train step against depth, unrolled and scanned.

    Args:
        record: `results` of the record `compile_time`.
    """
    fig, ax = figure(height=3.4)
    for name, colour in (("unrolled", ORANGE), ("scanned", BLUE)):
        rows = record[name]
        totals = [np.add(row["trace_seconds"], row["compile_seconds"]) for row in rows]
        depths = [row["depth"] for row in rows]
        (line,) = ax.plot(
            depths, [np.median(t) for t in totals], color=colour, marker="o"
        )
        ax.vlines(
            depths, [min(t) for t in totals], [max(t) for t in totals], color=colour
        )
        label_end(line, name, dx=7)
    ax.set(xscale="log", yscale="log", xlabel="layers", ylabel="seconds")
    ax.margins(x=0.12)
    ticks.at(ax.xaxis, [8, 20, 56, 1202])
    ticks.at(ax.yaxis, [2, 3, 4, 5, 6])
    return fig
