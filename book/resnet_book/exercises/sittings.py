"""Solved exercises, kept from one sitting to the next in a file beside the notebooks.

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
_PLACE: list[Path] = []  # where they are kept; empty while they are not


def keep(folder: str | Path | None = None) -> str:
    """Keep solved exercises, and take up those of earlier sittings.

    Args:
        folder: For the file; else that of the environment variable `RESNET_PROGRESS`,
            a mounted Google Drive, or the notebook's own folder.

    Returns:
        In a line, where they are kept and how many there are, or why they are not.
    """
    chosen = folder or os.environ.get("RESNET_PROGRESS")
    place = Path(chosen or (_DRIVE if _DRIVE.is_dir() else "")).absolute() / NAME
    _PLACE.clear()
    try:
        moved = _take_up(place)
        _write(place)
    except OSError as error:
        why = error.strerror or type(error).__name__
        return f"Solved exercises last until this kernel ends: {place}: {why}."
    _PLACE.append(place)
    if moved:
        return f"{place} could not be read. It is {moved.name} now; a new one begins."
    return f"Solved exercises are kept in {place}: {len(_SOLVED)} so far."


def solved() -> frozenset[str]:
    """The names of the exercises that have been solved."""
    return frozenset(_SOLVED)


def add(name: str) -> None:
    """Note a solved exercise."""
    _SOLVED.add(name)
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
    """Add what a file holds; where that makes no sense, give it another name."""
    try:
        with files.open_plain(place) as file:
            kept = json.loads(file.read())["solved"]
        if not isinstance(kept, list) or not all(isinstance(n, str) for n in kept):
            raise ValueError("no list of names")
        _SOLVED.update(kept)
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
    files.write(place, files.to_json({"solved": sorted(_SOLVED)}, indent=1) + "\n")
