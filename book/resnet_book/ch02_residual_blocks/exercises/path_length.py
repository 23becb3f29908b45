"""Chapter 2, continued: how many branches a gradient passes, by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_BLOCKS, _FACTOR = 54, 0.2
_RIGHT = _BLOCKS * _FACTOR / (1 + _FACTOR)
_WRONG = {
    _BLOCKS / 2: "This is the mean over paths, each counted alike. The gradient along "
    "a path is the smaller the more branches are on it.",
    _BLOCKS * _FACTOR: "Around a block the weight is 1 and through it 0.2. Both "
    "together are not 1: what share of them goes through?",
    _BLOCKS / (1 + _FACTOR): "This counts the blocks that the gradient goes around.",
    _BLOCKS * (1 - _FACTOR): "This takes 0.2 for a share, and counts the blocks that "
    "the gradient goes around.",
    _FACTOR / (1 + _FACTOR): "This is the share that goes through one block's branch. "
    "How many blocks are there?",
    2 * _RIGHT: "This counts layers. Asked for are branches, of two layers each.",
    _BLOCKS * _FACTOR / (1 - _FACTOR): "The sum of the two weights is not 0.8.",
    _BLOCKS * _FACTOR / (1 + _FACTOR) ** 2: "This is the variance of the length. Asked "
    "for is its mean.",
    110 * _FACTOR / (1 + _FACTOR): "This takes each layer for a block. ResNet-110 has "
    "54 blocks.",
    (1 + _FACTOR) ** _BLOCKS: "This is the sum over all paths. Which share of it has "
    "paths of k branches?",
}


@exercise(6)
def path_length(answer):
    """A number: the mean count of branches on the gradient's way through ResNet-110.

    Args:
        answer: For 54 blocks, with each path weighed by 0.2 per branch on it.
    """
    entries.number(
        answer,
        _RIGHT,
        _WRONG,
        "Begin with one block: two ways, of weight 1 and 0.2. What share of the whole "
        "goes through the branch?",
        tolerance=0.005,
    )
    return (
        "A third of the mean over all paths. The law is binomial because one factor "
        "holds for all branches. In a trained network they differ."
    )
