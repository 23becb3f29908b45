"""Chapter 9: the memory that a shuffle buffer takes, by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise


def _causes(images, side, right):
    return {
        right / 3: "This is one colour. How many numbers has a pixel?",
        4 * right: "These are numbers of four bytes each. The images are not floats "
        "yet.",
        2 * right: "These are numbers of two bytes each.",
        right / 1.048576: "These are MiB, of 1,048,576 bytes. Asked for are MB.",
        right / 1e3: "These are GB. Asked for are MB.",
        8 * right: "These are bits.",
        right * 1e6: "These are bytes. Asked for are MB.",
        right / images: "This is one image. The buffer holds many.",
        right / side: "One of the two sides is missing.",
    }


@exercise(
    1,
    images=(10_000, 2_000, 3_000, 5_000, 8_000, 20_000),
    side_in_pixels=(224, 160, 192, 256, 288),
)
def buffer_memory(answer, images, side_in_pixels):
    """A number: megabytes, of a million bytes each.

    Args:
        answer: For decoded images in three colours.
        images: How many the buffer holds.
        side_in_pixels: Of the square images.
    """
    right = images * side_in_pixels**2 * 3 / 1e6
    entries.number(
        answer,
        right,
        _causes(images, side_in_pixels, right),
        "Multiply the numbers of one image first, then the images.",
        tolerance=0.01,
    )
    return (
        "A buffer of encoded files would take a fraction of it, and decode each image "
        "when it is drawn."
    )
