"""What makes a function a check: its name in the list, its hints, its safe running."""

import contextlib
import functools
import inspect
from collections.abc import Callable, Sequence
from typing import NamedTuple

from resnet_book import rooms
from resnet_book.exercises import sandbox, sittings, time_limit, variants
from resnet_book.exercises.display import (
    CORRECT,
    NOT_ATTEMPTED,
    NOT_YET,
    Givens,
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
        judge: What looks at the answer.
        choices: The numbers that it gives, and what else they may be.
    """

    chapter: int
    place: int
    check: Callable[[object], Result]
    judge: Callable[..., str]
    choices: variants.Choices


_EXERCISES: dict[str, Exercise] = {}


def exercise(place: int, **choices: Sequence):
    """Makes `check.NAME(answer)` of `judge(answer, **givens)`.

    A judge returns the sentence that a right answer is met with, and raises
    `sandbox.NotYet` or `sandbox.Blank` otherwise.

    Args:
        place: Place among the exercises of the chapter, in whose room the judge is.
        **choices: What each given may be: the page's value, then those of which a
            student gets one.
    """

    def decorate(judge):
        name = judge.__name__

        @functools.wraps(judge)
        def check(answer=...):
            return judged(name, answer, sittings.student())

        check.__signature__ = inspect.Signature(
            [inspect.Parameter("answer", inspect.Parameter.POSITIONAL_OR_KEYWORD)],
            return_annotation=Result,
        )
        chapter = rooms.chapter_of(judge.__module__)
        _EXERCISES[name] = Exercise(chapter, place, check, judge, choices)
        return check

    return decorate


def judged(name: str, answer, student: str) -> Result:
    """What the check says of an answer.

    Args:
        name: One of `names()`.
        answer: The reader's.
        student: Whose numbers it is to be right for; "" for the page's.
    """
    *_, judge, choices = find(name)
    own = variants.drawn(name, choices, student)
    trace = cause = ""

    def job():
        if sandbox.is_blank(answer):
            raise sandbox.Blank("Replace the `...` with your answer and check again.")
        try:
            return judge(answer, **own)
        except sandbox.Unknown as reason:
            whose = _whose(judge, answer, choices) if student else ""
            raise sandbox.NotYet(whose + reason.message) from None

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
    if student and choices and state != CORRECT:
        message += f" Your numbers: {variants.in_words(choices, own)}."
    return Result(name, state, message, trace, cause, tried=callable(answer))


def _whose(judge, answer, choices) -> str:
    """Says so where an answer is right for other numbers; the page's come first."""
    for number, givens in enumerate(variants.all_givens(choices)):
        with contextlib.suppress(sandbox.NotYet):
            judge(answer, **givens)
            whose = "another student's" if number else "the page's"
            return f"This is right for {whose} numbers. "
    return ""


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


def student(name: str) -> Givens:
    """Say who you are: number exercises then have numbers of your own.

    Args:
        name: Yours, as your lecturer knows it; "" for the page's numbers again.

    Returns:
        The numbers.
    """
    if not isinstance(name, str):
        raise TypeError('check.student expects a name, such as "Ada Lovelace"')
    sittings.begin_for(name)
    return givens()


def givens() -> Givens:
    """The numbers that exercises give: the page's, or your own (`student`)."""
    who = sittings.student()
    return Givens(who, _own(who) if who else ())


def _own(student) -> tuple:
    """Chapter, name and own numbers of each exercise that has some."""
    return tuple(
        (
            chapter,
            name,
            variants.in_words(choices, variants.drawn(name, choices, student)),
        )
        for name in names()
        for chapter, *_, choices in [find(name)]
        if choices
    )
