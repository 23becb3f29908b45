"""The notebooks in a folder: whose they are, which chapter's, and their code."""

import functools
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from resnet_book import rooms
from resnet_book.exercises.exercise import find, names
from resnet_lib import files

_CHECK = re.compile(r"\bcheck\.(\w+)\(")
_COPY = re.compile(r"(?:\s*\(\d+\)|-Copy\d+)+$")  # by a browser, by Jupyter
_LARGEST = 32 << 20  # bytes, figures included


class Unreadable(Exception):
    """A file is no notebook of the book; says why in one sentence."""


class Submission(NamedTuple):
    """A file that may be a student's notebook.

    Attributes:
        path: Where it is.
        name: The same, from the folder that is graded.
        student: The sub-folder that it is in, or else what the file's name says
            besides the chapter.
        shut: In its place, why a folder of that name cannot be looked into; else "".
    """

    path: Path
    name: str
    student: str
    shut: str = ""


class Work(NamedTuple):
    """What a notebook holds: a chapter's number and the code cells."""

    chapter: int
    cells: Sequence[str]


def submissions(folder: Path) -> list[Submission]:
    """Every notebook in a folder and its sub-folders; links are not followed.

    A sub-folder that cannot be looked into is there as well, for `read` to refuse.

    Raises:
        OSError: When that is so of the folder itself.
    """
    return sorted(_found(folder), key=lambda each: each.name)


def _found(folder: Path) -> Iterator[Submission]:
    refused: list[OSError] = []
    for inside, folders, files_here in os.walk(folder, onerror=refused.append):
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        for file in files_here:
            path = Path(inside, file)
            if path.suffix.lower() != ".ipynb" or file.startswith("."):
                continue
            if os.path.islink(path):
                continue
            name = path.relative_to(folder)
            first = (
                name.parts[0] if len(name.parts) > 1 else _without_chapter(name.stem)
            )
            yield Submission(path, name.as_posix(), first)
    for error in refused:
        name = Path(error.filename or folder).relative_to(folder)
        if not name.parts:
            raise error
        shut = error.strerror or "error"
        yield Submission(folder / name, name.as_posix(), name.parts[0], shut)


def read(submission: Submission) -> Work:
    """A submission's chapter and code.

    The chapter is the one that most of its checks belong to, or else the one in the
    file's name.

    Raises:
        Unreadable: When it is no notebook, or no chapter's.
    """
    if submission.shut:
        raise Unreadable(f"The folder cannot be read: {submission.shut}.")
    cells = list(_code(submission.path))
    known = set(names())
    checks = Counter(
        find(name).chapter
        for cell in cells
        for name in _CHECK.findall(cell)
        if name in known
    )
    if checks:
        return Work(checks.most_common(1)[0][0], cells)
    for chapter, number in _chapters().items():
        if chapter in submission.path.stem:
            return Work(number, cells)
    raise Unreadable("It holds no check of this book, and its name names no chapter.")


def exercises(chapter: int) -> list[str]:
    """The exercises of a chapter, in their order."""
    return [name for name in names() if find(name).chapter == chapter]


def _code(path: Path) -> Iterator[str]:
    try:
        with files.open_plain(path) as file:  # of a pipe, reading would never end
            text = file.read(_LARGEST + 1)
        if len(text) > _LARGEST:
            raise Unreadable("It is too large for a notebook.")
        book = json.loads(text.decode())
    except OSError as error:
        raise Unreadable(f"It cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise Unreadable("It is no notebook: this is not JSON.") from None
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("It is no notebook: it has no list of cells.")
    for cell in cells:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", "")
            text = "".join(map(str, source)) if isinstance(source, list) else source
            yield str(text).encode(errors="replace").decode()  # half a character


def _without_chapter(stem: str) -> str:
    stem = _COPY.sub("", stem) or stem
    for chapter in _chapters():
        stem = stem.replace(chapter, "").strip(" _-.") or stem
    return stem


@functools.cache
def _chapters() -> dict[str, int]:
    """Chapters with exercises by the names of their notebooks."""
    return {
        part.split(".")[1].removeprefix("ch"): rooms.chapter_of(part)
        for part in rooms.parts("exercises")
    }
