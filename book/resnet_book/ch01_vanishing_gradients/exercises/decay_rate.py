"""Chapter 1, continued: the rate of decay, and the depth where float32 ends."""

import math

import numpy as np

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes

_SMALLEST = 2.0**-126


def _fit(norms):
    norms = np.asarray(norms, np.float64)
    return math.exp(-np.polyfit(np.arange(len(norms)), np.log(norms), 1)[0])


def _depth(rate, smallest=_SMALLEST, rounding=math.ceil):
    return math.inf if rate >= 1 else rounding(math.log(smallest) / math.log(rate))


def _with_rate(rate):
    return lambda norms: (rate(np.asarray(norms, np.float64)), _depth(_fit(norms)))


def _own_depth(rate):
    """As `_with_rate`, the depth following from the wrong rate."""

    def pair(norms):
        value = rate(np.asarray(norms, np.float64))
        return value, _depth(value)

    return pair


def _with_depth(depth):
    return lambda norms: (_fit(norms), depth(_fit(norms)))


def _both(rate):
    return [_with_rate(rate), _own_depth(rate)]


_DECAY_MISTAKES = mistakes(
    _both(lambda n: 1 / _fit(n)),
    "This rate goes forwards, from a layer to the next. The gradient travels the "
    "other way: a vanishing one has a rate below 1.",
    _both(lambda n: -math.log(_fit(n))),
    "This is the slope of the line. The rate is a factor: undo the logarithm.",
    _both(lambda n: math.log(_fit(n))),
    "This is the slope of the line, on the way back. The rate is a factor: undo "
    "the logarithm.",
    _both(lambda n: 10 ** math.log(_fit(n))),
    "The logarithm and the power have different bases: one is natural, the other "
    "has base 10.",
    _both(lambda n: math.exp(math.log10(_fit(n)))),
    "The logarithm and the power have different bases: one has base 10, the other "
    "is natural.",
    _both(lambda n: (n[0] / n[-1]) ** (1 / (len(n) - 1))),
    "This rate looks at the first and the last layer alone, so noise in either "
    "goes straight into it. A fitted line uses every layer.",
    _both(lambda n: (n[0] / n[-1]) ** (1 / len(n))),
    "There is one step less between the layers than there are layers; and a fitted "
    "line uses every layer, not only the ends.",
    _both(lambda n: (n[:-1] / n[1:]).mean()),
    "This is the mean of the ratios between neighbours, which noise pulls upwards. "
    "Fit a line to the logarithms.",
    _both(lambda n: float(np.median(n[:-1] / n[1:]))),
    "This is the median of the ratios between neighbours. A line fitted to the "
    "logarithms by least squares is asked for.",
    _both(lambda n: 1 + math.log(_fit(n))),
    "This is the first term of a series: near 1 it is about the rate, further away "
    "it is not. Undo the logarithm.",
    _both(lambda n: math.exp(-np.polyfit(np.arange(len(n)), np.log(n), 1)[1])),
    "This is made of the line's offset. The rate is in its slope.",
    _both(lambda n: math.exp(-np.polyfit(np.arange(len(n)), n, 1)[0])),
    "The line is fitted to the norms themselves. An exponential is a straight line "
    "only on a log scale.",
    _with_depth(lambda r: _depth(r, 2.0**-23)),
    "The rate is right. The depth uses the spacing of float32 next to 1 (`eps`, about "
    "1e-7); numbers far smaller than that are still fine in float32.",
    _with_depth(lambda r: _depth(r, 2.0**-149)),
    "The rate is right. The depth uses the smallest subnormal number; asked for is the "
    "smallest normal one, below which precision is lost and most devices return 0.",
    _with_depth(lambda r: _depth(r, 2.0**-1022)),
    "The rate is right. The depth is that of float64; networks train in float32.",
    _with_depth(lambda r: _depth(r, rounding=math.floor)),
    "The rate is right. At this depth the gradient is still just above the limit: "
    "which way does the depth have to be rounded?",
    _with_depth(lambda r: _depth(r, rounding=round)),
    "The rate is right. The depth is rounded to the nearest whole number, which lies "
    "on the wrong side half of the time.",
    _with_depth(lambda r: _depth(r, rounding=float)),
    "The rate is right. The depth is where the limit is met exactly; asked for is a "
    "whole number of layers.",
    _with_depth(lambda r: _depth(r, 2.0**-14)),
    "The rate is right. The depth is that of float16.",
    _with_depth(lambda r: _depth(r, 1 / 3.4028234663852886e38)),
    "The rate is right. The depth uses one over the largest float32. Asked for is the "
    "smallest normal one.",
    [
        _with_depth(lambda r, other=other: _depth(r) if r < 1 else other)
        for other in (0, -1, -math.inf, 10**6, 10**9)
    ],
    "The depth is right where the gradient vanishes. Where it does not, it never "
    "underflows; see `Returns` in the stub.",
    _with_depth(lambda r: _depth(r) + 1),
    "The rate is right. The depth is one layer too many: the gradient starts at 1.0 "
    "with zero layers behind it.",
    _with_depth(lambda r: -_depth(r)),
    "The rate is right. The depth has the wrong sign.",
    _with_depth(lambda r: math.ceil(math.log(_SMALLEST) / -abs(math.log(r)))),
    "This holds as long as the gradient vanishes. Where the rate is 1 or more it never "
    "underflows; see `Returns` in the stub.",
)


def _norms(rng):
    """Clean, steep and noisy, slow, and growing profiles, of different lengths.

    The depths lie well between whole numbers: arithmetic in float32 finds them too.
    """
    steps = -math.log(_SMALLEST)
    slopes = [
        steps / (int(rng.integers(low, high)) + rest + rng.uniform(0, 0.2))
        for low, high, rest in ((150, 400, 0.2), (40, 90, 0.2), (600, 1200, 0.6))
    ]
    profiles = []
    for slope, spread in zip((*slopes, -0.2), (0, 0.4, 0.2, 0.1), strict=True):
        layers = np.arange(int(rng.integers(8, 20)))
        noise = spread * rng.normal(size=len(layers))
        noise -= np.polyfit(layers, noise, 1)[0] * layers
        profiles.append((np.exp(slope * layers + noise).astype(np.float32),))
    return profiles


_TABLE = Table(
    "decay_rate(norms)",
    lambda norms: (_fit(norms), _depth(_fit(norms))),
    _DECAY_MISTAKES,
    _norms,
    seeds=(2, 3),
)


@exercise(4)
def decay_rate(answer):
    """`decay_rate(norms)` → (rate, depth): factor per layer, and where float32 ends.

    Args:
        answer: Function of `norms`, (L,), first layer first. Returns the factor by
            which one layer further back multiplies the gradient, and the number of
            layers after which a gradient of 1.0 is below the smallest normal float32,
            `math.inf` if never.
    """
    _TABLE.judge(answer)
    return (
        "A constant factor per layer is a straight line on a log scale, and it decides "
        "how deep a plain network can be before nothing reaches its first layers."
    )
