"""The misconceptions about the layers of F, each as a change of the right block."""

import dataclasses

from resnet_book.exercises.block_mistakes import block, stuck_modes
from resnet_book.exercises.mistake_table import mistakes


def without(field, *places):
    """A block that lacks the norms or ReLUs at some places."""

    def change(right):
        kept = [
            flag and i not in places for i, flag in enumerate(getattr(right, field))
        ]
        return dataclasses.replace(right, **{field: tuple(kept)})

    return change


def _sharing(*cases):
    """A block for each case, in which norms take the place of others."""
    return [block(shared=tuple(case)) for case in cases]


_SHARED = (
    "One BatchNorm serves two layers. Their signals have different means and spreads; "
    "each layer needs its own norm, and its own γ and β."
)
BASIC = mistakes(
    block(stride_at=1),
    "The stride sits on the second convolution. The shapes come out right, but the "
    "first convolution works on four times as many pixels.",
    (without("relus", 0), "There is no ReLU between the two convolutions of F."),
    without("norms", 0),
    "There is no norm between the first convolution and its ReLU.",
    (without("norms", 1), "There is no norm after the second convolution."),
    (without("norms", 0, 1), "There are no norms in F: one after each convolution."),
    (_sharing([(1, 0)], [("s", 1)], [("s", 0)], [(1, 0), ("s", 0)]), _SHARED),
    *stuck_modes(
        ("Every BatchNorm", (0, 1, "s")),
        ("Every BatchNorm of F", (0, 1)),
        ("The first BatchNorm of F", (0,)),
        ("The second BatchNorm of F", (1,)),
        ("The shortcut's BatchNorm", ("s",)),
    ),
)


def _as_narrow_as_inside(right):
    return dataclasses.replace(right, widths=(*right.widths[:2], right.widths[0]))


BOTTLENECK = mistakes(
    _as_narrow_as_inside,
    "The block puts out as many channels as it has inside. The last convolution is "
    "there to widen again.",
    block(stride_at=0),
    "The stride sits on the first 1×1 convolution, as in the first version of the "
    "paper. There it throws away three pixels in four before anything has looked at "
    "them.",
    block(stride_at=2),
    "The stride sits on the last 1×1 convolution: the 3×3 works on four times as many "
    "pixels, and three in four of its results are thrown away.",
    (without("relus", 0), "There is no ReLU before the 3×3 convolution."),
    (without("relus", 1), "There is no ReLU after the 3×3 convolution."),
    (without("relus", 0, 1), "There is no ReLU inside F, so its layers are linear."),
    (without("norms", 0), "There is no norm after the first 1×1 convolution."),
    (without("norms", 1), "There is no norm after the 3×3 convolution."),
    (without("norms", 2), "There is no norm after the last 1×1 convolution."),
    (without("norms", 0, 1, 2), "There are no norms in F: one after each convolution."),
    (_sharing([(1, 0)], [("s", 2)], [(1, 0), ("s", 2)]), _SHARED),
    *stuck_modes(
        ("Every BatchNorm", (0, 1, 2, "s")),
        ("Every BatchNorm of F", (0, 1, 2)),
        ("The first BatchNorm of F", (0,)),
        ("The second BatchNorm of F", (1,)),
        ("The third BatchNorm of F", (2,)),
        ("The shortcut's BatchNorm", ("s",)),
    ),
)
