"""Chapter 8, continued: what accumulation changes, foreseen."""

from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet, is_blank

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
    if not isinstance(answer, dict) or not _RIGHT.keys() <= answer.keys():
        raise NotYet(f"The check expects a dict with {', '.join(_RIGHT)}.")
    for name, right in _RIGHT.items():
        if is_blank(answer[name]):
            raise NotYet(f"`{name}` is not filled in: {_ASKED[name]}.")
        if answer[name] not in (True, False):
            raise NotYet(f"`{name}` is to be True or False.")
        if bool(answer[name]) != right:
            raise NotYet(_SAYS[name])
    return "Now measure it."
