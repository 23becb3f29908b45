"""Chapter 3, continued: an arithmetic intensity, counted by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_IMAGES, _PIXELS, _IN, _OUT = 4, 14 * 14, 1024, 256
_KERNEL, _READ, _WRITTEN = _IN * _OUT, _IMAGES * _PIXELS * _IN, _IMAGES * _PIXELS * _OUT
_FLOP = 2 * _IMAGES * _PIXELS * _KERNEL
_MOVED = _KERNEL + _READ + _WRITTEN
_RIGHT = _FLOP / (2 * _MOVED)
_WRONG = {
    _RIGHT / 2: "This is half of it. Either a multiply-accumulate is taken for one "
    "operation, or each number for four bytes: bfloat16 has two.",
    _RIGHT / 4: "This is a quarter of it. A multiply-accumulate is two operations, and "
    "a number in bfloat16 has two bytes.",
    2 * _RIGHT: "These are operations per number. Each number has two bytes.",
    _RIGHT / 8: "These are operations per bit.",
    1 / _RIGHT: "These are bytes per operation: turn it round.",
    _FLOP / (2 * (_READ + _WRITTEN)): "The kernel's bytes are left out. With so few "
    "images they count.",
    _FLOP / (2 * (_KERNEL + _READ)): "What the layer writes moves as well.",
    _FLOP / (2 * (_KERNEL + _WRITTEN)): "What the layer reads moves as well.",
    _FLOP / (2 * (_IMAGES * _KERNEL + _READ + _WRITTEN)): "The kernel is counted once "
    "per image. All images of a batch share it.",
    _FLOP / (2 * (_KERNEL + (_READ + _WRITTEN) / _IMAGES)): "The arithmetic is that of "
    "four images, the maps are those of one.",
    9 * _FLOP / (2 * (_MOVED + 8 * _KERNEL)): "This is a 3×3 convolution.",
}


@exercise(4)
def intensity_by_hand(answer):
    """A number, in FLOP per byte: the intensity of a 1×1 convolution in bfloat16.

    Args:
        answer: For 4 images of 14 × 14 pixels, from 1024 channels to 256.
    """
    entries.number(
        answer,
        _RIGHT,
        _WRONG,
        "Write down four counts first: the MACs of all four images, and the numbers in "
        "what is read, in the kernel and in what is written.",
        tolerance=0.005,
    )
    return (
        "More than half of the ridge of the TPU in this chapter, and that with four "
        "images only."
    )
