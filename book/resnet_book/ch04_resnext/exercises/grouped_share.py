"""Chapter 4, continued: what groups leave of a whole block."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise


def _causes(pointwise, dense, groups):
    grouped, whole = dense / groups, pointwise + dense
    left = (pointwise + grouped) / whole
    return {
        1 / groups: "This is what is left of the 3×3 alone. The block has two 1×1 "
        "convolutions as well, and these have no groups.",
        grouped / whole: "This is the share of the grouped 3×3 alone. The two 1×1 "
        "convolutions are still there.",
        dense / whole: "This is the share that the 3×3 has before it is grouped.",
        1 - left: "This is the fraction that is saved. Asked for is what is left.",
        1 / left: "This is how many times smaller the block becomes. Asked for is the "
        "fraction that is left.",
        100 * left: "This is in per cent. Asked for is a fraction.",
        pointwise / whole: "Next to nothing of the 3×3 is counted here. Each of its "
        f"{groups} groups has a kernel.",
        (pointwise + grouped / 9) / (pointwise + dense / 9): "The window of the 3×3 is "
        "left out: it has nine weights for each pair of channels.",
        (pointwise / 2 + grouped) / (pointwise / 2 + dense): "Only one of the two 1×1 "
        "convolutions is counted.",
        pointwise + grouped: "This is the number of weights that are left. Divide it "
        "by the number of weights without groups.",
    }


@exercise(
    2, channels=(256, 512, 1024), width=(128, 64, 96, 160, 224), groups=(32, 8, 16)
)
def grouped_share(answer, channels, width, groups):
    """The fraction of a bottleneck's weights that groups in its 3×3 leave.

    Args:
        answer: A number between 0 and 1, to half a per cent of its value.
        channels: At the bottleneck's two ends.
        width: Channels of its 3×3 convolution.
        groups: Of the 3×3.
    """
    pointwise, dense = 2 * channels * width, 9 * width**2
    left = (pointwise + dense / groups) / (pointwise + dense)
    entries.number(
        answer,
        left,
        _causes(pointwise, dense, groups),
        "Count the weights of the three convolutions without groups, then those of the "
        "3×3 again with groups.",
        tolerance=5e-3,
    )
    return (
        f"{100 * left:.0f} %, and not {100 / groups:.0f} %: the 1×1 convolutions have "
        "no groups, and hold most of what is left."
    )
