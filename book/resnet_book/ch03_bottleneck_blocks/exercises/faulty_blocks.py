"""Chapter 3, continued: six bottlenecks with one fault each, told by their counts."""

import functools

from flax import nnx

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise
from resnet_lib.initial import he_fan_out

_RIGHT = {
    "a": "stride on last 1x1",
    "b": "bias before norm",
    "c": "wide 3x3",
    "d": "needless projection",
    "e": "dilated 3x3",
    "f": "missing relu",
}

# What each fault would show; the table says whether it does.
WOULD = {
    "stride on first 1x1": "the first 1×1 would put out a smaller map at stride 2, and "
    "the block would have fewer MACs than a sound one",
    "stride on last 1x1": "the counts at stride 1 would be those of a sound block, and "
    "at stride 2 the 3×3 would work on the larger map",
    "bias before norm": "each convolution would have one parameter more for each "
    "channel that it puts out, and no more MACs",
    "extra norm": "there would be two parameters more for each channel that the block "
    "puts out, at stride 1 as at stride 2, and no more MACs",
    "needless projection": "there would be more parameters and MACs at stride 1, and "
    "at stride 2 those of a sound block, which projects there too",
    "wide 3x3": "the first kernel would have nine times its weights and the second a "
    "ninth, while the branch would still see three pixels across",
    "second 3x3": "one window would look through another, and the block would see "
    "further than a sound one",
    "wide waist": "each 1×1 of the branch would have twice its weights and the 3×3 "
    "four times",
    "dilated 3x3": "the counts would be those of a sound block, and the window would "
    "reach further",
    "missing relu": "no column could show it, since a ReLU has neither weights nor "
    "MACs and looks at single pixels",
}


class _Suspect(nnx.Module):
    """A bottleneck with a fault of `WOULD`, or with none.

    Args:
        fault: Its name; "" for a sound block.
        in_channels: Channels of x.
        width: Channels of the waist; the block puts out four times as many.
        stride: Of the block.
        rngs: Source of initial values.
    """

    def __init__(
        self, fault: str, in_channels: int, width: int, stride: int, *, rngs: nnx.Rngs
    ):
        """See the class."""
        layer = functools.partial(_layer, bias=fault == "bias before norm", rngs=rngs)
        waist = 2 * width if fault == "wide waist" else width
        out = 4 * width
        first, second, third = {
            "stride on first 1x1": (stride, 1, 1),
            "stride on last 1x1": (1, 1, stride),
            "wide 3x3": (stride, 1, 1),  # the stride stays with the window
        }.get(fault, (1, stride, 1))
        narrow, work = (3, 1) if fault == "wide 3x3" else (1, 3)
        spread = 2 if fault == "dilated 3x3" else 1
        active = [] if fault == "missing relu" else [nnx.relu]
        again = [*layer(waist, waist, 3), nnx.relu] if fault == "second 3x3" else []
        self.branch = nnx.Sequential(
            *layer(in_channels, waist, narrow, first),
            nnx.relu,
            *layer(waist, waist, work, second, spread),
            *active,
            *again,
            *layer(waist, out, 1, third),
        )
        changes = stride != 1 or in_channels != out
        projects = changes or fault == "needless projection"
        shortcut = layer(in_channels, out, 1, stride) if projects else [nnx.identity]
        self.shortcut = nnx.Sequential(*shortcut)
        last = [nnx.BatchNorm(out, rngs=rngs)] if fault == "extra norm" else []
        self.join = nnx.Sequential(*last, nnx.relu)

    def __call__(self, x):
        """(n, h, w, in_channels) → (n, ⌈h/stride⌉, ⌈w/stride⌉, 4 · width)."""
        return self.join(self.shortcut(x) + self.branch(x))


def _layer(c, o, side, stride=1, spread=1, *, bias, rngs):
    """A convolution and its norm."""
    conv = nnx.Conv(
        c,
        o,
        (side, side),
        strides=stride,
        padding=spread * (side // 2),
        kernel_dilation=spread,
        use_bias=bias,
        kernel_init=he_fan_out,
        rngs=rngs,
    )
    return conv, nnx.BatchNorm(o, rngs=rngs)


def make(fault: str = ""):
    """A class of blocks with that fault, built and called like `MyBottleneck`."""
    return functools.partial(_Suspect, fault)


SUSPECTS = {"sound": make(), **{name: make(fault) for name, fault in _RIGHT.items()}}
"""Called as `SUSPECTS["a"](in_channels, width, stride, rngs=rngs)`."""

_ASKED = {name: f"the fault of block {name}" for name in _RIGHT}


def _said(name, fault):
    return (
        f"Block {name}: with “{fault}”, {WOULD[fault]}. Compare its row with the sound "
        "block's."
    )


@exercise(4)
def faulty_blocks(answer):
    """`dict(a=..., …, f=...)`: the fault of each of six blocks.

    Args:
        answer: For each block a fault from the list on the page.
    """
    entries.choices(answer, _RIGHT, _ASKED, WOULD, _said)
    return (
        "Parameters do not show where the stride is, MACs show neither biases nor "
        "norms, and no column here shows whether a ReLU is there."
    )
