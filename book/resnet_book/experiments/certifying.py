"""Whether a stale cell stands: today's code still does what it was made with."""

import sys
from pathlib import Path

from resnet_book.experiments import closure, twins
from resnet_book.experiments.grid import Grid
from resnet_book.experiments.provenance import ROOT, conditions, git, provenance

_ELSEWHERE = set()  # commits whose cells are of another machine, found out on the way


def here(about: dict) -> bool:
    """Whether a cell was made on this device, with these versions."""
    return all(about.get(name) == value for name, value in conditions().items())


def possible(grid: Grid, arm: str, seed: int, as_before: bool) -> bool:
    """Whether a stale cell's first steps, or its programs, are or can be known."""
    if not (hasattr(grid.module, "trace") or grid.backend):
        return False
    about = grid.cells[arm, seed].about
    if not as_before and _edited(grid, arm, seed):
        print(
            f"{grid.name}, {arm}, seed {seed}: its experiment was edited, and first "
            "steps do not show how long it trains or what it measures: --as-before, "
            "where that is as before",
            file=sys.stderr,
        )
        return False
    return (here(about) and "trace" in about) or twins.can_tell(about)


def certified(
    grid: Grid, arm: str, seed: int, dirty: bool = False, as_before: bool = False
) -> bool:
    """Whether today's code does the same; its record then says so.

    Args:
        grid: The record.
        arm: Of the cell, of which one must be `possible` to certify.
        seed: Likewise.
        dirty: Files are not as the commit has them.
        as_before: Whoever records says that an edit of the experiment changes nothing.
    """
    module, cell = grid.module, grid.cells[arm, seed]
    commit = cell.about.get("commit")
    repeated = (
        hasattr(module, "trace") and here(cell.about) and commit not in _ELSEWHERE
    )
    if repeated:
        trace = module.trace(arm, seed, grid.done)
        repeated = trace == cell.about.get("trace")
    if not repeated:
        if not twins.same(grid, arm, seed):
            return False
        _ELSEWHERE.add(commit)
    what = "first steps" if hasattr(module, "trace") else "programs"
    by = certificate(grid.code, None if repeated else what)
    if as_before and _edited(grid, arm, seed):
        by["as before"] = "its experiment was edited; whoever recorded vouches for it"
    if dirty:
        by["commit"] += " with changes"
    grid.keep(cell._replace(about=cell.about | {"certified": by}))
    return True


def certificate(code: str, by_both: str | None) -> dict:
    """What a record says of code by which it stands.

    Args:
        code: Its hash.
        by_both: What both codes had in common here; None where a trace was repeated.
    """
    now = provenance()
    found = {"code": code, "commit": now["commit"], "date": now["date"]}
    if by_both is not None:
        found["by"] = f"both codes on {now['device']}: the same {by_both}"
    return found


def _edited(grid, arm, seed):
    """Whether the experiment's own file is another than when the cell was last true."""
    path = Path(grid.module.__file__)
    about = grid.cells[arm, seed].about
    commit = about.get("certified", about).get("commit")
    then = git("show", f"{commit}:{path.relative_to(ROOT).as_posix()}")
    if then is None or then.returncode:
        return True
    return closure.statements(then.stdout) != closure.statements(path.read_text())
