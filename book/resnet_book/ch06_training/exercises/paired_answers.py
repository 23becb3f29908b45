"""Chapter 6, continued: two networks on the same images, compared by hand."""

import math

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_A, _B, _IMAGES = 9_140, 9_180, 10_000
_MORE = _B - _A


def _of_one(right):
    """Standard error of a number of right answers, if nothing is paired."""
    return math.sqrt(right * (1 - right / _IMAGES))


def _causes(both, apart):
    right = _MORE / math.sqrt(apart)
    return {
        _MORE / math.hypot(_of_one(_A), _of_one(_B)): "This takes the two for networks "
        "on different images. Here both saw the same ones, so most answers are shared.",
        _MORE / _of_one(_A): "This is the standard error of one network. Asked for is "
        "that of the difference between two.",
        right**2: "This is the square, which McNemar's test compares with χ². Asked "
        "for are standard deviations.",
        _MORE / apart: "The difference is divided by the number of images, and not by "
        "its root.",
        _MORE / math.sqrt(_IMAGES): "All images are counted. Where both are right or "
        "both are wrong, the image decides nothing.",
        _MORE / math.sqrt(both): "These are the images on which both are right. They "
        "decide nothing.",
        2 * right: "The deviation is half as large as it should be: an image moves the "
        "difference from minus one to one, not from zero to one.",
        right * (1 - 1 / _MORE): "This has a correction for whole numbers. Leave it "
        "out here.",
        -right: "The sign is turned round: B is right more often.",
        _MORE: "This is the difference in images. Divide it by its standard deviation.",
        apart: "This is the number of images on which one of the two is right. How far "
        "from zero would coins bring the difference?",
    }


@exercise(
    4, both_right=(8_900, 8_620, 8_660, 8_700, 8_740, 8_820, 8_840, 8_860, 8_930, 8_950)
)
def paired_answers(answer, both_right):
    """How many standard deviations from zero the difference of two networks lies.

    Args:
        answer: A number, to one per cent.
        both_right: Images that both networks get right.
    """
    apart = _A + _B - 2 * both_right
    entries.number(
        answer,
        _MORE / math.sqrt(apart),
        _causes(both_right, apart),
        "Count the images on which A alone is right, and those on which B alone is. "
        "Then ask how their difference would scatter if each were the toss of a coin.",
        tolerance=0.01,
    )
    return (
        "Less than two: one pair of networks on these images leaves it undecided, and "
        "other seeds are not even in it yet."
    )
