"""Chapter 6's figure of the ladder: accuracy against seconds."""

from matplotlib.figure import Figure

from resnet_book.ch06_training.ladder import Rung
from resnet_book.figures.style import BLUE, MUTED, ORANGE, figure


def rungs(found: list[Rung], target: float) -> Figure:
    """Accuracy on held-out images by rung: a dot per seed, a bar for their mean.

    Args:
        found: The first at the top.
        target: Per cent; a dashed line.
    """
    fig, ax = figure(height=0.42 * len(found) + 1)
    ax.axvline(target, color=MUTED, lw=1.2, ls="--", zorder=0)
    for y, rung in enumerate(reversed(found)):
        color = BLUE if "whitened" in rung.name else ORANGE
        ax.plot(rung.accuracy, [y] * len(rung.accuracy), "o", color=color, alpha=0.5)
        ax.plot([rung.mean] * 2, [y - 0.3, y + 0.3], color=color, lw=2)
    names = [
        f"{rung.name}, {rung.seconds:.0f}\N{NO-BREAK SPACE}s"
        if rung.seconds
        else rung.name
        for rung in reversed(found)
    ]
    ax.set_yticks(range(len(found)), names)
    ax.set(xlabel="right answers on held-out images, %")
    return fig
