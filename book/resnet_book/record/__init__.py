"""Records: what takes longer than a page may, and where the book's numbers come from.

Here they are read; `python -m resnet_book.record` makes them.
"""

import json
from pathlib import Path

from resnet_book import rooms
from resnet_book.experiments import closure
from resnet_book.experiments.grid import RUNS, Grid
from resnet_book.experiments.rehearsal import rehearsing
from resnet_lib import files


def names() -> list[str]:
    """The experiments: the modules in the rooms' folders `experiments`."""
    return sorted(rooms.members("experiments"))


def load(name: str) -> dict:
    """A record: `provenance` and `results`.

    Raises:
        FileNotFoundError: When there is no such record.
    """
    kept = json.loads((RUNS / f"{name}.json").read_text(encoding="utf-8"))
    if "cells" not in kept:
        return kept
    grid = Grid(name)
    return {"provenance": summary(grid), "results": grid.module.results(grid.done)}


def summary(grid: Grid) -> dict:
    """The provenance of a whole grid: of its latest cell, with the seconds of all."""
    cells = grid.cells.values()
    last = max(cells, key=lambda cell: cell.about["date"]).about
    return last | {
        "command": f"python -m resnet_book.record {grid.name}",
        "seeds": sorted({cell.seed for cell in cells}),
        "seconds": sum(cell.about.get("seconds", 0) for cell in cells),
    }


def write(path: Path, about: dict, results: dict) -> None:
    """Puts a record that is no grid in its place, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = files.to_json({"provenance": about, "results": results}, indent=1)
    files.write(path, text + "\n")


def code_hash(module: str) -> str:
    """Hash of the code that decides what a module measures: all that it imports.

    Comments and docstrings aside; see `experiments.closure`.
    """
    return closure.digest(closure.files(module))


def refuse_rehearsal(folder: Path, option: str = "--folder") -> None:
    """Raises ValueError where a rehearsal would go into the book's records."""
    if rehearsing() and folder.resolve() == RUNS.resolve():
        raise ValueError(
            f"RESNET_PROFILE=smoke rehearses, on almost no data: choose a {option} for "
            "its records, or unset it"
        )
