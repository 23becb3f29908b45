"""Figures of chapter 8: who holds what, and what crosses between devices."""

from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, Rectangle

from resnet_book.figures.style import BLUE, GREEN, INK, MUTED, ORANGE, figure


def data_parallel(devices: int, images: int) -> Figure:
    """A batch dealt out, a model on every device, gradients summed.

    Args:
        devices: how many.
        images: in the whole batch.
    """
    fig, ax = figure(height=3.2)
    share = images // devices
    ax.add_patch(Rectangle((0, 3.1), devices, 0.55, color=BLUE, alpha=0.3, lw=0))
    ax.text(devices / 2, 3.78, f"a batch of {images} images", ha="center", va="bottom")
    for i in range(devices):
        middle = i + 0.5
        ax.plot([i, i], [3.1, 3.65], color=INK, lw=0.8)
        ax.text(middle, 3.375, f"{share}", ha="center", va="center")
        _arrow(ax, (middle, 3.05), (middle, 2.45))
        box = Rectangle((i + 0.08, 1.75), 0.84, 0.65, color=ORANGE, alpha=0.3, lw=0)
        ax.add_patch(box)
        ax.text(middle, 2.07, "θ", ha="center", va="center")
        _arrow(ax, (middle, 1.7), (middle, 1.1))
    ax.plot([devices, devices], [3.1, 3.65], color=INK, lw=0.8)
    ax.add_patch(Rectangle((0, 0.45), devices, 0.6, color=GREEN, alpha=0.3, lw=0))
    text = "sums over all devices: gradients, and the statistics of every norm"
    ax.text(devices / 2, 0.74, text, ha="center", va="center", size=9)
    for height, label in (
        (3.375, "images"),
        (2.07, "parameters"),
        (0.74, "all-reduce"),
    ):
        ax.text(-0.15, height, label, ha="right", va="center", color=MUTED, size=9)
    ax.set(xlim=(-1.5, devices + 0.1), ylim=(0.3, 4.15))
    ax.axis("off")
    return fig


def _arrow(ax, start, end):
    arrow = dict(arrowstyle="-|>", mutation_scale=8, color=INK, lw=0.9)
    ax.add_patch(FancyArrowPatch(start, end, shrinkA=0, shrinkB=0, **arrow))
