"""Chapter 7, continued: tiles that are half empty."""

import math

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes

_TILE = (8, 128)


def _padded(shape, tile, up=lambda n, t: -(-n // t) * t):
    return up(shape[-2], tile[0]), up(shape[-1], tile[1])


def _waste(shape, tile=_TILE, **kw):
    rows, columns = _padded(shape, tile, **kw)
    return 1 - shape[-2] * shape[-1] / (rows * columns)


def _sides(shape, tile):
    """The waste of each axis by itself."""
    pairs = zip(shape[-2:], _padded(shape, tile), strict=True)
    return [1 - side / padded for side, padded in pairs]


def _merged(shape):
    """The axes in front taken for more rows."""
    return math.prod(shape[:-1]), shape[-1]


def _power(n, t):
    return max(t, 1 << (n - 1).bit_length())


_WASTE_MISTAKES = mistakes(
    lambda s, t=_TILE: 1 - _waste(s, t),
    "This is the fraction in use. Asked for is the fraction that is padding.",
    lambda s, t=_TILE: 1 / (1 - _waste(s, t)) - 1,
    "This compares the padding with what is useful. Asked for is its share of all that "
    "is stored.",
    lambda s, t=_TILE: 100 * _waste(s, t),
    "This is in per cent. Asked for is a fraction.",
    lambda s, t=_TILE: _waste(s, t[::-1]),
    "The sides of the tile are swapped: the last axis is the one with 128.",
    lambda s, t=_TILE: _waste(s, (1, t[1])),
    "Only the last axis is padded here. The one before it is padded too.",
    lambda s, t=_TILE: _waste(s, (t[0], 1)),
    "Only the last axis but one is padded here. The last one is padded too.",
    lambda s, t=_TILE: _waste(s, t, up=lambda n, t: (n // t + 1) * t),
    "An axis that is a multiple already gets another tile. It needs none.",
    lambda s, t=_TILE: _waste(s, t, up=_power),
    "The axes are padded to powers of two. They are padded to multiples of the tile's "
    "sides.",
    lambda s, t=_TILE: _waste(s[:2], t) if len(s) > 2 else _waste(s, t),
    "The first two axes are padded. It is the last two that are tiled.",
    lambda s, t=_TILE: (math.prod(_padded(s, t)) - s[-2] * s[-1]) * math.prod(s[:-2]),
    "This is the number of padded elements. Asked for is their fraction.",
    lambda s, t=_TILE: _waste(s, t, up=lambda n, t: max(n // t, 1) * t),
    "The number of tiles is rounded down: where they do not fit, the last one is "
    "missing.",
    lambda s, t=_TILE: _waste(s, t, up=lambda n, t: max(round(n / t), 1) * t),
    "The number of tiles is rounded to the nearest. Even one row more needs a whole "
    "tile.",
    lambda s, t=_TILE: _waste(s, t, up=max),
    "An axis longer than a tile gets no padding here. It needs whole tiles too.",
    lambda s, t=_TILE: sum(_sides(s, t)),
    "The two sides' shares are added up, so the corner counts twice.",
    lambda s, t=_TILE: math.prod(_sides(s, t)),
    "The two sides' shares of padding are multiplied: this is the corner alone. What "
    "multiplies is the shares in use.",
    lambda s, t=_TILE: sum(_sides(s, t)) / 2,
    "This is the mean of the two sides' shares.",
    lambda s, t=_TILE: max(_sides(s, t)),
    "This is the larger of the two sides' shares. Both sides are padded.",
    lambda s, t=_TILE: _waste(_merged(s), t),
    "The axes in front are taken for more rows. They stay as they are: each of their "
    "rows has tiles of its own.",
    lambda s, t=_TILE: _waste(s),
    "The tile is always the same: `tile` is not used.",
    lambda s, t=_TILE: -(-s[-2] // t[0]) * -(-s[-1] // t[1]),
    "This is the number of tiles. Asked for is the fraction that is padding.",
)


def _draw_shapes(rng):
    """Shapes of two to five axes, some that fit exactly, with and without a tile."""

    def lead(n):
        return tuple(int(v) for v in rng.integers(2, 10, n))

    def side(most):
        return int(rng.integers(2, most))

    tile = (int(rng.integers(3, 20)), int(rng.integers(21, 60)))
    return [
        ((*lead(2), side(60), side(600)),),
        ((side(60), side(100)),),
        ((*lead(1), 8 * side(6), side(600)),),
        ((*lead(3), side(60), 128 * side(4)), _TILE),
        ((*lead(1), side(100), side(300)), tile),
        ((3 * tile[0], 2 * tile[1]), tile),
    ]


_WASTES = Table(
    "padding_waste(shape, tile)",
    _waste,
    _WASTE_MISTAKES,
    _draw_shapes,
    seeds=(0, 2),
)


@exercise(7)
def padding_waste(answer):
    """`padding_waste(shape, tile=(8, 128))` → float: the share of memory that is empty.

    Args:
        answer: Function of a shape and the sides of a tile.
    """
    _WASTES.judge(answer)
    return (
        "Sixteen channels fill an eighth of the last axis: with the channels there, a "
        "TPU keeps eight times the numbers that a narrow network has."
    )
