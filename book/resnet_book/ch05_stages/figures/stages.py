"""Figures of chapter 5: shapes, costs and fields through the stages; compile time."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import NullLocator

from resnet_book.figures import ticks
from resnet_book.figures.labels import label_end, labelled, note
from resnet_book.figures.style import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PALETTE,
    PLUM,
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
        text = f"{part}\n{height}×{height}×{channels}"
        top.text(i, -0.06, text, ha="center", va="top", size=9)
    top.set(xlim=(-0.7, len(parts) - 0.3), ylim=(-0.32, 1.02), yticks=[])
    top.grid(False)
    top.spines[:].set_visible(False)
    top.tick_params(bottom=False)
    fields = [1, *(row.receptive_field for row in rows)]
    (line,) = bottom.plot(range(len(fields)), fields, color=ORANGE, marker="o")
    bottom.axhline(size, color=MUTED, lw=1, ls="--")
    bottom.text(-0.6, size, f"the image, {size}", va="bottom", color=MUTED, size=9)
    for i, field in enumerate(fields):
        note(
            bottom, str(field), (i, field), (0, 6), ha="center", color=line.get_color()
        )
    bottom.set(ylabel="field, pixels", xticks=[], ylim=(-30, 1.35 * max(fields)))
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


def field_of_view(influence, field: int) -> Figure:
    """How strongly each input pixel moves one output, with the theoretical field.

    Args:
        influence: `(h, w)`, mean |∂output/∂pixel|.
        field: side of the receptive field that the formula gives, in pixels.
    """
    size = influence.shape[0]
    middle = influence[size // 2]
    fig, (left, right) = figure(1, 2, height=3.2)
    left.imshow(influence**0.5, cmap="viridis")
    corner = ((size - field) / 2 - 0.5,) * 2
    left.add_patch(Rectangle(corner, field, field, fill=False, edgecolor=ORANGE, lw=2))
    left.set(xlabel="pixel", ylabel="pixel")
    left.grid(False)
    right.plot(np.arange(size) - size // 2, middle / middle.max(), color=BLUE)
    for edge in (-field / 2, field / 2):
        right.axvline(edge, color=ORANGE, lw=1.5)
    right.text(field / 2, 1.0, " formula", color=ORANGE, va="top")
    right.set(xlabel="pixels from the middle", ylabel="influence, relative")
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
    ax.set_xticks([8, 20, 56, 1202], ["8", "20", "56", "1202"])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.margins(x=0.12)
    ticks.plain_log(ax.yaxis)
    return fig


def family(depths, params, macs) -> Figure:
    """Parameters and cost of the CIFAR family against depth.

    Args:
        depths: layers.
        params: trained values of each.
        macs: multiply-accumulates on one image.
    """
    fig, ax = figure(height=3.0)
    series = {"multiply-accumulates": macs, "parameters": params}
    labelled(ax, depths, series, (PLUM, GREEN))
    ax.set(xscale="log", yscale="log", xlabel="layers", ylabel="count")
    ax.set_xticks(depths, [str(depth) for depth in depths])
    ax.minorticks_off()
    ticks.decades(ax.yaxis)
    ax.margins(x=0.25)
    return fig
