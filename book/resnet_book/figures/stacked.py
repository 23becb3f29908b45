"""Bars that lie, each of a few parts one after the other."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from resnet_book.figures.style import figure


def stacked(
    rows: Mapping[str, Sequence[float]],
    parts: Sequence[tuple[str, str, float]],
    xlabel: str,
    pitch: float,
) -> Figure:
    """A bar for each row, from top to bottom, and a legend of its parts above.

    Args:
        rows: by name, how long each part is.
        parts: what each part is called, its colour and its opacity.
        xlabel: what the lengths are, and their unit.
        pitch: from bar to bar, in inches.
    """
    fig, ax = figure(height=0.9 + pitch * len(rows))
    for y, lengths in enumerate(rows.values()):
        left = 0
        for length, (_, color, alpha) in zip(lengths, parts, strict=True):
            ax.barh(y, length, left=left, color=color, alpha=alpha, height=0.7)
            left += length
    ax.set_yticks(range(len(rows)), list(rows))
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlabel=xlabel)
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    for name, color, alpha in parts:
        ax.bar(0, 0, color=color, alpha=alpha, label=name)
    ax.set_xlim(left=0)
    where = dict(loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    ax.legend(ncols=len(parts), **where)
    return fig
