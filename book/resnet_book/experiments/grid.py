"""A record as a grid of (arm, seed): which cells there are, and adding one."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from resnet_book import rooms
from resnet_book.experiments import closure
from resnet_lib import files

RUNS = Path(__file__).parents[1] / "runs"
"""Where the records lie; notebooks away from the repository have them too."""


class Cell(NamedTuple):
    """One run of an experiment.

    Attributes:
        arm: One of the experiment's `ARMS`.
        seed: Counted from 0.
        results: What it found.
        about: Its provenance: code, commit, date, device, versions, seconds; `trace`
            and `certified` where the experiment can tell that nothing has changed.
    """

    arm: str
    seed: int
    results: dict
    about: dict

    @property
    def code(self) -> str:
        """The hash of the code that made it, or that was shown to make the same."""
        return self.about.get("certified", self.about).get("code", "")


class Grid:
    """An experiment and the cells that its record has.

    Attributes:
        name: Of experiment and record.
        module: The experiment; see `resnet_book.experiments`.
        files: All that decides what a cell finds.
        code: Their hash.
    """

    def __init__(self, name: str, folder: Path = RUNS):
        """Finds the experiment and its code; the record is read when it is asked for.

        Raises:
            ValueError: There is no such experiment.
        """
        self.name, self.path = name, folder / f"{name}.json"
        self.module: ModuleType = rooms.load("experiments", name)
        self.files = closure.files(self.module.__name__)
        self.code = closure.digest(self.files)

    @property
    def backend(self) -> str | None:
        """The only one on which its cells are made; None where any will do."""
        return getattr(self.module, "BACKEND", None)

    @property
    def cells(self) -> dict[tuple[str, int], Cell]:
        """The cells that there are, as the file has them at this moment.

        Raises:
            ValueError: The record is not a grid's.
        """
        if not self.path.exists():
            return {}
        try:
            kept = json.loads(self.path.read_text(encoding="utf-8"))
            found = [Cell(**cell) for cell in kept["cells"]]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{self.path} is no record ({type(error).__name__}: {error}): mend it, "
                "or move it away and record anew"
            ) from error
        return {(cell.arm, cell.seed): cell for cell in found}

    @property
    def wanted(self) -> list[tuple[str, int]]:
        """Every cell of the grid: the first seed of all arms, then the second."""
        most = max(self.module.ARMS.values())
        arms = self.module.ARMS.items()
        return [(arm, seed) for seed in range(most) for arm, n in arms if seed < n]

    @property
    def missing(self) -> list[tuple[str, int]]:
        """The cells that have never been made."""
        there = self.cells
        return [place for place in self.wanted if place not in there]

    @property
    def stale(self) -> list[tuple[str, int]]:
        """The cells that were made by other code than today's."""
        there = self.cells
        return [p for p in self.wanted if p in there and there[p].code != self.code]

    @property
    def done(self) -> dict[str, dict[int, dict]]:
        """Results by arm and seed."""
        found = {arm: {} for arm in self.module.ARMS}
        for (arm, seed), cell in sorted(self.cells.items()):
            found.setdefault(arm, {})[seed] = cell.results
        return found

    def keep(self, cell: Cell) -> None:
        """Adds a cell, or replaces the one in its place, whole or not at all.

        Others may add to the same record at the same time.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(self.path.parent):
            cells = self.cells | {(cell.arm, cell.seed): cell}
            order = {arm: i for i, arm in enumerate(self.module.ARMS)}
            places = sorted(cells, key=lambda p: (order.get(p[0], len(order)), p))
            listed = [cells[place]._asdict() for place in places]
            files.write(self.path, files.to_json({"cells": listed}, indent=1) + "\n")


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Nobody else is within this for the same folder; a lock dies with its holder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
