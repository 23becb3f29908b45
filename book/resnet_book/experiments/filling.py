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

from resnet_book.experiments import closure, twins
from resnet_book.experiments.grid import Cell, Grid
from resnet_book.experiments.provenance import (
    ROOT,
    changed,
    conditions,
    git,
    provenance,
)
from resnet_lib import files

MOST_MAPPINGS = 20_000
_ELSEWHERE = set()  # commits whose cells are of another machine, found out on the way


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


def fill(
    work: list[Work], clock: Clock, dirty: bool = False, as_before: bool = False
) -> Iterator[str]:
    """Makes cells while there is time, and says in a line what came of each.

    Args:
        work: From `queue`.
        clock: What it may take.
        dirty: Also where files are not as the commit has them.
        as_before: Cells may be certified although their experiment's file was edited.

    Raises:
        ValueError: A file that decides a cell is not as the commit has it.
    """
    for number, item in enumerate(work, start=1):
        expected, known = seconds(item), _can_be_certified(item, as_before)
        fits = clock.fits(expected or 0)
        late = f"it would take {expected:.0f} s" if expected else "the time is up"
        if not fits and not (known and clock.fits(0)):
            yield f"{item.name}: not begun, {late}"
            continue
        if not dirty:
            _refuse_changes(item.grid)
        about = f", about {expected:.0f} s" if expected else ""
        print(
            f"[{number}/{len(work)}] {item.name} ({item.why}{about})", file=sys.stderr
        )
        if known and _certified(item, dirty, as_before):
            yield f"{item.name}: today's code repeats its first steps bit by bit"
            continue
        if not fits:
            yield f"{item.name}: to be made again, but {late}"
            continue
        cell = _made(item, dirty)
        _keep(item.grid, cell)
        _let_go_of_programs()
        yield f"{item.name}: {cell.about['seconds']:.0f} s"


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
    """How long a cell usually took: here if any did, of this arm if any; else None."""
    known = [c for c in item.grid.cells.values() if "seconds" in c.about]
    known = [c for c in known if _here(c.about)] or known
    known = [c for c in known if c.arm == item.arm] or known
    taken = [c.about["seconds"] for c in known]
    return statistics.median(taken) if taken else None


def _here(about: dict) -> bool:
    return all(about.get(name) == value for name, value in conditions().items())


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


def _can_be_certified(item: Work, as_before: bool) -> bool:
    """Whether it is stale, and its first steps are known or can be found out."""
    if item.why != "stale" or not hasattr(item.grid.module, "trace"):
        return False
    about = item.grid.cells[item.arm, item.seed].about
    if not as_before and _edited(item):
        print(
            f"{item.name}: its experiment was edited, and first steps do not show how "
            "long it trains or what it measures: --as-before, where that is as before",
            file=sys.stderr,
        )
        return False
    return (_here(about) and "trace" in about) or twins.can_tell(about)


def _edited(item: Work) -> bool:
    """Whether the experiment's own file is another than when the cell was last true."""
    path = Path(item.grid.module.__file__)
    about = item.grid.cells[item.arm, item.seed].about
    commit = about.get("certified", about).get("commit")
    then = git("show", f"{commit}:{path.relative_to(ROOT).as_posix()}")
    if then is None or then.returncode:
        return True
    return closure.statements(then.stdout) != closure.statements(path.read_text())


def _certified(item: Work, dirty: bool, as_before: bool) -> bool:
    """Whether a stale cell's first steps come out the same; its record then says so."""
    module, cell = item.grid.module, item.grid.cells[item.arm, item.seed]
    now, commit = provenance(), cell.about.get("commit")
    repeated = _here(cell.about) and commit not in _ELSEWHERE
    if repeated:
        trace = module.trace(item.arm, item.seed, item.grid.done)
        repeated = trace == cell.about.get("trace")
    if not repeated:
        if not twins.same(item.grid, item.arm, item.seed):
            return False
        _ELSEWHERE.add(commit)
    by = {"code": item.grid.code, "commit": now["commit"], "date": now["date"]}
    if not repeated:
        by["by"] = f"both codes on {now['device']}"
    if as_before and _edited(item):
        by["as before"] = "its experiment was edited; whoever recorded vouches for it"
    if dirty:
        by["commit"] += " with changes"
    item.grid.keep(cell._replace(about=cell.about | {"certified": by}))
    return True
