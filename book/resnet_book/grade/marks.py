"""The table of marks: a CSV file, whole at any moment."""

import contextlib
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from resnet_book.grade.verdicts import Verdict
from resnet_lib import files

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


def begin(path: Path) -> None:
    """Makes the file, a table without rows.

    Raises:
        FileExistsError: When there is one already.
        OSError: When it cannot be written; what there is of it then goes.
    """
    try:
        with _named(path):
            files.create(path, _text([]))
    except FileExistsError:
        raise
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise


def write(path: Path, rows: Sequence[tuple]) -> None:
    """Puts a table in the place of the one before, in one step.

    Args:
        path: Of the CSV file that `begin` made.
        rows: Of `row`.

    Raises:
        OSError: When it cannot be written; the one before stays.
    """
    with _named(path, "; the rows that it had are kept"):
        files.write(path, _text(rows))


def withdraw(path: Path) -> None:
    """Removes a table without rows, which would only be in the way of the next."""
    with contextlib.suppress(OSError, ValueError):
        if path.read_text("utf-8") == _text([]):
            path.unlink()


@contextlib.contextmanager
def _named(path, more="") -> Iterator[None]:
    """A full disk does not say whose."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        raise OSError(f"{path}: {error.strerror or error}{more}") from error


def _text(rows) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    return text.getvalue()


def printable(text: str) -> str:
    """The text without what a terminal or a file could stumble over."""
    return "".join(c if c.isprintable() else "?" for c in text)


def _harmless(value) -> str:
    """As text that no spreadsheet takes for a formula."""
    text = printable(str(value))
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
