"""Chapter 4: ResNeXt, many narrow paths."""

import dataclasses

import jax.numpy as jnp
import numpy as np

from resnet_book.exercises import branches, mistakes, reference
from resnet_book.exercises.blocks import Task, judge_block
from resnet_book.exercises.compare import judge_function
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.program import equations
from resnet_book.exercises.reference import convolve
from resnet_book.exercises.sandbox import NotYet


def _parts(x, k, groups):
    return np.split(x, groups, axis=3), np.split(k, groups, axis=3)


def _each(x, k, groups, choose=lambda parts: parts, padding=None):
    """The groups' outputs, the inputs or kernels rearranged by `choose`."""
    xs, ks = choose(_parts(x, k, groups))
    return [
        convolve(a, b, padding=padding and padding(b))
        for a, b in zip(xs, ks, strict=True)
    ]


def _joined(choose):
    return lambda x, k, groups: np.concatenate(_each(x, k, groups, choose), axis=3)


def _interleaved_in(x, k, groups):
    runs = [x[..., g::groups] for g in range(groups)]
    return np.concatenate(_each(x, k, groups, lambda p: (runs, p[1])), axis=3)


def _interleaved_out(x, k, groups):
    outputs = np.stack(_each(x, k, groups), axis=-1)
    return outputs.reshape(*outputs.shape[:3], -1)


def _interleaved_kernel(x, k, groups):
    runs = [k[..., g::groups] for g in range(groups)]
    return np.concatenate(_each(x, k, groups, lambda p: (p[0], runs)), axis=3)


_GROUP_MISTAKES = (
    (
        _interleaved_in,
        "The input is dealt out like cards: every so many-th channel to a group. A "
        "group reads a run of neighbouring channels.",
    ),
    (
        _interleaved_kernel,
        "The kernel's outputs are dealt out like cards: every so many-th to a group. A "
        "group writes a run of neighbouring channels.",
    ),
    (
        _interleaved_out,
        "The groups are right, but their outputs are interleaved. The first group's "
        "channels come first, all of them, then the second's.",
    ),
    (
        lambda x, k, groups: sum(_each(x, k, groups)),
        "The groups' outputs are summed up. In a grouped convolution each group "
        "writes channels of its own.",
    ),
    (
        _joined(lambda p: ([p[0][0]] * len(p[0]), p[1])),
        "Every group reads the first run of channels. Each has its own.",
    ),
    (
        _joined(lambda p: (p[0], [p[1][0]] * len(p[1]))),
        "Every group uses the first part of the kernel. Each has its own.",
    ),
    (
        _joined(lambda p: (p[0][::-1], p[1])),
        "The groups of the input are taken in the opposite order to those of the "
        "kernel.",
    ),
    (
        _joined(lambda p: (p[0], [b[::-1, ::-1] for b in p[1]])),
        "The kernels are flipped. What networks call a convolution does not flip.",
    ),
    (
        lambda x, k, groups: np.concatenate(
            _each(x, k, groups, padding=lambda b: (0, 0)), axis=3
        ),
        "There is no padding: the output is smaller than the input.",
    ),
    (
        lambda x, k, groups: np.concatenate(_each(x, k, groups), axis=0),
        "The outputs are joined along the batch. Which axis holds the channels?",
    ),
    (
        lambda x, k, groups: np.stack(_each(x, k, groups)),
        "The outputs are stacked along a new axis. They belong side by side on the "
        "axis of the channels.",
    ),
)


@exercise(1)
def grouped_conv(answer):
    """`grouped_conv(x, kernel, groups)` → (n, h, w, o), from ordinary convolutions.

    Args:
        answer: Function of `x`, (n, h, w, c), `kernel`, (k, k, c / groups, o), and
            `groups`. Stride 1, padding k // 2.
    """
    expects = "grouped_conv(x, kernel, groups)"
    cases = [_conv_case(3, 6, 9, 3), _conv_case(3, 4, 2, 1), _conv_case(1, 6, 4, 2)]
    judge_function(
        answer,
        cases,
        lambda x, k, g: convolve(x, k, 1, g),
        _GROUP_MISTAKES,
        expects=expects,
    )
    x, kernel, groups = cases[0]
    for equation in equations(lambda x, k: answer(x, k, groups), x, kernel):
        if equation.params.get("feature_group_count", 1) > 1:
            raise NotYet(
                "The output is right, but `feature_group_count` does the work. Here "
                "the point is to build it from ordinary convolutions."
            )
    return (
        "A grouped convolution is a convolution whose kernel is zero between groups, "
        "with the zeros neither stored nor multiplied: a groups-th of the weights."
    )


def _conv_case(side, c, o, groups):
    rng = np.random.default_rng(side)
    shapes = (2, 5, 5, c), (side, side, c // groups, o)
    x, kernel = (jnp.asarray(rng.normal(size=s), jnp.float32) for s in shapes)
    return x, kernel, groups


_EVERYWHERE = (
    "A 1×1 convolution has groups too. Then the groups never meet: each output channel "
    "of the block sees only its own share of the input."
)


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


_NARROW = (
    "Inside there is room for one group only. All groups together are C times as wide."
)


_RESNEXT_MISTAKES = (
    (
        _groups(0, 0, 0),
        "The 3×3 convolution has no groups: it mixes all channels inside, at C times "
        "the weights. This is a wide bottleneck.",
    ),
    (_groups(1, 1, 1), _EVERYWHERE),
    (_groups(1, 1, 0), _EVERYWHERE),
    (_groups(0, 1, 1), _EVERYWHERE),
    (_narrow(False), _NARROW),
    (_narrow(True), _NARROW),
    (
        _middle(lambda c, d: d),
        "The 3×3 convolution has as many groups as a group has channels: the number of "
        "groups and their width are swapped.",
    ),
    (
        _middle(lambda c, d: c * d),
        "In the 3×3 convolution every channel is a group of its own (depthwise). A "
        "group has `group_width` channels.",
    ),
    (
        mistakes.block(apart=True),
        "The numbers are right, but each group has a convolution of its own (form b). "
        "Asked for is form (c): a single convolution whose kernel holds all groups.",
    ),
)

_RESNEXT = Task(
    expects="MyResNeXtBlock(in_channels, out_channels, cardinality, group_width, "
    "stride, rngs=rngs)",
    build=reference.resnext,
    cases=((10, 10, 2, 4, 1), (4, 10, 2, 4, 2)),
    shapes=((10, 10, 2, 4, 2), (4, 10, 2, 4, 1), (4, 8, 2, 4, 2)),
    mistakes=(*_RESNEXT_MISTAKES, *branches.BOTTLENECK, *mistakes.BLOCK),
)


@exercise(2)
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
