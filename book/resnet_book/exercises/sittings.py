"""Solved exercises, and whose: kept from sitting to sitting beside the notebooks.

Nothing is kept until `keep` is called, as the first cell of every notebook does: a
build of the book, a test and the grader write no file. On Colab the file is on the
reader's Drive, when that is mounted. No check fails because a file cannot be read or
written.
"""

import contextlib
import json
import os
from pathlib import Path

from resnet_lib import files

NAME = "resnet-book-progress.json"
_DRIVE = Path("/content/drive/MyDrive")
_SOLVED: set[str] = set()
_IN_FILE: set[str] = set()  # what the file held when it was last read or written
_STUDENT: list[str] = []  # whose sitting it is; empty where nobody has said
_PLACE: list[Path] = []  # where they are kept; empty while they are not


def keep(folder: str | Path | None = None) -> str:
    """Keep solved exercises, and take up those of earlier sittings.

    Args:
        folder: For the file; else that of the environment variable `RESNET_PROGRESS`,
            a mounted Google Drive, or the notebook's own folder.

    Returns:
        In a line, where they are kept and how many there are, or why they are not.
    """
    named = folder or os.environ.get("RESNET_PROGRESS")
    place = Path(named or "") / NAME
    _PLACE.clear()
    _IN_FILE.clear()
    try:
        if not named and _DRIVE.is_dir():
            place = _DRIVE / NAME
        place = place.absolute()  # the working folder may be gone
        moved = _take_up(place)
        _write(place)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return f"Solved exercises last until this kernel ends: {place}: {why}."
    _PLACE.append(place)
    if moved:
        return f"{place} could not be read. It is {moved.name} now; a new one begins."
    said = f"Solved exercises are kept in {place}: {len(_SOLVED)} so far."
    return f"{said} {student()}'s numbers: check.givens()." if student() else said


def solved() -> frozenset[str]:
    """The names of the exercises that have been solved."""
    return frozenset(_SOLVED)


def student() -> str:
    """The name of the student whose sitting it is, or nothing."""
    return "".join(_STUDENT)


def begin_for(name: str) -> None:
    """Note whose sitting it is; with an empty name, nobody's."""
    for place in _PLACE:
        with contextlib.suppress(OSError):
            _take_up(place)
    _STUDENT[:] = [" ".join(name.split())]
    for place in _PLACE:
        with contextlib.suppress(OSError):
            _write(place)


def add(name: str) -> None:
    """Note a solved exercise."""
    _SOLVED.add(name)
    _IN_FILE.discard(name)
    for place in _PLACE:
        with contextlib.suppress(OSError):
            _take_up(place)  # other notebooks write the same file
            _write(place)


def forget() -> None:
    """Forget what has been solved, in the file too."""
    _SOLVED.clear()
    for place in _PLACE:
        with contextlib.suppress(OSError):
            _write(place)


def _take_up(place: Path) -> Path | None:
    """Add what a file holds; where that makes no sense, give it another name.

    What has gone from the file since is forgotten: another notebook has reset it.
    """
    try:
        with files.open_plain(place) as file:
            kept = json.loads(file.read())
        solved, name = kept["solved"], kept.get("student", student())
        if not isinstance(solved, list) or not all(
            isinstance(word, str) for word in [*solved, name]
        ):
            raise ValueError("no list of names")
        _SOLVED.difference_update(_IN_FILE - set(solved))
        _SOLVED.update(solved)
        if "student" in kept:
            _STUDENT[:] = [name]
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError, RecursionError):
        aside = _free(place)
        os.replace(place, aside)
        return aside
    return None


def _free(place: Path) -> Path:
    number = 1
    while (aside := place.with_suffix(f".damaged-{number}.json")).exists():
        number += 1
    return aside


def _write(place: Path) -> None:
    kept = {"solved": sorted(_SOLVED)}
    if _STUDENT:
        kept["student"] = student()
    files.write(place, files.to_json(kept, indent=1) + "\n")
    _IN_FILE.clear()
    _IN_FILE.update(_SOLVED)
