"""Chapter 3, continued: the parameters of a bottleneck, counted."""

import numpy as np

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes


def _count(i, w, stride, *, side=9, norms=1, biases=0, project=None, out=4, extra=0):
    total = i * w + side * w * w + out * w * w
    total += norms * 2 * (w + w + out * w) + biases * (w + w + out * w) + extra
    changes = stride != 1 or i != out * w
    if changes if project is None else project:
        total += i * out * w + norms * 2 * out * w + biases * out * w
    return total


_COUNT_MISTAKES = mistakes(
    lambda i, w, s: _count(i, w, s, norms=0),
    "The kernels are right. The norms have parameters too: two for every channel.",
    lambda i, w, s: _count(i, w, s, norms=0.5),
    "The norms are counted with one parameter a channel. They have a γ and a β.",
    lambda i, w, s: _count(i, w, s, norms=2),
    "The norms are counted with four values a channel. Running mean and variance are "
    "kept, but not trained.",
    lambda i, w, s: _count(i, w, s, biases=1),
    "Biases are counted. A convolution that a norm follows has none.",
    lambda i, w, s: _count(i, w, s, project=False),
    "Where the shape changes, the projection is missing: a kernel and a norm.",
    lambda i, w, s: _count(i, w, s, project=True),
    "A projection is counted everywhere. Where shapes agree there is none.",
    lambda i, w, s: _count(i, w, s, project=i != 4 * w),
    "The number of channels is not the only reason for a projection: think of the "
    "stride.",
    lambda i, w, s: _count(i, w, s, project=s != 1),
    "The stride is not the only reason for a projection: think of the channels.",
    lambda i, w, s: _count(i, w, s, project=s != 1 and i != 4 * w),
    "Either reason is enough for a projection: a stride, or other channels.",
    lambda i, w, s: _count(i, w, s, project=s == 2 or i != 4 * w),
    "A projection is counted at stride 2 only. Any stride but 1 changes the shape.",
    lambda i, w, s: _count(i, w, s, project=s != 1 or i < 4 * w),
    "A projection is counted only where there are more channels afterwards. Fewer are "
    "another shape too.",
    lambda i, w, s: _count(i, w, s, project=s != 1 or i > 4 * w),
    "A projection is counted only where there are fewer channels afterwards. More are "
    "another shape too.",
    lambda i, w, s: _count(i, w, s) + 9 * w * w + 2 * w,
    "There are two 3×3 convolutions in this count. A bottleneck has one.",
    lambda i, w, s: 9 * i * w + 9 * w * w + 4 * w + (s != 1 or i != w) * w * (i + 2),
    "This is a basic block, of two 3×3 convolutions.",
    lambda i, w, s: _count(i, w, s) + 8 * 4 * w * i * (s != 1 or i != 4 * w),
    "The projection is counted as 3×3. It looks at single pixels.",
    lambda i, w, s: _count(i, w, s) + 4 * w * (w - i) * (s != 1 or i != 4 * w),
    "The projection is counted with `width` inputs. It sees x, not what is inside F.",
    lambda i, w, s: _count(i, w, s) - 3 * w * (i + 2) * (s != 1 or i != 4 * w),
    "The projection is counted with `width` outputs. It has to come out as wide as "
    "F(x).",
    lambda i, w, s: _count(i, w, s) + 2 * i - 8 * w,
    "The norms are counted for the channels that go into each convolution. A norm "
    "follows its convolution.",
    lambda i, w, s: _count(i, w, s, norms=0) + 8 * w,
    "The last norm of F is counted, and no other.",
    lambda i, w, s: _count(i, w, s) - 8 * w,
    "One norm of `4 · width` channels is missing.",
    lambda i, w, s: _count(i, w, s) * s,
    "The stride is multiplied in. It changes how often a weight is used, not how many "
    "there are.",
    lambda i, w, s: _count(i, w, s, project=s != 1 or i != w),
    "Projection: compare the input with the channels that the block puts out, not with "
    "its inner width.",
    lambda i, w, s: _count(i, w, s) - (8 * w if s != 1 or i != 4 * w else 0),
    "The projection's kernel is there. It is followed by a norm as well.",
    lambda i, w, s: _count(i, w, s, side=1),
    "The middle convolution is counted as 1×1. How many weights has a 3×3 window?",
    lambda i, w, s: _count(i, w, s, side=3),
    "The window of the middle convolution has more than three weights.",
    lambda i, w, s: _count(i, w, s, out=1),
    "The last convolution is counted with `width` outputs. A bottleneck widens again "
    "at its end.",
)


def _blocks(rng):
    """Strides 1 to 3; fewer, more and as many channels as the block puts out."""
    widths = rng.choice(np.arange(8, 200), size=7, replace=False).tolist()
    inputs = (4, 1, 2, 4, 9, 3, 4)
    strides = (1, 1, 2, 2, 1, 3, 3)
    return [
        (factor * width, width, stride)
        for factor, width, stride in zip(inputs, widths, strides, strict=True)
    ]


_TABLE = Table(
    "count_block_params(in_channels, width, stride)", _count, _COUNT_MISTAKES, _blocks
)


@exercise(2)
def count_block_params(answer):
    """`count_block_params(in_channels, width, stride)` → int: trained values.

    Args:
        answer: Function of a bottleneck's arguments.
    """
    _TABLE.judge(answer)
    return (
        "So the block of ResNet-50's first stage has 70,400 parameters, 69,632 of them "
        "in its kernels."
    )
