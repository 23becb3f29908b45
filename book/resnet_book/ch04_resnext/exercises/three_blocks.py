"""Chapter 4, continued: blocks of ResNeXt that went wrong."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

CAUSES = ("dense 3x3", "grouped 1x1", "copies", "dealt", "transposed")
_RIGHT = {"a": "grouped 1x1", "b": "copies", "c": "dealt"}
_ASKED = {block: f"the cause of block {block}" for block in _RIGHT}
_SAYS = {
    "a": {
        "dense 3x3": "Block a has fewer weights than it should. A dense 3×3 would give "
        "it more.",
        "copies": "Block a: kernels that are equal are still there, and counted. Where "
        "are weights missing?",
        "dealt": "Block a: which channels a group reads changes no count. Where are "
        "weights missing?",
        "transposed": "Block a: a kernel has as many weights with two axes exchanged.",
    },
    "b": {
        "dense 3x3": "Block b has the right number of weights. A dense 3×3 has more.",
        "grouped 1x1": "Block b has the right number of weights. Groups in the 1×1 "
        "convolutions would take some away.",
        "dealt": "Block b: which channels a group reads does not make the kernels of "
        "two groups alike.",
        "transposed": "Block b: nothing is loaded here. Ask what the paths had in "
        "common before the first step.",
    },
    "c": {
        "dense 3x3": "Block c has the right number of weights. A dense 3×3 has more.",
        "grouped 1x1": "Block c: the output of the first 1×1 convolution is right.",
        "copies": "Block c: its weights are the checkpoint's, and there they are no "
        "copies.",
        "transposed": "Block c: a kernel with exchanged axes would be wrong with one "
        "group too. What changes only with the number of groups?",
    },
}


@exercise(5)
def three_blocks(answer):
    """`dict(a=..., b=..., c=...)`: the cause of each of three faults.

    Args:
        answer: For each block one of "dense 3x3", "grouped 1x1", "copies", "dealt" and
            "transposed".
    """
    entries.choices(
        answer, _RIGHT, _ASKED, CAUSES, lambda block, cause: _SAYS[block][cause]
    )
    return (
        "A count finds missing weights, and a reference those in the wrong place. "
        "Neither of them finds copies."
    )
