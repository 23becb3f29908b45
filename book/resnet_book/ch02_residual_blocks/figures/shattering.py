"""Chapter 2's figure of what gradients of different inputs have in common."""

import numpy as np
from matplotlib.figure import Figure

from resnet_book.ch02_residual_blocks.alike import law
from resnet_book.figures.labels import label_end, label_ends, note
from resnet_book.figures.style import BLUE, GREEN, MUTED, ORANGE, PLUM, figure

COLORS = {
    "plain": GREEN,
    "plain, norm": ORANGE,
    "plain, looks-linear": PLUM,
    "residual": BLUE,
    "residual, norm": BLUE,
}
LEAST = 2e-3
"""Cosines below are noise: eight networks of 200 units."""
LAWS = {
    "2⁻ᴸ": lambda depth: 2.0**-depth,
    "(3/4)ᴸ": lambda depth: 0.75**depth,
    "1/√(L+1)": lambda depth: (depth + 1) ** -0.5,
}


def against_depth(results: dict) -> Figure:
    """Left: the cosine at two inputs, with the laws. Right: neighbours on a line.

    Args:
        results: of the record `shattering`.
    """
    depth = np.asarray(results["depth"], float)
    fig, (at_inputs, along) = figure(1, 2, height=3.8)
    for name, falls in LAWS.items():
        layers = np.geomspace(1, 100, 60)
        values = falls(layers) / 2  # the ReLU after the last layer halves all of them
        layers, values = layers[values > LEAST], values[values > LEAST]
        (line,) = at_inputs.plot(layers, values, ":", color=MUTED, lw=1)
        end = (layers[-1], values[-1])
        if name == "2⁻ᴸ":  # to the left, since (3/4)ᴸ is on the right
            note(at_inputs, name, end, (-4, 2), ha="right", color=MUTED)
        else:
            low = values[-1] < 2 * LEAST
            label_end(line, name, dx=3 if low else 4, dy=4 if low else 0)
    lines = {}
    for name, seeds in results["kinds"].items():
        if not seeds:
            continue
        style = "--" if name == "residual" else "-"
        look = dict(color=COLORS[name], ls=style, marker="o", ms=3)
        for ax, what in ((at_inputs, "cosine"), (along, "next")):
            values = np.array([seed[what] for seed in seeds.values()])
            low, mean, high = values.min(0), values.mean(0), values.max(0)
            if ax is at_inputs:  # a logarithmic axis has no place for less
                low, mean = np.maximum(low, LEAST), np.where(mean > LEAST, mean, np.nan)
            (line,) = ax.plot(depth, mean, **look)
            drawn = np.isfinite(mean)
            band = dict(color=COLORS[name], alpha=0.15, lw=0)
            ax.fill_between(depth, low, high, where=drawn, **band)
            if ax is along:
                lines[name] = line
    layers = np.arange(1, 101)
    values = np.array([law(each) for each in layers])
    clear = values > 2.5 * LEAST  # of the name of (3/4)ᴸ
    at_inputs.plot(layers[clear], values[clear], ":", color=MUTED, lw=1.8, zorder=3)
    at_inputs.set(yscale="log", ylim=(LEAST, 0.8), ylabel="cosine at two inputs")
    along.set(ylabel="correlation at neighbouring points", ylim=(-0.15, 1.05))
    for ax in (at_inputs, along):
        ax.set(xlabel="layers", xscale="log", xlim=(0.9, 110))
        ax.set_xticks([1, 10, 100], ["1", "10", "100"])
    label_ends(lines, along)
    return fig
