"""One exercise of a notebook, judged: in a process that is thrown away afterwards."""

import sys
import types
from collections.abc import Sequence

from resnet_book.exercises import process_state, sandbox
from resnet_book.exercises.display import CORRECT, NOT_ATTEMPTED, Result
from resnet_book.exercises.exercise import judged
from resnet_book.grade import slices, tampering
from resnet_book.grade.verdicts import (
    BLANK,
    ERROR,
    MEMORY,
    RIGHT,
    TAMPERED,
    TIME,
    WRONG,
    Verdict,
)

_MODULE = "__main__"  # as in a notebook; the grader's own is then out of reach
_MEMORY_WORDS = ("MemoryError", "RESOURCE_EXHAUSTED", "bad_alloc")


def judge(
    cells: Sequence[str],
    exercise: str,
    before: dict[str, object],
    student: str,
    wholly: bool = False,
) -> Verdict:
    """Runs what an answer needs, and has the checker look at the answer.

    The checker is asked for its own value; what the notebook prints, or calls `check`,
    counts for nothing.

    Args:
        cells: The notebook's code cells.
        exercise: One of `check.names()`.
        before: `tampering.parts()` of the time when no notebook had run yet.
        student: Whose numbers the answer is to be right for; "" for the page's. The
            notebook's own `check.student` counts for nothing.
        wholly: Whether all statements above the check run, needed or not.
    """
    notebook = slices.read(cells)
    answer = slices.answer(notebook, exercise)
    if answer.value is None:
        if notebook.broken:
            return _stopped(notebook.broken[0])
        said = f"There is no `check.{exercise}(...)` in the notebook."
        return Verdict(BLANK, said)
    if wholly:
        if len(answer.needs) == len(answer.above):
            return Verdict(BLANK, "All statements have run before.")
        answer = answer._replace(needs=answer.above)
    if used := tampering.imported(statement.node for statement in answer.needs):
        return Verdict(TAMPERED, f"The answer imports `{used[0]}`, of the checker.")
    tampering.hide()
    with process_state.kept():
        value, error = _run(answer, notebook.broken)
    if changed := tampering.changed(before):
        return _tampered(changed)
    if error is not None:
        return _stopped(error)
    process_state.patched.clear()
    result = judged(exercise, value, student)
    if changed := process_state.patched or tampering.changed(before):
        return _tampered(changed)
    return _verdict(result)


def _run(answer: slices.Answer, broken):
    """The answer's value, and the error that kept it from having one."""
    module = sys.modules[_MODULE] = types.ModuleType(_MODULE)
    module.display = _show_nothing
    first = next(iter(broken), None)
    for statement in answer.needs:
        try:
            exec(statement.code, vars(module))
        except BaseException as error:  # noqa: BLE001 (sys.exit too)
            first = first or error
    try:
        return eval(answer.value, vars(module)), None
    except BaseException as error:  # noqa: BLE001
        return None, first or error


def _show_nothing(*_, **__) -> None:
    """What IPython calls `display`: a notebook need not import it."""


def _stopped(error: BaseException) -> Verdict:
    reason = sandbox.crash(error)
    return _failed(ERROR, reason.message, reason.trace)


def _tampered(changed) -> Verdict:
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return Verdict(TAMPERED, f"The answer changed `{changed[0]}`{more}.")


def _verdict(result: Result) -> Verdict:
    if result.state == CORRECT:
        return Verdict(RIGHT, result.message)
    if result.state == NOT_ATTEMPTED:
        return Verdict(BLANK, result.message)
    found = {"error": ERROR, "time": TIME}.get(result.cause, WRONG)
    return _failed(found, result.message, result.trace)


def _failed(found, said, trace) -> Verdict:
    if found == ERROR and any(word in said for word in _MEMORY_WORDS):
        found = MEMORY
    if trace:  # in the table there is no line below
        said = said.replace(" at the line below", "") + f" [{' '.join(trace.split())}]"
    return Verdict(found, said)
