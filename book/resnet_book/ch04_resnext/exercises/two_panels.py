"""Chapter 4, continued: what the figure of its question cannot show."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_HIDDEN = {
    "A": "Statement A is about chance. Does the panel of errors show how dots scatter?",
    "C": "Statement C is about all of ResNet-50. Which network was timed?",
    "E": "Statement E is about other devices. On how many was time measured?",
    "G": "Statement G joins the panels. Do both belong to one network?",
}
_SHOWN = {
    "B": "Statement B can be read off the line of time, at 8×14d.",
    "D": "Statement D can be read off the panel of errors: compare the first step with "
    "the whole way.",
    "F": "Statement F can be read off the panel of the GPU: the line of MACs falls, "
    "that of time does not.",
}


@exercise(7)
def two_panels(answer):
    """A string of letters, such as "BD": the statements that the figure cannot show.

    Args:
        answer: Letters from A to G, in any order.
    """
    entries.letters(answer, _HIDDEN, _SHOWN)
    return "A figure speaks of what was run: which networks, where, and how often."
