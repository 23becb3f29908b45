"""Chapter 3, continued: what a roofline does not show."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_HIDDEN = {
    "A": "Statement A compares seconds. The figure has operations per second: how many "
    "operations has each layer?",
    "D": "Statement D is about layers compiled as one program. How was each point of "
    "the figure timed?",
    "E": "Statement E is about another device. Which part of the figure would move?",
    "F": "Statement F gives a reason. The distance from the roof says how much is "
    "lost. Does it say to what?",
}
_SHOWN = {
    "B": "Statement B can be read off the horizontal axis.",
    "C": "Statement C can be read off: it is the distance of each point from the roof "
    "above it.",
}


@exercise(6)
def roofline_figure(answer):
    """A string of letters, such as "BC": the statements that the figure cannot show.

    Args:
        answer: Letters from A to F, in any order.
    """
    entries.letters(answer, _HIDDEN, _SHOWN)
    return (
        "A roofline says how fast a layer can be. Why it is slower takes another "
        "measurement."
    )
