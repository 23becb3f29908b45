"""Chapter 4, continued: what groups leave of a whole block."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_POINTWISE, _DENSE, _GROUPS = 2 * 256 * 128, 9 * 128 * 128, 32
_GROUPED, _WHOLE = _DENSE // _GROUPS, _POINTWISE + _DENSE
_LEFT = (_POINTWISE + _GROUPED) / _WHOLE
_CAUSES = {
    1 / _GROUPS: "This is what is left of the 3×3 alone. The block has two 1×1 "
    "convolutions as well, and these have no groups.",
    _GROUPED / _WHOLE: "This is the share of the grouped 3×3 alone. The two 1×1 "
    "convolutions are still there.",
    _DENSE / _WHOLE: "This is the share that the 3×3 has before it is grouped.",
    1 - _LEFT: "This is the fraction that is saved. Asked for is what is left.",
    1 / _LEFT: "This is how many times smaller the block becomes. Asked for is the "
    "fraction that is left.",
    100 * _LEFT: "This is in per cent. Asked for is a fraction.",
    _POINTWISE / _WHOLE: "Next to nothing of the 3×3 is counted here. Each of its 32 "
    "groups has a kernel.",
    (_POINTWISE + _GROUPED / 9) / (_POINTWISE + _DENSE / 9): "The window of the 3×3 is "
    "left out: it has nine weights for each pair of channels.",
    (_POINTWISE / 2 + _GROUPED) / (_POINTWISE / 2 + _DENSE): "Only one of the two 1×1 "
    "convolutions is counted.",
    _POINTWISE + _GROUPED: "This is the number of weights that are left. Divide it by "
    "the number of weights without groups.",
}


@exercise(2)
def grouped_share(answer):
    """The fraction of a bottleneck's weights that 32 groups in its 3×3 leave.

    Args:
        answer: A number between 0 and 1, to half a per cent of its value.
    """
    entries.number(
        answer,
        _LEFT,
        _CAUSES,
        "Count the weights of the three convolutions without groups, then those of the "
        "3×3 again with groups.",
        tolerance=5e-3,
    )
    return (
        "A third, not a thirty-second: the 1×1 convolutions have no groups, and hold "
        "most of what is left."
    )
