"""Chapter 2: the residual block and its shortcut."""

from resnet_book.exercises import block_mistakes, reference_blocks
from resnet_book.exercises.block_checks import Task, judge_block
from resnet_book.exercises.exercise import exercise

SHORTCUT = Task(
    expects="MyShortcut(in_channels, out_channels, stride, rngs=rngs)",
    build=reference_blocks.path,
    cases=((8, 8, 1), (6, 8, 2), (6, 8, 3)),
    shapes=((8, 8, 2), (6, 8, 1), (4, 8, 2)),
    mistakes=block_mistakes.PATH,
    size=(6, 12),
    odd=(4, 6),
)


@exercise(1)
def shortcut(answer):
    """`MyShortcut(in_channels, out_channels, stride, *, rngs)`: S(x), option D.

    Args:
        answer: `nnx.Module` class, called on (n, h, w, in_channels); gives
            (n, h/stride, w/stride, out_channels).
    """
    judge_block(answer, SHORTCUT)
    return (
        "Every pixel now has a say in S(x). ResNet-D gains from this on ImageNet "
        "without a single parameter more."
    )


BASIC = Task(
    expects="MyBlock(in_channels, channels, stride, rngs=rngs)",
    build=reference_blocks.basic,
    cases=((8, 8, 1), (6, 8, 2)),
    shapes=((8, 8, 2), (6, 8, 1), (4, 8, 2)),
    mistakes=(*block_mistakes.BASIC, *block_mistakes.BLOCK),
)


@exercise(2)
def basic_block(answer):
    """`MyBlock(in_channels, channels, stride, *, rngs)`: y = ReLU(S(x) + F(x)).

    Args:
        answer: `nnx.Module` class, called on (n, h, w, in_channels); gives
            (n, ⌈h/stride⌉, ⌈w/stride⌉, channels).
    """
    judge_block(answer, BASIC)
    return (
        "Its output equals the reference's on the same random weights, in training and "
        "in evaluation, with and without a change of shape. This is the block of "
        "ResNet-18 and ResNet-34."
    )
