"""From a notebook to its rows: which exercises there are, each one judged, in time."""

import functools
import json
from collections.abc import Iterator
from typing import NamedTuple

from resnet_book.grade import answers, cage, marks, submissions
from resnet_book.grade.verdicts import (
    ERROR,
    MEMORY,
    RIGHT,
    TAMPERED,
    TIME,
    UNREADABLE,
    WRONG,
    Verdict,
)

_LONGEST = 2000  # characters of what is said


class Limits(NamedTuple):
    """What one notebook may use.

    Attributes:
        exercise: Seconds for each exercise.
        notebook: Seconds for all of them.
        memory: Bytes.
    """

    exercise: float
    notebook: float
    memory: int


def rows(
    submission, limits: Limits, checker: dict[str, object], name: str = ""
) -> Iterator[tuple]:
    """A row for each exercise of a notebook's chapter, or one if it is no notebook.

    An answer that is not right when only what it needs has run is tried once more, with
    all that stands above its check; in the end, so that no other goes without its time.

    Args:
        submission: One of `submissions.submissions`.
        limits: What it may use.
        checker: `tampering.parts()`.
        name: By which the student's numbers are drawn; "" for the page's.
    """
    student, file = submission.student, submission.name
    try:
        work = submissions.read(submission)
    except submissions.Unreadable as reason:
        yield marks.row(student, "", "", Verdict(UNREADABLE, str(reason)), file)
        return
    exercises = submissions.exercises(work.chapter)
    verdicts, left = {}, limits.notebook
    for wholly in (False, True):
        for each in exercises:
            if wholly and verdicts[each].found not in (WRONG, ERROR):
                continue
            job = functools.partial(_as_word, work.cells, each, checker, name, wholly)
            verdict = _judged(job, min(left, limits.exercise), limits)
            left -= verdict.seconds
            if not wholly or verdict.found == RIGHT:
                verdicts[each] = verdict
    for each in exercises:
        yield marks.row(student, work.chapter, each, verdicts[each], file)


def _judged(job, seconds, limits) -> Verdict:
    if seconds <= 0:
        said = f"The notebook's {limits.notebook:g} s were used up before."
        return Verdict(TIME, said)
    ending = cage.run(job, seconds, limits.memory)
    if ending.word is not None:
        return _of_word(ending)
    if ending.why == "time":
        said = f"It was still running after {seconds:.0f} s."
        return Verdict(TIME, said, ending.seconds)
    said = f"There is no verdict: {ending.why} before the check was done."
    return Verdict(ERROR, said, ending.seconds)


def _as_word(cells, exercise, checker, name, wholly) -> str:
    try:
        verdict = answers.judge(cells, exercise, checker, name, wholly)
    except MemoryError:
        verdict = Verdict(MEMORY, "There was not enough memory to look at it.")
    return json.dumps((verdict.found, verdict.said[:_LONGEST]))


def _of_word(ending) -> Verdict:
    try:
        found, said = json.loads(ending.word)
    except (ValueError, TypeError, RecursionError):
        return Verdict(TAMPERED, "It spoke in the checker's place.", ending.seconds)
    return Verdict(str(found), str(said), ending.seconds)
