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
    cell = grid.cells[arm, seed]
    found, in_common = _stands(grid, arm, seed, cell.about)
    if not found:
        return False
    by = certificate(grid.code, in_common)
    if as_before and _edited(grid, arm, seed):
        by["as before"] = "its experiment was edited; whoever recorded vouches for it"
    if dirty:
        by["commit"] += " with changes"
    grid.keep(cell._replace(about=cell.about | {"certified": by}))
    return True


def _stands(grid, arm, seed, about):
    """Whether today's code does the same, and what both codes have in common.

    That is None where this machine repeats the trace that the cell has kept.
    """
    if not hasattr(grid.module, "trace"):
        return twins.same(grid, arm, seed, "programs"), "programs"
    if twins.same(grid, arm, seed, "opening"):
        return True, "programs of the first steps"
    if here(about) and about.get("commit") not in _ELSEWHERE:
        if grid.module.trace(arm, seed, grid.done) == about.get("trace"):
            return True, None
    if twins.same(grid, arm, seed, "steps"):
        _ELSEWHERE.add(about.get("commit"))
        return True, "first steps"
    return False, None


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
