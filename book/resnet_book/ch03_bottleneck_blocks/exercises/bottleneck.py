"""Chapter 3: the bottleneck block."""

from resnet_book.exercises import block_mistakes, reference_blocks
from resnet_book.exercises.block_checks import Task, judge_block
from resnet_book.exercises.exercise import exercise

_BOTTLENECK = Task(
    expects="MyBottleneck(in_channels, width, stride, rngs=rngs)",
    build=reference_blocks.bottleneck,
    cases=((16, 4, 1), (6, 4, 2)),
    shapes=((16, 4, 2), (6, 4, 1)),
    mistakes=(*block_mistakes.BOTTLENECK, *block_mistakes.BLOCK),
)


@exercise(1)
def bottleneck(answer):
    """`MyBottleneck(in_channels, width, stride, *, rngs)`: 1×1, 3×3, 1×1 to 4·width.

    Args:
        answer: `nnx.Module` class, (n, h, w, in_channels) → (n, ⌈h/s⌉, ⌈w/s⌉, 4·width).
    """
    judge_block(answer, _BOTTLENECK)
    return (
        "Its output equals the reference's on the same random weights. With the stride "
        "on the 3×3 this is v1.5, the ResNet-50 of torchvision's weights."
    )
