"""Chapter 8, continued: how many bytes a ring of devices has to send."""

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _sent(parameters, devices, width=4):
    return 2 * (devices - 1) / devices * width * parameters


_MISTAKES = mistakes(
    lambda p, d, w=4: _sent(p, d, w) / 2,
    "This is one of the two passes. Parts are added up on a first way round the ring, "
    "and the sums are handed on in a second.",
    lambda p, d, w=4: 2 * w * p,
    "This is what each device would send if it sent its own share as well. A device "
    "has that already.",
    lambda p, d, w=4: 2 * (d - 1) * w * p,
    "This grows with the number of devices: it is what all of them send together. "
    "Asked for is what each of them sends.",
    lambda p, d, w=4: _sent(p, d, 1),
    "These are numbers. Asked for are bytes.",
    lambda p, d, w=4: 8 * _sent(p, d, w),
    "These are bits. Asked for are bytes.",
    lambda p, d, w=4: _sent(p, d),
    "Each number takes four bytes here, whatever `width` is.",
    lambda p, d, w=4: 2 * d / (d + 1) * w * p,
    "The fraction of the array that is sent is off by one device.",
    lambda p, d, w=4: w * p,
    "This is the size of the gradient. Each device sends more than that, unless there "
    "are only two.",
)


def _draw(rng):
    def case(*more):
        return (int(rng.integers(1000, 10**6)), int(rng.integers(3, 40)), *more)

    return [case(), case(), case(2)]


_BYTES = Table("all_reduce_bytes(parameters, devices, width)", _sent, _MISTAKES, _draw)


@exercise(2)
def all_reduce_bytes(answer):
    """`all_reduce_bytes(parameters, devices, width=4)` → bytes that each device sends.

    Args:
        answer: Function of the number of parameters, the number of devices in the ring,
            and the bytes of each number.
    """
    _BYTES.judge(answer)
    return (
        "However many devices there are, each sends less than twice the gradient's "
        "bytes: the count has a bound that does not grow with them."
    )
