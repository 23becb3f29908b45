"""Exercises that check themselves: `check.NAME(answer)`.

>>> from resnet_book import check
>>> check.he_init(...)
… he_init: not attempted. Replace the `...` with your answer and check again.

The exercises are in the chapters' rooms, decorated functions that look at an answer
and either return the sentence for a right one or raise the diagnosis of a wrong one.
Wrong answers are recognised by reproducing them: a table of misconceptions, each
computed on the same inputs and weights, names the one that gives the same numbers.

After `check.student("Ada Lovelace")` number exercises have numbers of her own, which
`check.givens()` shows; without a name they have the page's.
"""

from resnet_book import rooms
from resnet_book.exercises.display import Result
from resnet_book.exercises.exercise import (
    find,
    givens,
    hint,
    names,
    progress,
    reset,
    student,
)
from resnet_book.exercises.sittings import keep

__all__ = ["Result", "givens", "hint", "keep", "names", "progress", "reset", "student"]

rooms.load_all("exercises")  # which registers them


def __getattr__(name: str):
    return find(name).check


def __dir__() -> list[str]:
    return [*__all__, *names()]
