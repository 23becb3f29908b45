"""Chapter 4, continued: paths and their width at constant cost."""

import numpy as np

from resnet_book.exercises.compare import judge_function
from resnet_book.exercises.exercise import exercise


def _cost(cardinality, channels, d):
    return cardinality * (2 * channels * d + 9 * d * d)


def _closest(cost):
    def width(cardinality, channels, budget):
        costs = [abs(cost(cardinality, channels, d) - budget) for d in range(1, 1000)]
        return 1 + int(np.argmin(costs))

    return width


def _most(cardinality, channels, budget):
    fits = [d for d in range(1000) if _cost(cardinality, channels, d) <= budget]
    return fits[-1]


def _root(cardinality, channels, budget):
    return (-channels + (channels**2 + 9 * budget / cardinality) ** 0.5) / 9


def _single(channels, budget):
    return _closest(_cost)(1, channels, budget)


_WIDTH_MISTAKES = (
    (
        _most,
        "This is the widest that stays within the budget. Asked for is the closest, "
        "which may lie a little above.",
    ),
    (
        _root,
        "This is where the budget would be met exactly. A width is a whole number.",
    ),
    (
        lambda c, channels, b: -int(-_root(c, channels, b) // 1),
        "This always rounds up. Asked for is the closest, above or below.",
    ),
    (
        lambda c, channels, b: round(_single(channels, b) / c),
        "The same channels are shared out among the groups. That makes the 3×3 cheaper "
        "the more groups there are, so there is budget left over.",
    ),
    (
        lambda c, channels, b: round(_single(channels, b) / c**0.5),
        "This keeps the cost of the 3×3 alone. The two 1×1 convolutions have weights "
        "too.",
    ),
    (
        lambda c, channels, b: c * _closest(_cost)(c, channels, b),
        "This is the width of all groups together. Asked for is that of one.",
    ),
    (
        _closest(lambda c, n, d: 2 * n * c * d + 9 * (c * d) ** 2),
        "The 3×3 is counted as if every group saw all channels. In groups each output "
        "channel reads d inputs only.",
    ),
    (
        _closest(lambda c, n, d: 2 * n * d + 9 * c * d * d),
        "The 1×1 convolutions are counted for one group. They lead to C · d channels "
        "and back.",
    ),
    (
        _closest(lambda c, n, d: c * (n * d + 9 * d * d)),
        "One of the two 1×1 convolutions is missing.",
    ),
    (
        _closest(lambda c, n, d: c * (2 * n * d + d * d)),
        "The middle convolution is counted as 1×1: its window has more weights.",
    ),
    (
        _closest(lambda c, n, d: 2 * n * c * d),
        "The middle convolution is missing from the count.",
    ),
    (
        _closest(lambda c, n, d: 2 * n * d + 9 * d * d),
        "This does not depend on the number of groups.",
    ),
)


@exercise(3)
def width_for_cardinality(answer):
    """`width_for_cardinality(cardinality, channels, budget)` → int: group width d.

    Args:
        answer: Function of the number of groups, the channels outside and the number
            of kernel weights to come closest to.
    """
    ladder = [(c, 256, 69_632) for c in (1, 2, 4, 8, 32)]
    judge_function(
        answer,
        [*ladder, (4, 128, 40_000), (16, 512, 300_000)],
        _closest(_cost),
        _WIDTH_MISTAKES,
        expects="width_for_cardinality(cardinality, channels, budget)",
    )
    return (
        "These are the rungs of Xie et al.: 1×64d, 2×40d, 4×24d, 8×14d, 32×4d. More "
        "paths at the same cost means more channels in all, 128 instead of 64."
    )
