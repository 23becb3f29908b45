"""Chapter 6, continued: what the figure of few steps cannot show."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise

_HIDDEN = {
    "A": "Statement A is about test images. Which images are the dots about, and what "
    "was chosen on these images before?",
    "B": "Statement B ranks two rows. How often would chance alone put the means of "
    "ten such dots as far apart?",
    "D": "Statement D gives a reason for a row. Would any dot lie elsewhere if the "
    "reason were another one?",
    "E": "Statement E is about longer runs. Which rows have a whitened start, and for "
    "how long were they trained?",
}
_SHOWN = {
    "C": "Statement C can be read off: find the least of the blue dots, and the best "
    "dot of the other row.",
    "F": "Statement F can be read off: the seconds stand beside the rows' names.",
}


@exercise(7)
def few_steps_figure(answer):
    """A string of letters, such as "BF": the statements that the figure cannot show.

    Args:
        answer: Letters from A to F, in any order.
    """
    entries.letters(answer, _HIDDEN, _SHOWN)
    return (
        "A dot is one run, judged on these images: other images, longer runs, close "
        "ranks and reasons take measurements of their own."
    )
