"""Chapter 1, continued: the scale that suits a leaky ReLU, by hand."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise


def _causes(slope, right):
    return {
        2.0: "This is the scale of ReLU. Here the other half of the inputs passes "
        "something on as well.",
        2 / (1 + slope): "The mean of the slope is taken here. Which power of the "
        "slope stands in the equation?",
        4 / (1 + slope) ** 2: "This is the square of a mean. The mean of the squares "
        "is larger.",
        1 / (1 + slope**2): "The two slopes are added up here. Their mean is asked "
        "for: each holds for one half of the inputs.",
        1 / right: "This is the mean square of the slope. The scale makes up for it.",
        right**0.5: "This is σ_w. Asked for is its square.",
        2 / (1 - slope**2): "The negative half is taken away here. It passes on "
        "gradient too, whatever the sign of its slope.",
        1 / slope**2: "Only the negative half is counted here.",
        2 / slope**2: "Only the negative half is counted here.",
        right / 196: "This is the variance of one weight, in a layer of 196 inputs. "
        "Asked for is that times the number of inputs.",
    }


@exercise(3, slope=(0.5, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.6, 0.65, 0.7))
def leaky_scale(answer, slope):
    """A number: σ_w² for which a leaky ReLU keeps the gradient's size.

    Args:
        answer: The variance of a weight times the number of inputs.
        slope: Of the leaky ReLU where its input is negative.
    """
    right = 2 / (1 + slope**2)
    entries.number(
        answer,
        right,
        _causes(slope, right),
        "Half of all inputs are negative. Which two values has the slope, and what is "
        "the mean of their squares?",
        tolerance=0.005,
    )
    return "The more the negative half passes on, the smaller the weights may be."
