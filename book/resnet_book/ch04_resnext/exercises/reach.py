"""Chapter 4: how far one channel is heard through grouped convolutions."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_ASKED = {
    "nothing": "outputs that depend on channel 0, with nothing in between",
    "pointwise": "outputs that depend on channel 0, with a 1×1 convolution in between",
    "shuffle": "outputs that depend on channel 0, with a shuffle in between",
    "shuffles": "shuffles until every output depends on channel 0",
}
_RIGHT = dict(nothing=4, pointwise=128, shuffle=16, shuffles=3)
_CAUSES = {
    "nothing": {
        1: "an output of a group reads all channels of its group, not only "
        "the one of its own number.",
        8: "both convolutions have the same groups, so the second reads "
        "again the channels that the first has written.",
        16: "the four outputs that the first convolution reaches all belong "
        "to one group of the second.",
        32: "this is the number of groups. How many channels are in one?",
        128: "a group reads its own channels alone, and the second "
        "convolution has the same groups.",
    },
    "pointwise": {
        4: "the 1×1 convolution has no groups. Which channels does one of "
        "its outputs read?",
        16: "each output of the 1×1 convolution reads all its inputs, and "
        "not only four of them.",
        32: "this is the number of groups. All channels of a group hear "
        "what one of its inputs brings.",
    },
    "shuffle": {
        4: "four channels have heard of channel 0 before the shuffle. To "
        "which groups do they go?",
        8: "the four channels go to four groups, not to two.",
        32: "four channels are moved, not eight. Each goes to one group.",
        128: "a shuffle moves channels and mixes none. Four of them bring "
        "something of channel 0, to four groups.",
    },
    "shuffles": {
        1: "after one shuffle not all groups have been reached yet.",
        2: "follow the number of outputs on. After two shuffles it is not 128 yet.",
        4: "one is too many. The convolution before the first shuffle "
        "reaches four channels already.",
        7: "the number grows by more than a factor of two with each.",
        **dict.fromkeys(
            (8, 31, 32),
            "each shuffle multiplies the number of outputs. It adds no fixed amount.",
        ),
    },
}


@exercise(1)
def reach(answer):
    """`dict(nothing=..., pointwise=..., shuffle=..., shuffles=...)`: four numbers.

    Args:
        answer: How many of 128 outputs depend on channel 0, for three things between
            two convolutions in 32 groups, and how many shuffles let all depend on it.
    """
    given = entries.values(answer, _ASKED)
    for (name, right), value in zip(_RIGHT.items(), given, strict=True):
        otherwise = (
            "write down which channels have heard of channel 0 after each layer."
        )
        entries.number(value, right, _CAUSES[name], otherwise, where=f"`{name}`")
    return "Now measure it."
