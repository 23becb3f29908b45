"""Chapter 7: shares of padding, right and wrong."""

import math

import numpy as np


def waste(shape, tile=(8, 128), ceil=math.ceil):
    *_, rows, columns = shape
    used = rows / (tile[0] * ceil(rows / tile[0]))
    return 1 - used * columns / (tile[1] * ceil(columns / tile[1]))


def waste_of_powers(shape, tile=(8, 128)):
    *_, rows, columns = shape
    rows_up = max(tile[0], 2 ** math.ceil(math.log2(rows)))
    columns_up = max(tile[1], 2 ** math.ceil(math.log2(columns)))
    return 1 - rows * columns / rows_up / columns_up


def padded_count(shape, tile=(8, 128)):
    useful = math.prod(shape)
    return useful / (1 - waste(shape, tile)) - useful


def in_numpy(shape, tile=(8, 128)):
    sides, tile = np.array(shape[-2:]), np.array(tile)
    return 1 - sides.prod() / (tile * -(-sides // tile)).prod()


def counted(shape, tile=(8, 128)):
    """Everything counted, the axes in front too."""
    rows, columns = (
        (n + t - 1) // t * t for n, t in zip(shape[-2:], tile, strict=True)
    )
    stored = math.prod(shape[:-2]) * rows * columns
    return (stored - math.prod(shape)) / stored


def sides(shape, tile=(8, 128)):
    *_, rows, columns = shape
    return waste((rows, tile[1]), tile), waste((tile[0], columns), tile)


def tiles(shape, tile=(8, 128)):
    return math.ceil(shape[-2] / tile[0]) * math.ceil(shape[-1] / tile[1])


RIGHT = [
    ("padding_waste", waste),
    ("padding_waste", in_numpy),
    ("padding_waste", counted),
]

WRONG = [
    ("padding_waste", lambda *a: 1 - waste(*a), "fraction in use"),
    ("padding_waste", lambda *a: 1 / (1 - waste(*a)) - 1, "with what is useful"),
    ("padding_waste", lambda *a: 100 * waste(*a), "in per cent"),
    ("padding_waste", lambda s, t=(8, 128): waste(s, t[::-1]), "are swapped"),
    (
        "padding_waste",
        lambda s, t=(8, 128): waste(s, (1, t[1])),
        "Only the last axis is",
    ),
    ("padding_waste", lambda s, t=(8, 128): waste(s, (t[0], 1)), "last axis but one"),
    (
        "padding_waste",
        lambda *a: waste(*a, ceil=lambda ratio: math.floor(ratio) + 1),
        "gets another tile",
    ),
    ("padding_waste", waste_of_powers, "powers of two"),
    ("padding_waste", lambda s, t=(8, 128): waste(s[:2], t), "first two axes"),
    ("padding_waste", padded_count, "number of padded elements"),
    ("padding_waste", lambda *a: 0.5, "For `padding_waste(("),
    ("padding_waste", lambda *a: waste(*a, ceil=math.floor), "It stopped with `Zero"),
    (
        "padding_waste",
        lambda *a: waste(*a, ceil=lambda ratio: max(1, int(ratio))),
        "the last one is missing",
    ),
    (
        "padding_waste",
        lambda *a: waste(*a, ceil=lambda ratio: max(1, round(ratio))),
        "rounded to the nearest",
    ),
    ("padding_waste", lambda *a: waste(*a, ceil=lambda r: max(1, r)), "longer than a"),
    ("padding_waste", lambda *a: sum(sides(*a)), "are added up"),
    ("padding_waste", lambda *a: math.prod(sides(*a)), "are multiplied"),
    ("padding_waste", lambda *a: sum(sides(*a)) / 2, "is the mean of the two"),
    ("padding_waste", lambda *a: max(sides(*a)), "the larger of the two"),
    (
        "padding_waste",
        lambda s, *tile: waste((math.prod(s[:-1]), s[-1]), *tile),
        "are taken for more rows",
    ),
    ("padding_waste", lambda s, tile=(8, 128): waste(s), "`tile` is not used"),
    ("padding_waste", tiles, "the number of tiles"),
    ("padding_waste", lambda shape, tile: waste(shape, tile), "would have no value"),
    ("padding_waste", lambda *a: f"{waste(*a)}", "a str, not numbers"),
]
