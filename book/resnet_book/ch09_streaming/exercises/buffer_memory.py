"""Chapter 9: the memory that a shuffle buffer takes, by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_IMAGES, _NUMBERS = 10_000, 224 * 224 * 3
_MB = _IMAGES * _NUMBERS / 1e6
_WRONG = {
    _MB / 3: "This is one colour. How many numbers has a pixel?",
    4 * _MB: "These are numbers of four bytes each. The images are not floats yet.",
    2 * _MB: "These are numbers of two bytes each.",
    _MB / 1.048576: "These are MiB, of 1,048,576 bytes. Asked for are MB.",
    _MB / 1e3: "These are GB. Asked for are MB.",
    8 * _MB: "These are bits.",
    _MB * 1e6: "These are bytes. Asked for are MB.",
    _MB / _IMAGES: "This is one image. The buffer holds many.",
    _MB / 224: "One of the two sides is missing.",
}


@exercise(1)
def buffer_memory(answer):
    """A number: megabytes, of a million bytes each.

    Args:
        answer: For 10,000 decoded images of 224 × 224 pixels in three colours.
    """
    entries.number(
        answer,
        _MB,
        _WRONG,
        "Multiply the numbers of one image first, then the images.",
        tolerance=0.01,
    )
    return (
        "A buffer of encoded files would take a fraction of it, and decode each image "
        "when it is drawn."
    )
