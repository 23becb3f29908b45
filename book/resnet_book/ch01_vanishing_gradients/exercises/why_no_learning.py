"""Chapter 1, continued: a net that does not learn."""

import math

from resnet_book.exercises import wording
from resnet_book.exercises.compare import agree
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import mistakes
from resnet_book.exercises.sandbox import NotYet, is_blank

# What each wrong cause would have shown, and this patient does not show.
_CAUSES = {
    "activation": "A saturated activation has a derivative near 0. Measure the share "
    "of hidden units that are on: it is about half in every layer, as it should be.",
    "learning rate": "A wrong learning rate leaves the very first forward pass as it "
    "should be. Look at the spread of the logits before any step, at depth 3 and at "
    "depth 30.",
    "dead units": "A dead unit is off for every image. Count those in the last hidden "
    "layer; then look at how large the others are.",
    "data": "The same images and labels train this net at depth 3. What changes with "
    "depth?",
    "initial scale": "",
}

_FACTORS = mistakes(
    (1.0, "a factor of 1 leaves the net as it is"),
    (2.0, "this makes up for the mean square, but the factor multiplies the weights"),
    ([0.5**0.5, 0.5], "this makes every layer shrink the signal more, not less"),
    [2.0**power for power in (14, 14.5, 15)],
    "this is for all layers together; it is asked for one matrix at a time",
)


@exercise(6)
def why_no_learning(answer):
    """`dict(cause=..., factor=...)`: what ails the net of 30 layers, and the cure.

    Args:
        answer: `cause`, one of five names, and `factor`, a float: what every hidden
            weight matrix must be multiplied by.
    """
    if isinstance(answer, tuple | list) and len(answer) == 2:
        answer = dict(zip(("cause", "factor"), answer, strict=True))
    if not isinstance(answer, dict) or not {"cause", "factor"} <= answer.keys():
        raise NotYet("The check expects `dict(cause=..., factor=...)`, both filled in.")
    cause, factor = answer["cause"], answer["factor"]
    if is_blank(cause):
        raise NotYet("There is a factor, but no cause yet.")
    name = wording.plain(cause)
    if name not in _CAUSES:
        raise NotYet(
            f"`{cause}` is not in the list. Choose among {wording.listed(_CAUSES)}."
        )
    if _CAUSES[name]:
        raise NotYet(_CAUSES[name])
    if is_blank(factor):
        raise NotYet("The cause is right. By which factor do the weights have to grow?")
    for value, sentence in _FACTORS:
        if agree(factor, value, 0.02):
            raise NotYet(f"The cause is right. As for the factor, {sentence}.")
    if agree(factor, -math.sqrt(2), 0.02):
        raise NotYet("The cause is right and so is the factor's size. Its sign is not.")
    if not agree(factor, 1.0, math.inf):
        raise NotYet(
            f"The cause is right. The factor is {wording.kind(factor)}, where one "
            "finite number is asked for."
        )
    if not agree(factor, math.sqrt(2), 0.02):
        raise NotYet(
            "The cause is right, the factor is not. Measure by how much one layer "
            "changes the mean square of the signal."
        )
    return (
        "Each layer halved the mean square of the signal and again of the gradient on "
        "its way back, so that every weight matrix, the last as well as the first, was "
        "told about 2⁻¹⁵ of what it should have heard."
    )
