"""What makes a function a check: its name in the list, its hints, its safe running."""

import functools
import inspect
from collections.abc import Callable
from typing import NamedTuple

from resnet_book import rooms
from resnet_book.exercises import sandbox, sittings, time_limit
from resnet_book.exercises.display import (
    CORRECT,
    NOT_ATTEMPTED,
    NOT_YET,
    Hint,
    Progress,
    Result,
)
from resnet_book.exercises.hints import all_hints


class Exercise(NamedTuple):
    """One exercise of the book.

    Attributes:
        chapter: Its number.
        place: Its place among the chapter's exercises.
        check: The function that the reader calls.
    """

    chapter: int
    place: int
    check: Callable[[object], Result]


_EXERCISES: dict[str, Exercise] = {}


def exercise(place: int):
    """Makes `check.NAME(answer)` of `judge(answer)`.

    A judge returns the sentence that a right answer is met with, and raises
    `sandbox.NotYet` or `sandbox.Blank` otherwise.

    Args:
        place: Place among the exercises of the chapter, in whose room the judge is.
    """

    def decorate(judge):
        name = judge.__name__

        @functools.wraps(judge)
        def check(answer=...):
            return _judge(name, judge, answer)

        check.__signature__ = inspect.Signature(
            [inspect.Parameter("answer", inspect.Parameter.POSITIONAL_OR_KEYWORD)],
            return_annotation=Result,
        )
        chapter = rooms.chapter_of(judge.__module__)
        _EXERCISES[name] = Exercise(chapter, place, check)
        return check

    return decorate


def _judge(name, judge, answer) -> Result:
    trace = cause = ""

    def job():
        if sandbox.is_blank(answer):
            raise sandbox.Blank("Replace the `...` with your answer and check again.")
        return judge(answer)

    try:
        message = time_limit.limited(job, time_limit.TIME_LIMIT)
        state = CORRECT
        sittings.add(name)
    except sandbox.Blank as blank:
        state, message = NOT_ATTEMPTED, str(blank)
    except sandbox.NotYet as reason:
        state, message, trace = NOT_YET, reason.message, reason.trace
        cause = reason.cause
    except KeyboardInterrupt:  # the reader's own: no need of all frames below this one
        words = f"{name} was not checked to the end: run the cell again."
        raise KeyboardInterrupt(words) from None
    return Result(name, state, message, trace, cause, tried=callable(answer))


def names() -> list[str]:
    """The exercises that can be checked, chapter by chapter."""
    return sorted(_EXERCISES, key=lambda name: _EXERCISES[name][:2])


def find(name: str) -> Exercise:
    """The exercise of that name.

    Raises:
        AttributeError: There is none.
    """
    if name not in _EXERCISES:
        raise AttributeError(f"no exercise {name!r}: check.names() lists them")
    return _EXERCISES[name]


def hint(name: str, number: int = 1) -> Hint:
    """One of an exercise's hints; they go from a nudge to nearly there.

    Args:
        name: One of `names()`.
        number: From 1 on.

    Raises:
        ValueError: For an unknown exercise or a number that it does not have.
    """
    if name not in _EXERCISES:
        raise ValueError(f"no exercise {name!r}: check.names() lists them")
    hints = all_hints().get(name, ())
    if not 1 <= number <= len(hints):
        raise ValueError(f"{name} has hints 1 to {len(hints)}, not {number}")
    return Hint(hints[number - 1])


def progress() -> Progress:
    """Which exercises have been solved, in earlier sittings too, and which is next."""
    solved = sittings.solved()
    return Progress(
        (_EXERCISES[name].chapter, name, name in solved) for name in names()
    )


def reset() -> Progress:
    """Forget what has been solved, in the file too."""
    sittings.forget()
    return progress()
