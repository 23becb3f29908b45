"""What a page's cells are, and a hash of all that they can see of the project.

The hash holds the cells, with tags that say whether they run and may fail, the versions
that the project is locked to, the modules that the cells import and those that these
import, the exercises of the chapter's room where answers are checked, and the records
that are read, with the code that reads them. Prose, hints, tests, docstrings and
comments are outside of it; so is the machine.

No package does this: jupyter-cache compares the cells alone, and DVC wants each file
that a step depends on listed by hand.
"""

import ast
import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook

from measured import prose_numbers, repository
from resnet_book import rooms
from resnet_book.experiments import closure

_LOCK = repository.ROOT / "requirements.txt"


def notebook(text: str) -> nbformat.NotebookNode:
    """The cells of a page's source, as it is after `repository.fill_in`."""
    return read_myst_markdown_notebook(text)


def of_file(path: Path) -> nbformat.NotebookNode:
    """The cells of a chapter's source; errors as of `repository.source`."""
    return notebook(repository.source(path))


def code(page: nbformat.NotebookNode) -> list[str]:
    """The sources of the code cells."""
    return [cell.source for cell in page.cells if cell.cell_type == "code"]


def key(page: nbformat.NotebookNode, name: str) -> str:
    """The hash, for the page `chapters/NAME`."""
    cells, tags = code(page), [_tags(c) for c in page.cells if c.cell_type == "code"]
    found = hashlib.sha256(repr([cells, tags]).encode())
    found.update(closure.digest([*seen(cells, name), _LOCK]).encode())
    return found.hexdigest()[:16]


def seen(cells: list[str], name: str) -> list[Path]:
    """The files of the project that these cells depend on, in a fixed order."""
    source = prose_numbers.without_magics("\n".join(cells))
    files = set(closure.files_of_source(source))
    if closure.BOOK / "check.py" in files:
        for module in _exercises(f"ch{name}"):
            files.update(closure.files(module))
    return with_records(files, _records(closure.parse(source)))


def with_records(files: Iterable[Path], names: Iterable[str] = ()) -> list[Path]:
    """These files, and those of the records that they read or that are named."""
    files = set(files)
    for name in {*names, *_read_by(files)}:
        path = closure.BOOK / "runs" / f"{name}.json"
        files.update([path] if path.exists() else [])
        if module := rooms.members("experiments").get(name):
            files.update(closure.files(module))
    return sorted(files)


def _tags(cell) -> list[str]:
    return sorted(
        {"skip-execution", "raises-exception"} & {*cell.metadata.get("tags", ())}
    )


def _exercises(room: str) -> list[str]:
    """A room's modules of exercises: a folder of them, or one."""
    folder = closure.BOOK / room
    paths = [folder / "exercises.py", *(folder / "exercises").glob("[!_]*.py")]
    found = [
        path.relative_to(folder).with_suffix("") for path in paths if path.exists()
    ]
    return [".".join(["resnet_book", room, *path.parts]) for path in found]


def _read_by(files) -> set[str]:
    python = [path for path in files if path.suffix == ".py"]
    trees = (closure.parse(path.read_text(encoding="utf-8")) for path in python)
    return set().union(*map(_records, trees))


@functools.cache
def _records(tree) -> set[str]:
    """What is in `record.load(…)`: every text within the brackets."""
    return {
        text.value
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "record.load"
        for argument in call.args
        for text in ast.walk(argument)
        if isinstance(text, ast.Constant) and isinstance(text.value, str)
    }
