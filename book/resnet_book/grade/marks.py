"""The table of marks: a CSV file, whole at any moment."""

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path

from resnet_book.grade.verdicts import Verdict

COLUMNS = (
    *("student", "chapter", "exercise", "verdict", "points"),
    *("said", "seconds", "notebook"),
)


def row(student, chapter, exercise, verdict: Verdict, notebook) -> tuple:
    """One line of the table, in the order of `COLUMNS`."""
    said = " ".join(verdict.said.split())
    texts = student, chapter, exercise, verdict.found
    points, seconds = verdict.points, f"{verdict.seconds:.1f}"
    return tuple(map(_harmless, (*texts, points, said, seconds, notebook)))


def write(path: Path, rows: Sequence[tuple], *, first: bool) -> None:
    """Puts the table in place in one step: what was there stays until it is written.

    Args:
        path: Of the CSV file.
        rows: Of `row`.
        first: Whether there must be no such file yet.

    Raises:
        FileExistsError: When there is one.
        OSError: When it cannot be written.
    """
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
        if first:
            os.link(beside, path)  # which replaces nothing
        else:
            os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _harmless(value) -> str:
    """As text that no spreadsheet takes for a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
