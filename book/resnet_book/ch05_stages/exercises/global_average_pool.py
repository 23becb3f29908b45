"""Chapter 5, continued: how maps of several sizes become vectors of one length."""

import numpy as np

from resnet_book.exercises.arrays import on_device
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _up(sizes, stride):
    return -(-sizes // stride)


def _mask(x, rows, columns, turned=1):
    """(n, h, w, 1): 1 in the first rows and columns of each map; −1 for the last."""
    below, across = (
        np.arange(size)[::turned][None] < count[:, None]
        for size, count in zip(x.shape[1:3], (rows, columns), strict=True)
    )
    return (below[:, :, None] & across[:, None])[..., None].astype(np.float64)


def _own(x, sizes, stride, count=_up, turned=1):
    """The mask of what counts, or what a mistake makes of it."""
    return _mask(x, *count(sizes, stride).T, turned)


def _mean(x, mask):
    return (x * mask).sum((1, 2)) / mask.sum((1, 2))


def _counted(count):
    """The mean over other rows and columns."""
    return lambda x, sizes, stride: _mean(x, _own(x, sizes, stride, count))


def _over(divisor):
    """The right sum, divided by another number."""

    def wrong(x, sizes, stride):
        mask = _own(x, sizes, stride)
        return (x * mask).sum((1, 2)) / divisor(x, mask, sizes)

    return wrong


def _masked(result):
    return lambda x, sizes, stride: result(x, _own(x, sizes, stride))


def _along(rows, columns):
    """The mean where only rows or only columns are told from padding."""

    def wrong(x, sizes, stride):
        height, width = _up(sizes, stride).T
        whole = [np.full(len(x), size) for size in x.shape[1:3]]
        return _mean(
            x, _mask(x, height if rows else whole[0], width if columns else whole[1])
        )

    return wrong


def _in_the_middle(x, sizes, stride):
    found = []
    for one, (rows, columns) in zip(x, _up(sizes, stride), strict=True):
        top, left = (one.shape[0] - rows) // 2, (one.shape[1] - columns) // 2
        found.append(one[top : top + rows, left : left + columns].mean((0, 1)))
    return np.stack(found)


_POOL_MISTAKES = mistakes(
    lambda x, sizes, stride: x.mean((1, 2)),
    "The average runs over the padding as well.",
    _over(lambda x, mask, sizes: x.shape[1] * x.shape[2]),
    "The sum leaves the padding out, the number that it is divided by does not.",
    _masked(lambda x, mask: x.sum((1, 2)) / mask.sum((1, 2))),
    "The number of pixels leaves the padding out, the sum does not. A map is not zero "
    "there.",
    _counted(lambda sizes, stride: sizes // stride),
    "The sizes are rounded down. Where the stride does not divide a size, the last "
    "row or column of the image's own map is lost.",
    _counted(lambda sizes, stride: sizes // stride + 1),
    "Where the stride divides a size, there is a row or column too many. Its middle "
    "lies one pixel outside.",
    _counted(lambda sizes, stride: np.int64(np.round(sizes / stride))),
    "The sizes are rounded to the nearest whole number. Which pixels have their "
    "middle in the image?",
    _counted(lambda sizes, stride: _up(sizes, stride) - 1),
    "A row and a column are missing: pixel 0 of a map counts too.",
    _counted(lambda sizes, stride: sizes),
    "The sizes are in pixels of the image. A pixel of the map stands for `stride` of "
    "them.",
    _over(lambda x, mask, sizes: sizes.prod(1, keepdims=True)),
    "The sum over the map is divided by the number of pixels of the image.",
    _counted(lambda sizes, stride: _up(sizes, stride)[:, ::-1]),
    "Height and width are swapped. Axis 1 of the map is the height.",
    _along(True, False),
    "The padding below is left out, that on the right is averaged.",
    _along(False, True),
    "The padding on the right is left out, that below is averaged.",
    [
        _over(lambda x, mask, sizes: mask.sum()),
        _over(lambda x, mask, sizes: mask.sum() / len(x)),
    ],
    "All images are divided by one number. Each has a number of pixels of its own.",
    _masked(lambda x, mask: (x * mask).sum((0, 1, 2)) / mask.sum()),
    "The images of the batch are averaged together. Each has its own row.",
    _masked(lambda x, mask: _mean(x, 1 - mask)),
    "This is the mean over the padding: the mask is turned round.",
    lambda x, sizes, stride: _mean(x, _own(x, sizes, stride, turned=-1)),
    "The images are looked for below and on the right. The padding is there.",
    _in_the_middle,
    "The images are looked for in the middle. They begin at row 0 and column 0.",
    _masked(lambda x, mask: np.where(mask > 0, x, -np.inf).max((1, 2))),
    "This is the largest value of each channel. Asked for is the mean.",
    _masked(lambda x, mask: (x * mask).sum((1, 2))),
    "This is the sum: it would grow with the size of the image.",
    _over(lambda x, mask, sizes: mask.sum((1, 2)) * x.shape[3]),
    "Each pixel is counted once per channel. A channel's mean needs its own pixels.",
    _masked(lambda x, mask: _mean(x, mask).mean(1)),
    "The channels are averaged away as well: one number is left of each image.",
    _masked(lambda x, mask: _mean(x, mask)[:, None, None]),
    "The numbers are right; two axes of length 1 are left over.",
)


def _draw(rng):
    """Maps that are nowhere zero, with padding beside and below each image."""

    def case(stride):
        sizes = rng.integers(stride + 1, 4 * stride + 4, (3, 2))
        maps = on_device(rng.normal(1, 1, (3, 6, 7, 2)))
        return maps, sizes.astype(np.int32), stride

    return [case(2), case(4)]


def _in_float64(function):
    return lambda x, sizes, stride: function(
        np.asarray(x, np.float64), np.asarray(sizes), stride
    )


_POOLS = Table(
    "global_average_pool(x, sizes, stride)",
    _in_float64(_masked(_mean)),
    [(_in_float64(wrong), sentence) for wrong, sentence in _POOL_MISTAKES],
    _draw,
)


@exercise(7)
def global_average_pool(answer):
    """`global_average_pool(x, sizes, stride)` → (n, c): each image's own mean.

    Args:
        answer: Function of maps (n, h, w, c), the images' heights and widths in pixels,
            (n, 2), and the total stride between image and map.
    """
    _POOLS.judge(answer)
    return (
        "Images of any size now give vectors of one length, whatever they are padded "
        "to; a head behind a flattened map could not take them."
    )
