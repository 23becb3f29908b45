"""Making the cells that a grid lacks, one by one, each kept as soon as it is done."""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import jax

from resnet_book.experiments import certifying, closure
from resnet_book.experiments.grid import Cell, Grid
from resnet_book.experiments.provenance import changed, conditions, provenance
from resnet_lib import files

MOST_MAPPINGS = 20_000


class Clock:
    """How much time is left of what may be used."""

    def __init__(self, minutes: float | None):
        """Starts; None is all the time there is.

        Raises:
            ValueError: For minutes that are not above 0.
        """
        if minutes is not None and not minutes > 0:
            raise ValueError(f"--minutes {minutes:g}: must be above 0")
        self._end = None if minutes is None else time.monotonic() + 60 * minutes

    def fits(self, seconds: float) -> bool:
        """Whether something that takes so long may still begin."""
        return self._end is None or time.monotonic() + seconds <= self._end


class Work(NamedTuple):
    """A cell to be made, and why: `"missing"` or `"stale"`."""

    grid: Grid
    arm: str
    seed: int
    why: str

    @property
    def name(self) -> str:
        """As it is shown: `compact, chosen, seed 3`."""
        return f"{self.grid.name}, {self.arm}, seed {self.seed}"


class Allowed(NamedTuple):
    """What whoever asks for cells allows.

    Attributes:
        dirty: Files may differ from the commit.
        as_before: Cells may be certified although their experiment's file was edited.
        making: What cannot be certified may be made.
        elsewhere: Also what was made on another kind of device.
    """

    dirty: bool = False
    as_before: bool = False
    making: bool = True
    elsewhere: bool = False


ALLOWED = Allowed()


def queue(
    grids: list[Grid], seeds: int | None = None, arm: str | None = None
) -> list[Work]:
    """What is to be done, most wanted first; the missing of a grid before the stale.

    Args:
        grids: The records.
        seeds: Only seeds below this.
        arm: Only this one.
    """
    ordered = sorted(grids, key=lambda grid: (grid.module.PRIORITY, grid.name))
    return [
        Work(grid, of, seed, why)
        for grid in ordered
        for why, places in (("missing", grid.missing), ("stale", grid.stale))
        for of, seed in places
        if (seeds is None or seed < seeds) and arm in (None, of)
    ]


def fill(work: list[Work], clock: Clock, allowed: Allowed = ALLOWED) -> Iterator[str]:
    """Makes cells while there is time, and says in a line what came of each.

    Args:
        work: From `queue`.
        clock: What it may take.
        allowed: What whoever asks allows.

    Raises:
        ValueError: A file that decides a cell is not as the commit has it.
    """
    for number, item in enumerate(work, start=1):
        expected, known = seconds(item), _can_be_certified(item, allowed)
        fits = clock.fits(expected or 0)
        late = f"it would take {expected:.0f} s" if expected else "the time is up"
        if not fits and not (known and clock.fits(0)):
            yield f"{item.name}: not begun, {late}"
            continue
        if not allowed.dirty:
            _refuse_changes(item.grid)
        about = f", about {expected:.0f} s" if expected else ""
        print(
            f"[{number}/{len(work)}] {item.name} ({item.why}{about})", file=sys.stderr
        )
        if known and certifying.certified(*item[:3], allowed.dirty, allowed.as_before):
            yield f"{item.name}: today's code does the same"
        elif reason := _left_alone(item, allowed):
            yield f"{item.name}: {reason}"
        elif not fits:
            yield f"{item.name}: to be made again, but {late}"
        else:
            cell = _made(item, allowed.dirty)
            _keep(item.grid, cell)
            _let_go_of_programs()
            yield f"{item.name}: {cell.about['seconds']:.0f} s"


def _can_be_certified(item, allowed):
    return item.why == "stale" and certifying.possible(*item[:3], allowed.as_before)


def _left_alone(item: Work, allowed: Allowed) -> str | None:
    """Why a cell is not made, if it is not."""
    if not allowed.making:
        return f"{item.why}, and not certified"
    if item.why == "missing" or allowed.elsewhere:
        return None
    then = item.grid.cells[item.arm, item.seed].about
    there, here = (about["device"].split(",")[0] for about in (then, conditions()))
    if there == here:
        return None
    return f"made on {there} and not certified: with --arm it is made again on {here}"


def _keep(grid: Grid, cell: Cell) -> None:
    """Adds the cell to its record, or writes it elsewhere and says where.

    Raises:
        OSError: The record could not be written.
    """
    try:
        grid.keep(cell)
    except OSError as error:
        with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as aside:
            aside.write(files.to_json(cell._asdict(), indent=1))
        raise OSError(
            f"{grid.path}: {error.strerror}; {cell.arm}, seed {cell.seed}, is in "
            f"{aside.name}: add it to the record's cells"
        ) from error


def _let_go_of_programs() -> None:
    """Forgets compiled programs before there are too many for one process.

    Each is a few mappings of memory, of which Linux allows a process 65,530.
    """
    maps = Path("/proc/self/maps")
    if maps.exists() and len(maps.read_bytes().splitlines()) > MOST_MAPPINGS:
        jax.clear_caches()
        gc.collect()


def seconds(item: Work) -> float | None:
    """How long a cell of this arm took, here if any did, else the longest; or None."""
    cells = [c for c in item.grid.cells.values() if "seconds" in c.about]
    of_arm = [c for c in cells if c.arm == item.arm]
    known = of_arm or cells
    taken = [c.about["seconds"] for c in known if certifying.here(c.about)]
    taken = taken or [c.about["seconds"] for c in known]
    usual = statistics.median if of_arm else max
    return usual(taken) if taken else None


def _refuse_changes(grid: Grid) -> None:
    if differ := changed(grid.files):
        some = ", ".join(differ[:3]) + (", …" if len(differ) > 3 else "")
        raise ValueError(
            f"{grid.name} depends on files that are not as the commit has them "
            f"({some}): commit them, record from a worktree of a commit, or try things "
            "with --dirty"
        )
    if closure.digest(closure.files(grid.module.__name__)) != grid.code:
        raise ValueError(
            f"the code of {grid.name} has changed since this command began: start it "
            "again, best from a worktree of a commit"
        )


def _made(item: Work, dirty: bool) -> Cell:
    module, done = item.grid.module, item.grid.done
    about = provenance() | {"code": item.grid.code}
    if dirty:
        about["commit"] += " with changes"
    began = time.monotonic()
    results = module.cell(item.arm, item.seed, done)
    about["seconds"] = round(time.monotonic() - began, 1)
    if hasattr(module, "trace"):
        about["trace"] = module.trace(item.arm, item.seed, done)
    return Cell(item.arm, item.seed, results, about)
