"""The names by which students have numbers of their own."""

import csv
from pathlib import Path


def of(students: set[str], table: str | None) -> dict[str, str]:
    """The name by which each student's numbers are drawn.

    Args:
        students: As the table of marks calls them.
        table: Path of a CSV file of rows `student,name`. With an empty one they have
            their names in the table of marks, with None nobody has a name.

    Raises:
        ValueError: The file is no such table, or has no name for one of them.
        OSError: It cannot be read.
    """
    if not table:
        return {student: "" if table is None else student for student in students}
    names = _read(Path(table))
    if missing := sorted(student for student in students if not names.get(student)):
        raise ValueError(f"{table} has no name for {', '.join(missing)}")
    return {student: names[student] for student in students}


def _read(path: Path) -> dict[str, str]:
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    for number, row in enumerate(rows, 1):
        if row and len(row) != 2:
            raise ValueError(f"{path}: line {number} is not `student,name`")
    return {student.strip(): name.strip() for student, name in filter(None, rows)}
