"""Chapter 1, continued: the gradient's growth behind BatchNorm, for a leaky ReLU."""

import math

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

NORMAL = math.sqrt(2 * math.pi)


def _rate(slopes, squares, mean):
    """√χ, of the means E[φ'²], E[h²] and E[h]."""
    return math.sqrt(slopes / (squares - mean**2))


def _causes(slope, right):
    half, mean = (1 + slope**2) / 2, (1 - slope) / NORMAL
    return {
        right**2: "This is χ, the factor of the squared norm. The norm itself grows by "
        "its root.",
        1 / right: "This is one layer closer to the loss. Going back, the gradient is "
        "multiplied by the inverse.",
        1.0: "Without the part that is common to all images, nothing grows. What is "
        "E[h]² here?",
        _rate(1 / 2, 1 / 2, 1 / NORMAL): "This is the factor of ReLU. The negative "
        "half passes something on here.",
        _rate(half, half, (1 + slope) / NORMAL): "Below zero the leaky ReLU gives "
        "negative numbers. They make its mean smaller.",
        _rate(half, half, 1 / NORMAL): "The mean of h is ReLU's here. What does the "
        "negative half add to it?",
        _rate(1 / 2, half, mean): "The mean square of the slope is ReLU's here. The "
        "negative half has a slope too.",
        _rate(half, 1 / 2, mean): "The mean square of h is ReLU's here. The negative "
        "half adds its own to it.",
        _rate(half, half, math.sqrt(mean)): "The mean of h is to be squared.",
        right**50: "This is the growth over fifty layers. Asked for is that of one.",
    }


@exercise(7, slope=(0.25, 0.1, 0.12, 0.15, 0.18, 0.2, 0.3, 0.32, 0.37, 0.4))
def batchnorm_rate(answer, slope):
    """A number: by what factor the gradient grows per layer behind BatchNorm.

    Args:
        answer: √χ of a plain net of leaky ReLUs with BatchNorm.
        slope: Of the leaky ReLU where its input is negative.
    """
    half = (1 + slope**2) / 2  # of the squared slope and of h² alike
    right = _rate(half, half, (1 - slope) / NORMAL)
    entries.number(
        answer,
        right,
        _causes(slope, right),
        "The positive half of a standard normal adds 1/√(2π) to the mean. Find E[h], "
        "E[h²] and E[φ'²] of the leaky ReLU first.",
        tolerance=0.002,
    )
    return "The smaller the mean is beside the spread, the less BatchNorm magnifies."
