"""Chapter 3: bottlenecks, counted."""

from resnet_book.exercises import branches, mistakes, reference
from resnet_book.exercises.blocks import Task, judge_block
from resnet_book.exercises.compare import judge_function
from resnet_book.exercises.exercise import exercise

_BOTTLENECK = Task(
    expects="MyBottleneck(in_channels, width, stride, rngs=rngs)",
    build=reference.bottleneck,
    cases=((16, 4, 1), (6, 4, 2)),
    shapes=((16, 4, 2), (6, 4, 1)),
    mistakes=(*branches.BOTTLENECK, *mistakes.BLOCK),
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
        "on the 3×3 this is v1.5, the ResNet-50 that everybody's weights belong to."
    )


def _count(i, w, stride, *, side=9, norms=1, biases=0, project=None, out=4, extra=0):
    total = i * w + side * w * w + out * w * w
    total += norms * 2 * (w + w + out * w) + biases * (w + w + out * w) + extra
    changes = stride != 1 or i != out * w
    if changes if project is None else project:
        total += i * out * w + norms * 2 * out * w + biases * out * w
    return total


_COUNT_MISTAKES = (
    (
        lambda i, w, s: _count(i, w, s, norms=0),
        "The kernels are right. The norms have parameters too: two for every channel.",
    ),
    (
        lambda i, w, s: _count(i, w, s, norms=0.5),
        "The norms are counted with one parameter a channel. They have a γ and a β.",
    ),
    (
        lambda i, w, s: _count(i, w, s, norms=2),
        "The norms are counted with four values a channel. Running mean and variance "
        "are kept, but not trained.",
    ),
    (
        lambda i, w, s: _count(i, w, s, biases=1),
        "Biases are counted. A convolution that a norm follows has none.",
    ),
    (
        lambda i, w, s: _count(i, w, s, project=False),
        "Where the shape changes, the projection is missing: a kernel and a norm.",
    ),
    (
        lambda i, w, s: _count(i, w, s, project=True),
        "A projection is counted everywhere. Where shapes agree there is none.",
    ),
    (
        lambda i, w, s: _count(i, w, s, project=i != 4 * w),
        "The number of channels is not the only reason for a projection: think of the "
        "stride.",
    ),
    (
        lambda i, w, s: _count(i, w, s, project=s != 1),
        "The stride is not the only reason for a projection: think of the channels.",
    ),
    (
        lambda i, w, s: _count(i, w, s, project=s != 1 or i != w),
        "Projection: compare the input with the channels that the block puts out, not "
        "with its inner width.",
    ),
    (
        lambda i, w, s: _count(i, w, s) - (8 * w if s != 1 or i != 4 * w else 0),
        "The projection's kernel is there. It is followed by a norm as well.",
    ),
    (
        lambda i, w, s: _count(i, w, s, side=1),
        "The middle convolution is counted as 1×1. How many weights has a 3×3 window?",
    ),
    (
        lambda i, w, s: _count(i, w, s, side=3),
        "The window of the middle convolution has more than three weights.",
    ),
    (
        lambda i, w, s: _count(i, w, s, out=1),
        "The last convolution is counted with `width` outputs. A bottleneck widens "
        "again at its end.",
    ),
)


@exercise(2)
def count_block_params(answer):
    """`count_block_params(in_channels, width, stride)` → int: trained values.

    Args:
        answer: Function of a bottleneck's arguments.
    """
    cases = [(256, 64, 1), (64, 64, 1), (256, 128, 2), (512, 128, 2), (512, 128, 1)]
    judge_function(
        answer,
        cases,
        _count,
        _COUNT_MISTAKES,
        expects="count_block_params(in_channels, width, stride)",
    )
    return (
        "So the block of ResNet-50's first stage has 70,400 parameters, 69,632 of them "
        "in its kernels."
    )


def _widest(channels, size, budget, cost):
    """Largest width whose cost fits, by bisection."""
    low, high = 0, 1 << 20
    while low < high:
        middle = (low + high + 1) // 2
        value = cost(channels, size, middle)
        low, high = (middle, high) if value <= budget else (low, middle - 1)
    return low


def _macs(c, s, w):
    return s * s * (2 * c * w + 9 * w * w)


def _fit(cost):
    return lambda channels, size, budget: _widest(channels, size, budget, cost)


def _root(c, s, budget):
    return (-c + (c * c + 9 * budget / (s * s)) ** 0.5) / 9


_FIT_MISTAKES = (
    (
        _root,
        "This is where the budget would be met exactly. A width is a whole number, and "
        "the budget may not be exceeded.",
    ),
    (
        lambda c, s, b: round(_root(c, s, b)),
        "Where this rounds upwards the budget is exceeded. Which way must it go?",
    ),
    (
        lambda c, s, b: _fit(_macs)(c, s, b) + 1,
        "This is the first width that no longer fits.",
    ),
    (
        lambda c, s, b: _fit(_macs)(c, s, b - 1),
        "A block that costs exactly the budget still fits.",
    ),
    (
        _fit(lambda c, s, w: 2 * _macs(c, s, w)),
        "This counts multiplications and additions apart. One multiply-accumulate is "
        "both.",
    ),
    (
        _fit(lambda c, s, w: _macs(c, 1, w)),
        "This counts the weights. Each of them is used once for every pixel.",
    ),
    (
        _fit(lambda c, s, w: _macs(c, 1, w) * s),
        "A square map of side `size` has more than `size` pixels.",
    ),
    (
        _fit(lambda c, s, w: s * s * (c * w + 9 * w * w)),
        "One of the two 1×1 convolutions is missing.",
    ),
    (
        _fit(lambda c, s, w: s * s * (2 * c * w + w * w)),
        "The middle convolution is counted as 1×1: its window has more weights.",
    ),
    (
        _fit(lambda c, s, w: s * s * (2 * c * w + 3 * w * w)),
        "The window of the middle convolution has more than three weights.",
    ),
    (
        _fit(lambda c, s, w: s * s * 2 * c * w),
        "The middle convolution is missing from the count.",
    ),
    (
        _fit(lambda c, s, w: s * s * 9 * w * w),
        "The two 1×1 convolutions are missing from the count.",
    ),
    (
        _fit(lambda c, s, w: s * s * (c * w + 13 * w * w)),
        "This takes 4 · width as the output. Here the block ends with `channels` "
        "channels, whatever its width.",
    ),
    (
        _fit(lambda c, s, w: s * s * 17 * w * w),
        "This takes 4 · width as input and output. Here both are `channels`, whatever "
        "the width.",
    ),
)


@exercise(3)
def fit_budget(answer):
    """`fit_budget(channels, size, budget)` → int: the widest bottleneck that fits.

    Args:
        answer: Function of the channels outside, the map's side and the budget in MACs.
    """
    exact = _macs(64, 8, 24)
    cases = [(256, 14, 20_000_000), (64, 8, exact), (64, 8, exact - 1), (128, 7, 1000)]
    judge_function(
        answer,
        [*cases, (96, 10, 3_000_000)],
        _fit(_macs),
        _FIT_MISTAKES,
        expects="fit_budget(channels, size, budget)",
    )
    return (
        "The 3×3 grows with the square of the width, so four times the budget buys "
        "little more than twice the width."
    )
