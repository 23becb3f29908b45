"""The misconceptions about residual blocks, each as a change of the right one.

To add one: a line here, and one in the tests.
"""

import dataclasses

import numpy as np

from resnet_book.exercises.mistake_table import mistakes


def block(**changes):
    """The right block, changed."""
    return lambda right: dataclasses.replace(right, **changes)


def shortcut(**changes):
    """The right block with its shortcut changed."""
    return lambda right: dataclasses.replace(
        right, shortcut=dataclasses.replace(right.shortcut, **changes)
    )


_BATCH = (
    "{} uses the moments of the batch in evaluation mode too, so an image's output "
    "depends on its company. Does anything overrule `train()` and `eval()`, such as an "
    "argument of the call?"
)
_AVERAGES = (
    "{} uses the running averages in training mode too, so it never normalises the "
    "batch at hand. Does anything overrule `train()` and `eval()`, such as an argument "
    "of the call?"
)


def stuck_modes(*groups):
    """Norms that keep one mode, for each group of theirs (what it is called, names)."""
    return tuple(
        (block(fixed=tuple((name, train) for name in names)), sentence.format(called))
        for called, names in groups
        for train, sentence in ((True, _BATCH), (False, _AVERAGES))
    )


def _pre(sees="x", relu_after=False, **changes):
    """Pre-activation, its shortcut changed."""
    changed = shortcut(**changes)
    order = block(order="nrc", relu_after=relu_after, sees=sees)
    return lambda right: order(changed(right))


BLOCK = mistakes(
    block(relu_before=True, relu_after=False),
    "The ReLU sits before the addition. F(x) can then only add to x, never take away, "
    "and the signal grows from block to block.",
    block(relu_before=True),
    "There is a ReLU on F(x) before the addition, besides the one after it. F(x) can "
    "then only add to x, never take away.",
    block(relu_after=False),
    "The last ReLU is missing: the sum leaves the block as it is.",
    shortcut(kind="none"),
    "Nothing is added to F(x): this is a plain block. Where does x come in again?",
    shortcut(kind="skip"),
    "Where the shape changes, x is left out without a word and the block is a plain "
    "one. There x needs a projection.",
    shortcut(always=True),
    "There is a projection even where shapes agree. There the shortcut is x itself, "
    "with nothing in its way and nothing to learn.",
    shortcut(kind="A"),
    "Where the shape changes, x is padded with zeros (option A). Asked for is a "
    "projection with weights of its own.",
    shortcut(kind="D"),
    "Where the shape changes, the shortcut pools first (option D). Asked for is option "
    "B: the projection itself does the striding.",
    shortcut(norm=False),
    "The projection has no norm, so S(x) and F(x) come to the sum with different "
    "scales.",
    shortcut(relu=True),
    "There is a ReLU on the projected shortcut. It throws away half of S(x) before the "
    "sum has seen it.",
    block(padding="SAME"),
    'The padding is that of `"SAME"`: at stride 2 it pads one side only and shifts '
    "the window by a pixel. Pad the same on all sides.",
    block(order="crn"),
    "Inside F the ReLU comes before the norm. The norm then centres what ReLU has made "
    "positive; the order is convolution, norm, ReLU.",
    block(join=lambda s, f: f + f),
    "F(x) is added to itself. The name `x` was given to something else on the way; the "
    "shortcut has to see the block's own input.",
    block(sees="relu"),
    "The shortcut is given what the first layers of F have made of x. The name `x` was "
    "given to something else on the way; the shortcut has to see the block's own "
    "input.",
    [
        _pre(),
        _pre(relu_after=True),
        _pre(norm=False),
        _pre(sees="relu"),
        _pre(sees="relu", norm=False),
    ],
    "Norm and ReLU come before their convolutions, and nothing after the sum: this is "
    "pre-activation, which comes later. F is convolution, norm, ReLU, in this order, "
    "and the last ReLU follows the sum.",
    block(join=lambda s, f: np.maximum(s, 0) + np.maximum(f, 0)),
    "Each of the two terms has a ReLU of its own. There is one, and it sees the sum.",
    block(join=lambda s, f: s + 2 * f),
    "F(x) is added twice. Is it part of the shortcut's term as well?",
    block(join=lambda s, f: 2 * s + f),
    "The shortcut is added twice. Is it part of F's term as well?",
    block(join=lambda s, f: s),
    "F(x) is worked out and then left out: the shortcut alone leaves the block.",
    block(join=np.subtract),
    "F(x) is subtracted from the shortcut. Its sign is a convention, but the weights "
    "of the paper expect a sum.",
    (block(join=np.multiply), "The two paths are multiplied. They are summed."),
    block(join=lambda s, f: (s + f) / 2),
    "The sum is halved: an average. The identity then no longer passes unchanged.",
)

PATH = mistakes(
    shortcut(kind="B"),
    "The 1×1 convolution does the striding (option B), so three pixels in four are "
    "never read. Here every pixel is to have its say before the size shrinks.",
    shortcut(kind="A"),
    "x is subsampled and padded with zeros (option A). Asked for is a projection with "
    "weights of its own, after pooling.",
    shortcut(reduce=np.max),
    "The pool takes the largest pixel of each window. An average lets every pixel "
    "count.",
    shortcut(reduce=np.sum),
    "The pool sums each window. In training the norm hides that, in evaluation it does "
    "not: asked for is the average.",
    shortcut(pool_first=False),
    "The pool comes after the norm. What leaves the shortcut then no longer has the "
    "norm's scale; and the convolution works on every pixel at full size.",
    shortcut(always=True),
    "There is a projection even where shapes agree. There the shortcut is x itself, "
    "with nothing in its way and nothing to learn.",
    shortcut(norm=False),
    "There is no norm after the 1×1 convolution, so S(x) and F(x) will come to the sum "
    "with different scales.",
    shortcut(relu=True),
    "There is a ReLU on the shortcut. It throws away half of S(x) before the sum has "
    "seen it.",
    shortcut(window=2),
    "The window of the pool has a side of 2, whatever the stride. At another stride it "
    "overlaps its neighbour or leaves pixels out.",
    shortcut(window=3),
    "The window of the pool has a side of 3, whatever the stride, so it reads pixels "
    "of its neighbours, or zeros beyond the edge.",
    *stuck_modes(("The norm", ("s",))),
)


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
