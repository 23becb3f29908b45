"""Chapter 4, continued: paths and their width at constant cost."""

import math

from resnet_book.exercises.bisection import largest
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _cost(cardinality, channels, d):
    return cardinality * (2 * channels * d + 9 * d * d)


def _closest(cost):
    def width(c, n, budget):
        below = largest(lambda d: cost(c, n, d) <= budget, least=1)
        return min(below, below + 1, key=lambda d: abs(cost(c, n, d) - budget))

    return width


def _most(cardinality, channels, budget):
    return largest(lambda d: _cost(cardinality, channels, d) <= budget)


def _root(cardinality, channels, budget):
    return (-channels + (channels**2 + 9 * budget / cardinality) ** 0.5) / 9


def _single(channels, budget):
    return _closest(_cost)(1, channels, budget)


def _up_to(cap):
    return lambda c, n, b: min(_closest(_cost)(c, n, b), max(cap(c, n), 1))


_CAPS = (63, 64, 99, 100, 128, 200, 255, 256, 300)

_WIDTH_MISTAKES = mistakes(
    [lambda c, n, b, k=k: max(k, round(_root(c, n, b))) for k in (0, 1)],
    "This is the whole number nearest to where the budget would be met exactly. The "
    "cost bends upwards, so the nearest width is not always the one of the nearest "
    "cost.",
    lambda c, n, b: min(
        range(1, 1000), key=lambda d: abs(math.log(_cost(c, n, d) / b))
    ),
    "This is closest by the ratio of cost and budget. Asked for is closest by their "
    "difference.",
    [
        _closest(lambda c, n, d, k=k: _cost(c, n, d) + k * (2 * c * d + n))
        for k in (1, 2, 3)
    ],
    "More than the three kernels is counted: norms or biases. The stub leaves them "
    "out.",
    [_closest(lambda c, n, d, k=k: _cost(c, n, d) + k * c * d) for k in (2, 4)],
    "Norms or biases are counted for the inner layers. The stub counts the three "
    "kernels only.",
    _closest(lambda c, n, d: _cost(c, n, d) + n * n),
    "A projection is counted. Input and output have the same channels, so there is "
    "none.",
    _closest(lambda c, n, d: c * (2 * n * d + 3 * d * d)),
    "The window of the middle convolution has more than three weights.",
    lambda c, n, b: 0 if 2 * b < _cost(c, n, 1) else _closest(_cost)(c, n, b),
    "Where a width of 1 costs more than twice the budget, this is 0; see `Returns` in "
    "the stub.",
    [
        _up_to(lambda c, n: n),
        _up_to(lambda c, n: n - 1),
        _up_to(lambda c, n: n // c),
        _up_to(lambda c, n: 4 * n),
        *(_up_to(lambda c, n, cap=cap: cap) for cap in _CAPS),
    ],
    "The search for a width ends too early. Nothing but the budget limits the width: "
    "it may be larger than `channels`, and than any fixed number.",
    lambda c, n, b: min(range(2, 1000, 2), key=lambda d: abs(_cost(c, n, d) - b)),
    "Only even widths are tried.",
    _most,
    "This is the widest that stays within the budget. Asked for is the closest, which "
    "may lie a little above.",
    _root,
    "This is where the budget would be met exactly. A width is a whole number.",
    lambda c, channels, b: -int(-_root(c, channels, b) // 1),
    "This always rounds up. Asked for is the closest, above or below.",
    lambda c, channels, b: round(_single(channels, b) / c),
    "The same channels are shared out among the groups. That makes the 3×3 cheaper the "
    "more groups there are, so there is budget left over.",
    lambda c, channels, b: round(_single(channels, b) / c**0.5),
    "This keeps the cost of the 3×3 alone. The two 1×1 convolutions have weights too.",
    lambda c, channels, b: c * _closest(_cost)(c, channels, b),
    "This is the width of all groups together. Asked for is that of one.",
    _closest(lambda c, n, d: 2 * n * c * d + 9 * (c * d) ** 2),
    "The 3×3 is counted as if every group saw all channels. In groups each output "
    "channel reads d inputs only.",
    _closest(lambda c, n, d: 2 * n * d + 9 * c * d * d),
    "The 1×1 convolutions are counted for one group. They lead to C · d channels and "
    "back.",
    _closest(lambda c, n, d: c * (n * d + 9 * d * d)),
    "One of the two 1×1 convolutions is missing.",
    _closest(lambda c, n, d: c * (2 * n * d + d * d)),
    "The middle convolution is counted as 1×1: its window has more weights.",
    _closest(lambda c, n, d: 2 * n * c * d),
    "The middle convolution is missing from the count.",
    _closest(lambda c, n, d: 2 * n * d + 9 * d * d),
    "This does not depend on the number of groups.",
)


def _rungs(rng):
    """A ladder; budgets around the middle between two costs; a tiny one; a wide one."""
    budget = int(rng.integers(50_000, 90_000))
    cases = [(c, 256, budget) for c in (1, 2, 4, 8, 32)]
    for share in (-0.2, -0.05, 0.5, 1.5, 2.5, 4, 6):
        c, n, d = (int(rng.integers(*ends)) for ends in ((1, 9), (20, 300), (1, 9)))
        middle = (_cost(c, n, d) + _cost(c, n, d + 1)) / 2
        step = 9 * c / 4 if share < 0 else c * (2 * d + 1) + n
        cases.append((c, n, math.floor(middle + share * step)))
    for share in (0.1, 0.3, 0.5, 0.7, 0.9, 1.3, 1.6):  # of where the bend shows
        c, n, d = int(rng.integers(20, 90)), int(rng.integers(3, 9)), 1
        low, high = _cost(c, n, d), _cost(c, n, d + 1)
        bend = (low + high) / 2 - _cost(c, n, d + 0.5)
        cases.append((c, n, math.floor((low + high) / 2 - share * bend)))
    cases.append((int(rng.integers(8, 33)), int(rng.integers(60, 300)), 200))
    c, n = 1, int(rng.integers(3, 7))
    return [*cases, (c, n, _cost(c, n, int(rng.integers(320, 330))) + 9)]


_TABLE = Table(
    "width_for_cardinality(cardinality, channels, budget)",
    _closest(_cost),
    _WIDTH_MISTAKES,
    _rungs,
)


@exercise(6)
def width_for_cardinality(answer):
    """`width_for_cardinality(cardinality, channels, budget)` → int: group width d.

    Args:
        answer: Function of the number of groups, the channels outside and the number
            of kernel weights to come closest to.
    """
    _TABLE.judge(answer)
    return (
        "These are the rungs of Xie et al.: 1×64d, 2×40d, 4×24d, 8×14d, 32×4d. More "
        "paths at the same cost means more channels in all, 128 instead of 64."
    )
