"""Chapter 7, continued: what shares of a profile cannot show."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_HIDDEN = {
    "B": "Statement B is about the step's length. Do operations run one after another?",
    "C": "Statement C is about Python. Whose operations were written down?",
    "D": "Statement D compares lengths of steps. What is every bar the length of?",
    "F": "Statement F is about another device. On how many was a profile taken?",
}
_SHOWN = {
    "A": "Statement A can be read off: compare two pieces within each bar.",
    "E": "Statement E can be read off: copies have a piece of their own.",
}


@exercise(8)
def profile_shares(answer):
    """A string of letters, such as "BD": the statements that the figure cannot show.

    Args:
        answer: Letters from A to F, in any order.
    """
    entries.letters(answer, _HIDDEN, _SHOWN)
    return "Shares say where to look. What a change gains, only a timed step says."
