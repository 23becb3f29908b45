"""Chapter 6, continued: two networks on the same images, compared by hand."""

import math

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_BOTH, _A, _B, _IMAGES = 8_900, 9_140, 9_180, 10_000
_ONLY_A, _ONLY_B = _A - _BOTH, _B - _BOTH
_MORE, _APART = _ONLY_B - _ONLY_A, _ONLY_A + _ONLY_B
_RIGHT = _MORE / math.sqrt(_APART)


def _of_one(right):
    """Standard error of a number of right answers, if nothing is paired."""
    return math.sqrt(right * (1 - right / _IMAGES))


_CAUSES = {
    _MORE / math.hypot(_of_one(_A), _of_one(_B)): "This takes the two for networks on "
    "different images. Here both saw the same ones, so most answers are shared.",
    _MORE / _of_one(_A): "This is the standard error of one network. Asked for is that "
    "of the difference between two.",
    _RIGHT**2: "This is the square, which McNemar's test compares with χ². Asked for "
    "are standard deviations.",
    _MORE / _APART: "The difference is divided by the number of images, and not by its "
    "root.",
    _MORE / math.sqrt(_IMAGES): "All images are counted. Where both are right or both "
    "are wrong, the image decides nothing.",
    _MORE / math.sqrt(_BOTH): "These are the images on which both are right. They "
    "decide nothing.",
    _MORE / (math.sqrt(_APART) / 2): "The deviation is half as large as it should be: "
    "an image moves the difference from minus one to one, not from zero to one.",
    (_MORE - 1)
    / math.sqrt(_APART): "This has a correction for whole numbers. Leave it out here.",
    -_RIGHT: "The sign is turned round: B is right more often.",
    _MORE: "This is the difference in images. Divide it by its standard deviation.",
    _APART: "This is the number of images on which one of the two is right. How far "
    "from zero would coins bring the difference?",
}


@exercise(4)
def paired_answers(answer):
    """How many standard deviations from zero the difference of two networks lies.

    Args:
        answer: A number, to one per cent.
    """
    entries.number(
        answer,
        _RIGHT,
        _CAUSES,
        "Count the images on which A alone is right, and those on which B alone is. "
        "Then ask how their difference would scatter if each were the toss of a coin.",
        tolerance=0.01,
    )
    return (
        "Less than two: one pair of networks on these images leaves it undecided, and "
        "other seeds are not even in it yet."
    )
