"""Chapter 8, continued: what a curve on paper cannot show."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_HIDDEN = {
    "A": "Statement A is about a sum of many small messages. Does the model have a "
    "time per message?",
    "C": "Statement C is about where images come from. Which line has it?",
    "E": "Statement E is about accuracy. What is on the axes?",
}
_SHOWN = {
    "B": "Statement B can be read off: compare the two lines at the left end.",
    "D": "Statement D follows from the formula of the all-reduce, and the line shows "
    "it: it is almost level.",
}


@exercise(8)
def paper_curve(answer):
    """A string of letters, such as "BD": the statements that the figure cannot show.

    Args:
        answer: Letters from A to E, in any order.
    """
    entries.letters(answer, _HIDDEN, _SHOWN)
    return "A model shows what it has been told. Only a measurement can show the rest."
