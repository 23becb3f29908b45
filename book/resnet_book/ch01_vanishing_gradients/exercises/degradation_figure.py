"""Chapter 1: what its first figure cannot show."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_HIDDEN = {
    "B": "Statement B is about longer training. Where does the axis end?",
    "C": "Statement C is about gradients. What is on the axes?",
    "E": "Statement E is about what a network could compute with the best weights. The "
    "lines show what training has found.",
    "F": "Statement F is about images that were not trained on. Which images is the "
    "error on the axis about?",
}
_SHOWN = {
    "A": "Statement A can be read off: follow the two orange lines from left to right.",
    "D": "Statement D can be read off at the right end: compare the distance of the "
    "thick lines with the spread of the thin ones.",
}


@exercise(1)
def degradation_figure(answer):
    """A string of letters, such as "AD": the statements that the figure cannot show.

    Args:
        answer: Letters from A to F, in any order.
    """
    entries.letters(answer, _HIDDEN, _SHOWN)
    return (
        "An error tells how much is wrong. It gives no reason, and it ends where "
        "training was stopped."
    )
