"""Pictures of the data: the images themselves, in rows.

Images are shown as the network gets them, light on black.
"""

import re

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from resnet_book.figures.narrow import WIDTH
from resnet_book.figures.style import COLORS, INK, MUTED, figure

# Black is the page's own in the dark theme, so that tiles do not stand out there.
_GREYS = LinearSegmentedColormap.from_list("greys", [COLORS["paper"].dark, "white"])
_GAP = 2
_MOST = 6  # columns beside one another on a phone


def say_source(fig: Figure, data) -> Figure:
    """Write into the figure that its data are the drawn stand-in, when they are.

    Args:
        fig: the figure, finished otherwise.
        data: the `Dataset` that it was made from.

    Returns:
        The same figure.
    """
    if data.source == "standin":
        fig.supxlabel(
            "drawn stand-in, not Fashion-MNIST", x=0.99, ha="right", size=9, color=MUTED
        )
    return fig


def garments(data, rows: int = 5) -> Figure:
    """The first images of every class, a column each.

    Args:
        data: a `Dataset`.
        rows: images of each class.
    """
    classes = range(len(data.class_names))
    columns = [data.images[data.labels == c][:rows] for c in classes]
    return strips([""] * rows, np.stack(columns, 1), data)


def class_means(means, data) -> Figure:
    """The mean image of every class, side by side.

    Args:
        means: `(classes, h, w, 1)`, in the order of the labels.
        data: the `Dataset` that they are means of.
    """
    return strips([""], means[None], data)


def versions(rows: dict[str, np.ndarray], data, labels) -> Figure:
    """The same images in several versions, a row each.

    Args:
        rows: images `(n, h, w, 1)` by what was done to them.
        data: the `Dataset` that they come from.
        labels: of the images, `(n,)`.
    """
    names = [data.class_names[label] for label in labels]
    return strips(rows, np.stack([np.asarray(r) for r in rows.values()]), data, names)


def strips(rows, images, data, columns=None) -> Figure:
    """Images in a grid, with words above its columns and beside its rows.

    On a phone the second half of many columns stands below the first.

    Args:
        rows: words for each row.
        images: `(rows, columns, h, w, 1)`, grey levels from 0 to 255.
        data: the `Dataset` that they come from.
        columns: words for each column; the names of the classes unless given.
    """
    images, names = np.asarray(images)[..., 0], list(columns or data.class_names)
    n, k, h, w = images.shape
    fig, ax = figure(height=0.25 + 0.68 * n * h / w * 10 / k)
    _sheet(ax, rows, images, names)
    if k > _MOST:
        fig.narrow = lambda: say_source(_halves(rows, images, names), data)
    return say_source(fig, data)


def _halves(rows, images, names) -> Figure:
    n, k, h, w = images.shape
    half = -(-k // 2)
    room = WIDTH - 0.9 * any(rows)
    tall = 0.4 + room * n * h / (w * half)
    fig, axes = figure(2, 1, width=WIDTH, height=2 * tall)
    for ax, first in zip(axes, (0, half), strict=True):
        some = slice(first, first + half)
        lines = [re.sub(r" |(?<=/)", "\n", name) for name in names[some]]
        _sheet(ax, rows, images[:, some], lines)
    return fig


def _sheet(ax: Axes, rows, images, names) -> None:
    n, k, h, w = images.shape
    sheet = np.full((n, k, h + _GAP, w + _GAP), np.nan, np.float32)
    sheet[:, :, :h, :w] = images
    sheet = sheet.transpose(0, 2, 1, 3).reshape(n * (h + _GAP), k * (w + _GAP))
    _show(ax, sheet[:-_GAP, :-_GAP])
    ax.set_xticks([i * (w + _GAP) + w / 2 for i in range(k)])
    ax.set_xticklabels(names, color=INK, size=8.5)
    ax.set_yticks([i * (h + _GAP) + h / 2 for i in range(n)])
    ax.set_yticklabels(list(rows), color=INK, size=9)


def mistakes(data, probabilities, count: int = 10) -> Figure:
    """The wrong answers that were given with most confidence.

    Args:
        data: the `Dataset` that was asked about.
        probabilities: `(n, classes)`.
        count: how many, a multiple of 5.
    """
    answers, confidence = probabilities.argmax(1), probabilities.max(1)
    wrong = np.flatnonzero(answers != data.labels)
    worst = wrong[np.argsort(-confidence[wrong])][:count]
    fig, axes = figure(count // 5, 5, height=1.85 * (count // 5))
    for ax in axes.flat[len(worst) :]:
        ax.set_axis_off()
    for ax, i in zip(axes.flat, worst, strict=False):
        _show(ax, data.images[i, :, :, 0])
        ax.set_xticks([])
        ax.set_yticks([])
        ax.set_title(
            f"{data.class_names[answers[i]]}, {confidence[i]:.0%}",
            size=9.5,
            weight="bold",
            loc="left",
        )
        ax.set_xlabel(
            f"label: {data.class_names[data.labels[i]]}",
            size=9,
            color=MUTED,
            loc="left",
        )
    return say_source(fig, data)


def _show(ax: Axes, image) -> None:
    # "none" keeps the pixels as they are in the file; the page enlarges them.
    ax.imshow(image, cmap=_GREYS, vmin=0, vmax=255, interpolation="none")
    ax.grid(False)
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
