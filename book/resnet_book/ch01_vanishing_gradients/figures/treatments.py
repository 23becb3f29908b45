"""Chapter 1's figure of plain-56, treated."""

from matplotlib.figure import Figure

from resnet_book.ch01_vanishing_gradients.treated import Treated
from resnet_book.figures.style import MUTED, PLAIN, RESIDUAL, figure


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
        if one.name == "plain56":
            ax.axvline(one.best[1], color=MUTED, lw=1, ls="--", zorder=0)
    ax.set_yticks(range(len(found)), [one.name for one in reversed(found)])
    ax.set(xlabel="training loss at the end, nats", xlim=(0, None))
    return fig
