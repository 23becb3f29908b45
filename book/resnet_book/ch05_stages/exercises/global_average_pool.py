"""Chapter 5, continued: how a map becomes a vector."""

import numpy as np

from resnet_book.exercises.arrays import on_device
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes

_POOL_MISTAKES = mistakes(
    lambda x: x.mean(3),
    "The average runs over the channels. Each channel keeps its own mean; what is "
    "averaged over are the pixels.",
    lambda x: x.mean((2, 3)),
    "The axes are those of the layout (n, c, h, w). Here channels come last.",
    lambda x: x.mean((1, 2, 3)),
    "The channels are averaged away as well: one number is left of each image.",
    (lambda x: x.mean(), "Everything is averaged away: one number is left."),
    lambda x: x.mean((0, 1, 2)),
    "The images of the batch are averaged together. Each has its own row.",
    lambda x: x.mean((0, 1)),
    "The first two axes are averaged. They are the images and the rows.",
    (lambda x: x.mean(1), "Only the rows are averaged; the columns are left."),
    (lambda x: x.mean(2), "Only the columns are averaged; the rows are left."),
    lambda x: x.mean((1, 2), keepdims=True),
    "The numbers are right; two axes of length 1 are left over.",
    lambda x: x.mean((1, 2)).T,
    "The numbers are right, and the two axes are swapped: images come first.",
    lambda x: x.max((1, 2)),
    "This is the largest value of each channel. Asked for is the mean.",
    lambda x: np.median(x, (1, 2)),
    "This is the median of each channel. Asked for is the mean.",
    lambda x: x.sum((1, 2)),
    "This is the sum: it would grow with the size of the image.",
    lambda x: x.sum((1, 2)) / x.shape[1],
    "The sum is divided by the number of rows alone. How many pixels are there?",
    lambda x: x.sum((1, 2)) / x.shape[2],
    "The sum is divided by the number of columns alone. How many pixels are there?",
    lambda x: np.sqrt((x**2).mean((1, 2))),
    "This is the root mean square of each channel. Asked for is the mean.",
    lambda x: x.reshape(len(x), -1),
    "This flattens: all pixels are kept, and the head would need a weight for each.",
)


def _draw_images(rng):
    shapes = ((2, 3, 4, 5), (1, 7, 6, 2))
    return [(on_device(rng.normal(1, 1, s)),) for s in shapes]


_POOLS = Table(
    "global_average_pool(x)",
    lambda x: np.asarray(x, np.float64).mean((1, 2)),
    [
        (lambda x, f=f: f(np.asarray(x, np.float64)), sentence)
        for f, sentence in _POOL_MISTAKES
    ],
    _draw_images,
)


@exercise(7)
def global_average_pool(answer):
    """`global_average_pool(x)` → (n, c): each channel's mean over the image.

    Args:
        answer: Function of `x`, (n, h, w, c).
    """
    _POOLS.judge(answer)
    return (
        "It has no parameters, takes maps of any size, and gives the same wherever in "
        "the map something was seen."
    )
