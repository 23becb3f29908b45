"""Chapter 2: the residual block, its shortcut, and its first step."""

import dataclasses

import numpy as np

from resnet_lib.check import mistakes, reference
from resnet_lib.check.blocks import Task, judge_block
from resnet_lib.check.exercise import exercise

_BASIC = Task(
    expects="MyBlock(in_channels, channels, stride, rngs=rngs)",
    build=reference.basic,
    cases=((8, 8, 1), (6, 8, 2)),
    shapes=((8, 8, 2), (6, 8, 1)),
    mistakes=(*mistakes.BASIC, *mistakes.BLOCK),
)


@exercise(
    2,
    "Write F first and run it on its own: its output must have the shape of the "
    "stub's docstring before anything is added.",
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
    judge_block(answer, _BASIC)
    return (
        "Its output equals the reference's on the same random weights, in training and "
        "in evaluation, with and without a change of shape. This is the block of "
        "ResNet-18 and ResNet-34."
    )
