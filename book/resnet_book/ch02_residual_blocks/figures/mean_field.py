"""Chapter 2's figure of the mean-field laws of a pre-activation network."""

import numpy as np
from matplotlib.figure import Figure

from resnet_book.figures.style import INK, RESIDUAL, figure


def laws(shares, growth, share_law, growth_law) -> Figure:
    """Measured dots, one per seed and block, on the lines that theory draws.

    Args:
        shares: ‖F‖ / ‖x‖, (seeds, blocks).
        growth: ‖∂L/∂x‖ / ‖∂L/∂y‖, (seeds, blocks).
        share_law: Of each block, (blocks,).
        growth_law: Of each block, (blocks,).
    """
    fig, axes = figure(1, 2, height=3.2)
    block = np.arange(1, len(share_law) + 1)
    for ax, seeds, law, title in zip(
        axes,
        (shares, growth),
        (share_law, growth_law),
        ("‖F‖ / ‖x‖", "‖∂L/∂x‖ / ‖∂L/∂y‖"),
        strict=True,
    ):
        for seed in seeds:
            ax.plot(block, seed, "o", color=RESIDUAL, ms=4, alpha=0.6)
        ax.plot(block, law, ":", color=INK)
        ax.set(title=title, xlabel="block", yscale="log")
        ax.set_yticks([0.25, 0.5, 1, 2] if ax is axes[0] else [1, 1.5, 2, 3, 5])
        ax.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
        ax.minorticks_off()
    return fig
