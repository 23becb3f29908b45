"""Chapter 4: ResNeXt, many narrow paths."""

import dataclasses

from resnet_book.exercises import block_mistakes, reference_blocks
from resnet_book.exercises.block_checks import Task, judge_block
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import mistakes


def _groups(*where):
    def change(right):
        c = right.groups[1]
        return dataclasses.replace(right, groups=tuple(c if w else 1 for w in where))

    return change


def _middle(groups):
    """The middle convolution in `groups(cardinality, group_width)` groups."""

    def change(right):
        c = right.groups[1]
        middle = groups(c, right.widths[0] // c)
        return dataclasses.replace(right, groups=(1, middle, 1))

    return change


def _narrow(groups):
    """One group's width inside instead of all groups' together."""

    def change(right):
        c = right.groups[1]
        inner = right.widths[0] // c
        return dataclasses.replace(
            right,
            widths=(inner, inner, right.widths[-1]),
            groups=(1, c if groups else 1, 1),
        )

    return change


_RESNEXT_MISTAKES = mistakes(
    _groups(0, 0, 0),
    "The 3×3 convolution has no groups: it mixes all channels inside, at C times the "
    "weights. This is a wide bottleneck.",
    [_groups(1, 1, 1), _groups(1, 1, 0), _groups(0, 1, 1)],
    "A 1×1 convolution has groups too. Then the groups never meet: each output channel "
    "of the block sees only its own share of the input.",
    [_narrow(False), _narrow(True)],
    "Inside there is room for one group only. All groups together are C times as wide.",
    _middle(lambda c, d: d),
    "The 3×3 convolution has as many groups as a group has channels: the number of "
    "groups and their width are swapped.",
    _middle(lambda c, d: c * d),
    "In the 3×3 convolution every channel is a group of its own (depthwise). A group "
    "has `group_width` channels.",
    block_mistakes.block(apart=True),
    "The numbers are right, but each group has a convolution of its own (form b). "
    "Asked for is form (c): a single convolution whose kernel holds all groups.",
)

_RESNEXT = Task(
    expects="MyResNeXtBlock(in_channels, out_channels, cardinality, group_width, "
    "stride, rngs=rngs)",
    build=reference_blocks.resnext,
    cases=((10, 10, 2, 4, 1), (4, 10, 2, 4, 2)),
    shapes=((10, 10, 2, 4, 2), (4, 10, 2, 4, 1), (4, 8, 2, 4, 2)),
    mistakes=(*_RESNEXT_MISTAKES, *block_mistakes.BOTTLENECK, *block_mistakes.BLOCK),
)


@exercise(4)
def resnext_block(answer):
    """`MyResNeXtBlock(in_channels, out_channels, cardinality, group_width, stride)`.

    Args:
        answer: `nnx.Module` class that takes `rngs` too, called on
            (n, h, w, in_channels); gives (n, ⌈h/stride⌉, ⌈w/stride⌉, out_channels).
    """
    judge_block(answer, _RESNEXT)
    return (
        "Its output equals the reference's on the same random weights: a bottleneck "
        "of many narrow paths, in three ordinary layers."
    )
