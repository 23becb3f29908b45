"""Chapter 8, continued: what BatchNorm adds up over devices, counted by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_CHANNELS = 3 * 16 + 2 * 32 + 2 * 64
_WRONG = {
    _CHANNELS: "This is one number per channel. How many sums does a norm need on the "
    "way forward, and how many on the way back?",
    2 * _CHANNELS: "This is one direction only. A norm needs sums on its way back too.",
    3 * _CHANNELS: "One sum is missing. There are as many on the way back as forward.",
    4 * 7: "This counts the norms. Each of them has several channels.",
    4 * (16 + 32 + 64): "Each stage has two norms, and the stem one: each is counted.",
    4 * (2 * 16 + 2 * 32 + 2 * 64): "The stem has a norm as well.",
    16 * _CHANNELS: "These are bytes. Asked for are numbers.",
    6 * _CHANNELS: "The gradients of γ and β are the two sums of the way back: they "
    "are counted twice here.",
    8 * 4 * _CHANNELS: "This is the sum over the devices. Each all-reduce is counted "
    "once, however many take part.",
}


@exercise(3)
def norm_numbers(answer):
    """A whole number: how many numbers the norms' all-reduces carry in a step.

    Args:
        answer: For ResNet-8, of one stage per width, counted once per all-reduce.
    """
    entries.number(
        answer,
        4 * _CHANNELS,
        _WRONG,
        "Write down the channels of each of the seven norms, then the sums that each "
        "channel needs.",
    )
    return "A few kilobytes, in many small messages: the latency counts, not the size."
