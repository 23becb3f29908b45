"""Chapter 2: the residual block and its shortcut."""

from resnet_book.exercises import branches, mistakes, reference
from resnet_book.exercises.blocks import Task, judge_block
from resnet_book.exercises.exercise import exercise

SHORTCUT = Task(
    expects="MyShortcut(in_channels, out_channels, stride, rngs=rngs)",
    build=reference.path,
    cases=((8, 8, 1), (6, 8, 2), (6, 8, 3)),
    shapes=((8, 8, 2), (6, 8, 1), (4, 8, 2)),
    mistakes=mistakes.PATH,
    size=(6, 12),
    odd=(4, 6),
)


@exercise(
    2,
    1,
    "Two reasons make a projection necessary: a stride, or another number of channels. "
    "Decide in the constructor; where neither holds there is nothing to build.",
    "A 1×1 convolution with stride 2 looks at one pixel in four. Let the pooling do "
    "the shrinking, and give the convolution stride 1.",
    "`nnx.avg_pool` takes a window and strides, both pairs. With stride 1 leave it "
    "out. The norm comes last, and there is no ReLU.",
)
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
    build=reference.basic,
    cases=((8, 8, 1), (6, 8, 2)),
    shapes=((8, 8, 2), (6, 8, 1), (4, 8, 2)),
    mistakes=(*branches.BASIC, *mistakes.BLOCK),
)


@exercise(
    2,
    2,
    "Write F first and run it on its own: its output must have the shape that the "
    "stub's docstring says before anything is added.",
    "When do x and F(x) differ in shape? There are two reasons, and either is enough. "
    "Decide in the constructor and build the projection only then.",
    "The last ReLU sees the sum. Keep x under its own name until the addition: F "
    "needs it first, S needs it again.",
)
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
