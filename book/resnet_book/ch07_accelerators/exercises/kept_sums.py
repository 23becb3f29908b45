"""Chapter 7, continued: which sums bfloat16 can hold, foreseen."""

from resnet_book.exercises import entries
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet

_RIGHT = dict(a=False, b=True, c=False, d=True, e=True, f=False)
_ASKED = {name: f"whether the result of {name} differs" for name in _RIGHT}
_SAYS = {
    "a": "Sum a: from 2048 on, the numbers of bfloat16 lie 16 apart. A tie goes to the "
    "even one.",
    "b": "Difference b: below 2048 the numbers lie half as far apart as above.",
    "c": "Sum c: between 0.5 and 1 the numbers lie 1/256 apart. Is 0.001 more than "
    "half of that?",
    "d": "Difference d: below 0.5 the numbers lie 1/512 apart. Is 0.001 more than half "
    "of that?",
    "e": "Sum e: both numbers are small, but it is their ratio that counts.",
    "f": "Sum f: between 512 and 1024 the numbers lie four apart.",
}


@exercise(6)
def kept_sums(answer):
    """`dict(a=..., …, f=...)`: True where the result differs from the first number.

    Args:
        answer: Six times True or False.
    """
    given = entries.values(answer, _ASKED)
    for (name, right), value in zip(_RIGHT.items(), given, strict=True):
        if entries.truth(name, value) != right:
            raise NotYet(_SAYS[name])
    return "Now measure it."
