"""Chapter 3, continued: the widest bottleneck that a budget allows."""

import math

from resnet_book.exercises.bisection import largest
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _macs(c, s, w):
    return s * s * (2 * c * w + 9 * w * w)


def _fit(cost):
    """The largest width whose cost fits."""
    return lambda c, s, budget: largest(lambda width: cost(c, s, width) <= budget)


def _root(c, s, budget):
    return (-c + (c * c + 9 * budget / (s * s)) ** 0.5) / 9


_CAPS = (100, 128, 200, 256, 500, 512, 999, 1000, 1023, 1024, 2048, 4096, 9999, 10_000)


def _up_to(cap):
    return lambda c, s, b: min(_fit(_macs)(c, s, b), cap(c))


_FIT_MISTAKES = mistakes(
    _root,
    "This is where the budget would be met exactly. A width is a whole number, and the "
    "budget may not be exceeded.",
    lambda c, s, b: float(_fit(_macs)(c, s, b)) // 8 * 8,
    "This is a multiple of 8. Such widths are usual, but the widest that fits is asked "
    "for.",
    lambda c, s, b: 2 ** (max(_fit(_macs)(c, s, b), 1).bit_length() - 1),
    "This is a power of 2. Such widths are usual, but the widest that fits is asked "
    "for.",
    lambda c, s, b: max(_fit(_macs)(c, s, b), 1),
    "Where not even a width of 1 fits, this is 1 all the same; see `Returns` in the "
    "stub.",
    lambda c, s, b: _fit(_macs)(c, s, b) or -1,
    "Where not even a width of 1 fits, this is -1; see `Returns` in the stub.",
    [
        *(_up_to(lambda c, k=k: k * c) for k in (1, 2, 4)),
        *(_up_to(lambda c, k=k: c // k) for k in (2, 4)),
        _up_to(lambda c: c - 1),
        *(_up_to(lambda c, cap=cap: cap) for cap in _CAPS),
    ],
    "The search for a width ends too early. Nothing but the budget limits the width: "
    "it may be larger than `channels`, and than any fixed number.",
    [
        _fit(lambda c, s, w: _macs(c, s, w) + 4 * w + 2 * c),
        _fit(lambda c, s, w: _macs(c, s, w) + 2 * w + c),
        _fit(lambda c, s, w: _macs(c, s, w) + s * s * (4 * w + 2 * c)),
        _fit(lambda c, s, w: _macs(c, s, w) + s * s * (2 * w + c)),
    ],
    "More than the three convolutions is counted. Norms and biases cost next to "
    "nothing, and are left out.",
    _fit(lambda c, s, w: s * s * 2 * c * w + (3 * s - 2) ** 2 * w * w),
    "Taps that fall on the padding are left out. The stub counts them too.",
    _fit(lambda c, s, w: s * s * 2 * c * w + 9 * (s - 2) ** 2 * w * w),
    "The 3×3 convolution is counted without padding, on a smaller map. Its output is "
    "as large as its input.",
    _fit(lambda c, s, w: _macs(c, s, w) + s * s * c * c),
    "A projection is counted. Input and output have the same channels, so there is "
    "none.",
    _fit(lambda c, s, w: 9 * s * s * (2 * c * w + w * w)),
    "All three convolutions are counted as 3×3.",
    _fit(lambda c, s, w: s * s * 18 * c * w),
    "This is a basic block, of two 3×3 convolutions.",
    lambda c, s, b: round(_root(c, s, b)),
    "Where this rounds upwards the budget is exceeded. Which way must it go?",
    lambda c, s, b: _fit(_macs)(c, s, b) + 1,
    "This is the first width that no longer fits.",
    lambda c, s, b: _fit(_macs)(c, s, b - 1),
    "A block that costs exactly the budget still fits.",
    _fit(lambda c, s, w: 2 * _macs(c, s, w)),
    "This counts multiplications and additions apart. One multiply-accumulate is both.",
    _fit(lambda c, s, w: _macs(c, 1, w)),
    "This counts the weights. Each of them is used once for every pixel.",
    _fit(lambda c, s, w: _macs(c, 1, w) * s),
    "A square map of side `size` has more than `size` pixels.",
    _fit(lambda c, s, w: s * s * (c * w + 9 * w * w)),
    "One of the two 1×1 convolutions is missing.",
    _fit(lambda c, s, w: s * s * (2 * c * w + w * w)),
    "The middle convolution is counted as 1×1: its window has more weights.",
    _fit(lambda c, s, w: s * s * (2 * c * w + 3 * w * w)),
    "The window of the middle convolution has more than three weights.",
    _fit(lambda c, s, w: s * s * 2 * c * w),
    "The middle convolution is missing from the count.",
    _fit(lambda c, s, w: s * s * 9 * w * w),
    "The two 1×1 convolutions are missing from the count.",
    _fit(lambda c, s, w: s * s * (c * w + 13 * w * w)),
    "This takes 4 · width as the output. Here the block ends with `channels` channels, "
    "whatever its width.",
    _fit(lambda c, s, w: s * s * 17 * w * w),
    "This takes 4 · width as input and output. Here both are `channels`, whatever the "
    "width.",
)


def _budgets(rng):
    """Met exactly, missed by one, missed by a norm; too small; wide; very wide."""
    cases = [(int(rng.integers(60, 200)), int(rng.integers(5, 9)), 500)]
    for slack in (
        lambda c, s, w: 0,
        lambda c, s, w: -1,
        lambda c, s, w: 2 * w + c - 1,
        lambda c, s, w: 4 * w + 2 * c - 1,
        lambda c, s, w: s * s * (2 * w + c) - 1,
        lambda c, s, w: s * s * (4 * w + 2 * c) - 1,
    ):
        cases.append(_near(rng, slack))
    # Wrong counts without a square are to come to no more than some 100,000.
    for low, high, width in ((3, 12, 400), (2000, 3000, 11_000)):
        channels = int(rng.integers(low, high))
        cases.append((channels, 1, _macs(channels, 1, int(width + rng.integers(99)))))
    return cases


def _near(rng, slack):
    """Where a square root in floats, rounded down, is right as well."""
    while True:
        c, s, w = (int(rng.integers(*ends)) for ends in ((40, 300), (6, 15), (20, 90)))
        budget = _macs(c, s, w) + slack(c, s, w)
        whole = _fit(_macs)(c, s, budget)
        other = (-2 * c + math.sqrt(4 * c * c + 36 * budget / s**2)) / 18
        if math.floor(_root(c, s, budget)) == math.floor(other) == whole:
            return c, s, budget


_TABLE = Table(
    "fit_budget(channels, size, budget)", _fit(_macs), _FIT_MISTAKES, _budgets
)


@exercise(3)
def fit_budget(answer):
    """`fit_budget(channels, size, budget)` → int: the widest bottleneck that fits.

    Args:
        answer: Function of the channels outside, the map's side and the budget in MACs.
    """
    _TABLE.judge(answer)
    return (
        "The 3×3 grows with the square of the width: where it is most of the cost, "
        "four times the budget buys about twice the width."
    )
