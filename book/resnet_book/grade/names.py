"""The names by which students have numbers of their own."""

import csv
import unicodedata
from pathlib import Path


def of(students: set[str], table: str | None) -> dict[str, str]:
    """The name by which each student's numbers are drawn.

    Args:
        students: As the table of marks calls them.
        table: Path of a CSV file of rows `student,name`. With an empty one they have
            their names in the table of marks, with None nobody has a name.

    Raises:
        ValueError: The file is no such table, has no name for one of them, or has two
            rows for one.
        OSError: It cannot be read.
    """
    if not table:
        return {student: "" if table is None else student for student in students}
    names = _read(Path(table))
    found = {student: names.get(_plain(student)) for student in students}
    if missing := sorted(student for student, name in found.items() if not name):
        raise ValueError(f"{table} has no name for {', '.join(missing)}")
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{path}: {error}; save it as CSV UTF-8") from None
    names, lines = {}, {}
    for number, row in enumerate(rows, 1):
        if not row:
            continue
        if len(row) != 2:
            raise ValueError(f"{path}: line {number} is not `student,name`")
        student, name = _plain(row[0]), row[1].strip()
        if student in names:
            both = f"lines {lines[student]} and {number}"
            raise ValueError(f"{path}: {both} are both for {student}")
        names[student], lines[student] = name, number
    return names


def _plain(student: str) -> str:
    """Letters with accents as one character each: a Mac's file names have two."""
    return unicodedata.normalize("NFC", student).strip()
