"""Chapter 3, continued: an arithmetic intensity, counted by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise


def _causes(images, flop, kernel, read, written):
    moved = kernel + read + written
    right = flop / (2 * moved)
    return {
        right / 2: "This is half of it. Either a multiply-accumulate is taken for one "
        "operation, or each number for four bytes: bfloat16 has two.",
        right / 4: "This is a quarter of it. A multiply-accumulate is two operations, "
        "and a number in bfloat16 has two bytes.",
        2 * right: "These are operations per number. Each number has two bytes.",
        right / 8: "These are operations per bit.",
        1 / right: "These are bytes per operation: turn it round.",
        flop / (2 * (read + written)): "The kernel's bytes are left out. With so few "
        "images they count.",
        flop / (2 * (kernel + read)): "What the layer writes moves as well.",
        flop / (2 * (kernel + written)): "What the layer reads moves as well.",
        flop / (2 * (images * kernel + read + written)): "The kernel is counted once "
        "per image. All images of a batch share it.",
        flop / (2 * (kernel + (read + written) / images)): "The arithmetic is that of "
        "all images, the maps are those of one.",
        9 * flop / (2 * (moved + 8 * kernel)): "This is a 3×3 convolution.",
    }


@exercise(5, images=(4, 2, 3, 8, 10), input_channels=(1024, 1152, 1280, 1408))
def intensity_by_hand(answer, images, input_channels):
    """A number, in FLOP per byte: the intensity of a 1×1 convolution in bfloat16.

    Args:
        answer: For images of 14 × 14 pixels, to 256 channels.
        images: How many.
        input_channels: From which the convolution goes.
    """
    pixels, outputs = images * 14 * 14, 256
    kernel, flop = input_channels * outputs, 2 * pixels * input_channels * outputs
    read, written = pixels * input_channels, pixels * outputs
    entries.number(
        answer,
        flop / (2 * (kernel + read + written)),
        _causes(images, flop, kernel, read, written),
        "Write down four counts first: the MACs of all images, and the numbers in what "
        "is read, in the kernel and in what is written.",
        tolerance=0.005,
    )
    return (
        "More than half of the ridge of the TPU in this chapter, and that with "
        f"{images} images only."
    )
