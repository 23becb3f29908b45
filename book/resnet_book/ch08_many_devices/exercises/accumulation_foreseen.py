"""Chapter 8, continued: what accumulation changes, foreseen."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

_RIGHT = dict(plain=False, norm=True, averages=True)
_ASKED = {
    "plain": "whether the step of a network without norms changes",
    "norm": "whether the step of a network with BatchNorm changes",
    "averages": "whether the running averages move further",
}
_SAYS = {
    "plain": "Without norms an image's gradient knows nothing of the other images. "
    "What is the mean of four means over equally many images?",
    "norm": "BatchNorm subtracts a mean. Over which images is it taken, when a part is "
    "all that the network sees at a time?",
    "averages": "A running average moves on each time that a norm sees a batch. How "
    "often is that in a step of four parts?",
}


@exercise(5)
def accumulation_foreseen(answer):
    """`dict(plain=..., norm=..., averages=...)`: True where it changes.

    Args:
        answer: Three times True or False.
    """
    given = entries.values(answer, _ASKED)
    for (name, right), value in zip(_RIGHT.items(), given, strict=True):
        if entries.truth(name, value) != right:
            raise NotYet(_SAYS[name])
    return "Now measure it."
