"""Chapter 3, continued: what the batch does to intensity, foreseen."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

_ASKED = {
    "first": "how much the first stage's intensity grows with the batch",
    "last": "how much the last stage's intensity grows with the batch",
    "higher": "which stage has the higher intensity for one image",
}
_GROWS = ("hardly", "several times")
_OPTIONS = dict(first=_GROWS, last=_GROWS, higher=("first", "last"))
_RIGHT = dict(first="hardly", last="several times", higher="first")
_SAYS = {
    "first": "`first`: how many numbers has the kernel, and how many has one image's "
    "map of 56 × 56 pixels? Leave out the smaller one.",
    "last": "`last`: compare the kernel with one image's map of 7 × 7 pixels. Which of "
    "them is moved once for all images?",
    "higher": "`higher`: for one image of the last stage most bytes are the kernel's. "
    "How often is each of its weights used?",
}


@exercise(7)
def batch_of_one(answer):
    """`dict(first=..., last=..., higher=...)`: what the batch size does to intensity.

    Args:
        answer: For `first` and `last` one of "hardly" and "several times", the growth
            from 1 image to 128; for `higher` "first" or "last", the stage of the higher
            intensity for one image.
    """
    given = entries.values(answer, _ASKED)
    for (name, right), value in zip(_RIGHT.items(), given, strict=True):
        if entries.choice(value, _OPTIONS[name]) != right:
            raise NotYet(_SAYS[name])
    return "Now look at the figure."
