"""Chapter 5, continued: networks that are put together wrongly, seen from outside."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

RIGHT = {
    "A": "last block strides",
    "B": "unstrided stem",
    "C": "zeros for projections",
    "D": "stage 1 strides",
    "E": "swapped depths",
    "F": "projections everywhere",
}
_ASKED = {letter: f"the fault of network {letter}" for letter in RIGHT}

# What each fault would show; where a reader suspects it wrongly, what to look at.
SHOWS = {
    "no max-pool": "the maps would be twice as wide, and the field after the stem that "
    "of the 7×7 alone. Where would it end?",
    "unstrided stem": "the maps would be twice as wide, and the max-pool would add 2 "
    "pixels to the field, not 4. Where would it end?",
    "pooled twice": "the maps would be half as wide, with the parameters of ResNet-34 "
    "to the last one. Look at both.",
    "stage 1 strides": "the maps would be half as wide, and one more shortcut would "
    "need a projection. Look for its parameters.",
    "swapped depths": "two blocks of 256 channels would become two of 128. Count the "
    "parameters that they lose.",
    "last block strides": "in stages 2 to 4 all blocks but one would have half their "
    "width. Count the parameters that they lose.",
    "zeros for projections": "three projections would be gone, their parameters and "
    "their MACs. Look at both.",
    "no norms": "there would be fewer parameters, and as many MACs as before. Count "
    "the parameters: a norm has two per channel, a bias one.",
    "projections everywhere": "thirteen more shortcuts would have a convolution and a "
    "norm. Count their parameters.",
    "flattened head": "the kernel of the head would be 49 times as large. Count its "
    "parameters.",
}


@exercise(3)
def six_networks(answer):
    """`dict(A=..., B=..., …, F=...)`: the fault of each of six networks.

    Args:
        answer: For each network one of the names on the page.
    """
    entries.choices(
        answer,
        RIGHT,
        _ASKED,
        SHOWS,
        lambda letter, fault: f"Network {letter}: with “{fault}” {SHOWS[fault]}",
    )
    return (
        "What goes up or down leaves up to two causes, an exact count leaves one: that "
        "makes published counts a sharp test."
    )
