"""Chapter 8, continued: what a curve on paper cannot show."""

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

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
    try:
        letters = {str(letter).strip().upper() for letter in answer} - {"", ",", " "}
    except TypeError:
        raise NotYet('The check expects letters, such as "BD".') from None
    if not letters or not letters <= _HIDDEN.keys() | _SHOWN.keys():
        raise NotYet("The check expects some of the letters A to E.")
    for letter in sorted(letters & _SHOWN.keys()):
        raise NotYet(_SHOWN[letter])
    for letter in sorted(_HIDDEN.keys() - letters):
        raise NotYet(f"One is missing. {_HIDDEN[letter]}")
    return "A model shows what it has been told. Only a measurement can show the rest."
