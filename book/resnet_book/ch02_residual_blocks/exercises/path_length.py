"""Chapter 2, continued: how many branches a gradient passes, by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise


def _causes(blocks, factor, right):
    layers, share = 2 * blocks + 2, factor / (1 + factor)
    return {
        blocks / 2: "This is the mean over paths, each counted alike. The gradient "
        "along a path is the smaller the more branches are on it.",
        blocks * factor: f"Around a block the weight is 1 and through it {factor}. "
        "Both together are not 1: what share of them goes through?",
        blocks / (1 + factor): "This counts the blocks that the gradient goes around.",
        blocks * (1 - factor): f"This takes {factor} for a share, and counts the "
        "blocks that the gradient goes around.",
        share: "This is the share that goes through one block's branch. How many "
        "blocks are there?",
        2 * right: "This counts layers. Asked for are branches, of two layers each.",
        blocks * factor / (1 - factor): "The sum of the two weights is not "
        f"{1 - factor:g}.",
        right * (1 - share): "This is the variance of the length. Asked for is its "
        "mean.",
        layers * share: f"This takes each layer for a block. ResNet-{layers} has "
        f"{blocks} blocks.",
        (1 + factor) ** blocks: "This is the sum over all paths. Which share of it has "
        "paths of k branches?",
    }


@exercise(
    6, blocks=(54, 15, 18, 24, 27, 81), weight_of_a_branch=(0.2, 0.12, 0.15, 0.25, 0.3)
)
def path_length(answer, blocks, weight_of_a_branch):
    """A number: the mean count of branches on the gradient's way through a ResNet.

    Args:
        answer: The mean over all paths, each by its weight.
        blocks: Of the network.
        weight_of_a_branch: The weight of a path is the product of those on it.
    """
    factor = weight_of_a_branch
    right = blocks * factor / (1 + factor)
    entries.number(
        answer,
        right,
        _causes(blocks, factor, right),
        f"Begin with one block: two ways, of weight 1 and {factor}. What share of the "
        "whole goes through the branch?",
        tolerance=0.005,
    )
    return (
        f"The mean over all paths alike is {blocks / 2:g}. The law is binomial because "
        "one factor holds for all branches. In a trained network they differ, and "
        "paths do not all point the same way."
    )
