"""Chapter 7, continued: the least time that an epoch needs, from its bytes."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_IMAGES, _CHANNELS = 1_281_167, 3


def _causes(gigabits, right):
    return {
        right / 8: f"The link is taken for one of {gigabits} gigabytes per second. Its "
        "speed is given in bits, and a byte has eight.",
        4 * right: "These are images in float32. What travels are whole numbers of one "
        "byte.",
        right / 3: "These are images of one channel. Colour has three.",
        right / 24: "Two things are left out: the three channels, and the eight bits "
        "of a byte.",
        right / 2: "These are four bits for each number. A byte has eight.",
        right * 1e9 / 2**30: "A giga is taken for a power of two. Speeds of links are "
        "in powers of ten.",
        right / 60: "This is in minutes. Asked for are seconds.",
        1e3 * right: "This is in milliseconds. Asked for are seconds.",
        right / _IMAGES: "This is the time of one image. Asked for is that of an "
        "epoch.",
        gigabits * right: "These are gigabits. Divide them by the speed of the link.",
        gigabits * right / 8: "These are gigabytes. Asked for is a time.",
        _IMAGES / right: "These are images per second. Asked for are seconds.",
    }


@exercise(
    5, side_in_pixels=(224, 160, 176, 192, 256), gigabits_per_second=(10, 5, 20, 25)
)
def epoch_seconds(answer, side_in_pixels, gigabits_per_second):
    """Seconds that it takes at least to bring an epoch's images through a link.

    Args:
        answer: A number, to one per cent.
        side_in_pixels: Of the square images.
        gigabits_per_second: Of the link.
    """
    bits = 8 * _IMAGES * side_in_pixels**2 * _CHANNELS
    right = bits / (1e9 * gigabits_per_second)
    entries.number(
        answer,
        right,
        _causes(gigabits_per_second, right),
        "Write down the bits of one image, of all images, and how many of them pass in "
        "a second.",
        tolerance=0.01,
    )
    return (
        "A device that trains faster than this waits for the link, whatever else is "
        "made faster."
    )
