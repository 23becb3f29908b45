"""Chapter 7, continued: the least time that an epoch needs, from its bytes."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_IMAGES, _PIXELS, _CHANNELS, _BITS = 1_281_167, 224**2, 3, 10e9
_RIGHT = 8 * _IMAGES * _PIXELS * _CHANNELS / _BITS
_CAUSES = {
    _RIGHT / 8: "The link is taken for one of ten gigabytes per second. Its speed is "
    "given in bits, and a byte has eight.",
    4 * _RIGHT: "These are images in float32. What travels are whole numbers of one "
    "byte.",
    _RIGHT / 3: "These are images of one channel. Colour has three.",
    _RIGHT / 24: "Two things are left out: the three channels, and the eight bits of a "
    "byte.",
    _RIGHT / 2: "These are four bits for each number. A byte has eight.",
    _RIGHT * 1e9 / 2**30: "A giga is taken for a power of two. Speeds of links are in "
    "powers of ten.",
    _RIGHT / 60: "This is in minutes. Asked for are seconds.",
    1e3 * _RIGHT: "This is in milliseconds. Asked for are seconds.",
    _RIGHT / _IMAGES: "This is the time of one image. Asked for is that of an epoch.",
    1e-9 * _RIGHT * _BITS: "These are gigabits. Divide them by the speed of the link.",
    1e-9 * _RIGHT * _BITS / 8: "These are gigabytes. Asked for is a time.",
    _IMAGES / _RIGHT: "These are images per second. Asked for are seconds.",
}


@exercise(5)
def epoch_seconds(answer):
    """Seconds that it takes at least to bring an epoch's images through a link.

    Args:
        answer: A number, to one per cent.
    """
    entries.number(
        answer,
        _RIGHT,
        _CAUSES,
        "Write down the bits of one image, of all images, and how many of them pass in "
        "a second.",
        tolerance=0.01,
    )
    return (
        "A device that trains faster than this waits for the link, whatever else is "
        "made faster."
    )
