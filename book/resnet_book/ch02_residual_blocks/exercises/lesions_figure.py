"""Chapter 2, continued: what the figure of lesions cannot show."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_HIDDEN = {
    "A": "Statement A is about a network that was trained without the block. Which "
    "networks does the figure show?",
    "C": "Statement C is about chance. How many trained networks of each kind are "
    "behind the dots?",
    "D": "Statement D takes two blocks away. How many were missing at a time?",
    "F": "Statement F gives a reason. Would the figure look otherwise if the reason "
    "were another one?",
}
_SHOWN = {
    "B": "Statement B can be read off: compare the two kinds of dots, block by block.",
    "E": "Statement E can be read off: are all dots of the residual network at one "
    "height?",
}


@exercise(5)
def lesions_figure(answer):
    """A string of letters, such as "BE": the statements that the figure cannot show.

    Args:
        answer: Letters from A to F, in any order.
    """
    entries.letters(answer, _HIDDEN, _SHOWN)
    return (
        "A lesion says what a trained network does without a part. It does not say "
        "what another network would have learned."
    )
