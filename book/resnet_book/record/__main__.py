"""Make records: `python -m resnet_book.record NAME`, the cells that it lacks.

`python -m resnet_book.record --all --minutes 60` makes those of all records, most
wanted first. Each cell is kept as soon as it is done. A run that is stopped or killed
loses the cell that it was in, and the same command goes on with the others.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

import jax

from resnet_book.experiments.filling import Allowed, Clock, fill, queue
from resnet_book.experiments.grid import RUNS, Grid
from resnet_book.experiments.provenance import ROOT
from resnet_book.experiments.rehearsal import rehearsing
from resnet_book.record import names, refuse_rehearsal
from resnet_lib.data import DataError


def overview(folder: Path = RUNS) -> str:
    """One line per record of a folder: cells that there are, wanted, and stale."""
    rows = []
    for name in names():
        grid = Grid(name, folder)
        there = len(grid.wanted) - len(grid.missing)
        rows.append((grid.module.PRIORITY, name, there, len(grid.wanted), grid.stale))
    return "\n".join(
        f"{name:20} {there:3} of {wanted:3} cells"
        + (f", {len(stale)} of them by other code than today's" if stale else "")
        for _, name, there, wanted, stale in sorted(rows, key=lambda row: row[:2])
    )


def main(argv: list[str] | None = None) -> int:
    """The command line; 2 for values that make no sense, 130 when interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m resnet_book.record",
        description=f"Make the cells that a record in {RUNS.relative_to(ROOT)} lacks.",
        epilog=f"Records: {', '.join(names())}. Without a name: what there is.",
    )
    add = parser.add_argument
    add("name", nargs="?", help="of one record")
    add("--all", action="store_true", help="of all records that measure no time")
    add("--arm", help="only this arm")
    add("--seeds", type=int, help="no more seeds than this")
    add("--minutes", type=float, help="begin no cell that would take longer")
    add("--dirty", action="store_true", help="also where files differ from the commit")
    add(
        "--as-before",
        action="store_true",
        help="an edit of the experiment changes nothing in the cells that there are",
    )
    add(
        "--certify",
        action="store_true",
        help="make no cell; see which stale ones today's code would make again",
    )
    add("--folder", type=Path, default=RUNS, help="where records lie")
    given = parser.parse_args(argv)
    try:
        if not given.name and not given.all:
            print(overview(given.folder))
            return 0
        if given.name and given.all:
            raise ValueError(f"{given.name} --all: either one record or all")
        chosen = names() if given.all else [given.name]
        if given.seeds is not None and given.seeds < 1:
            raise ValueError(f"--seeds {given.seeds}: at least one is needed")
        grids = [Grid(name, given.folder) for name in chosen]
        if given.all and hasattr(os, "nice"):
            os.nice(10)  # whoever works at this machine comes first
            grids = [g for g in grids if given.certify or _may_wait(g)]
        refuse_rehearsal(given.folder)
        for grid in grids:
            _refuse_what_does_not_fit(grid, given)
        work = queue(grids, given.seeds, given.arm)
        if given.certify:
            work = [item for item in work if item.why == "stale"]
        if work:
            _refuse_what_cannot_be_written(given.folder)
        clock = Clock(given.minutes)
        allowed = Allowed(
            dirty=given.dirty,
            as_before=given.as_before,
            making=not given.certify,
            elsewhere=given.arm is not None,
        )
        for line in fill(work, clock, allowed):
            print(line, flush=True)
    except (ValueError, OSError, DataError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"{parser.prog}: stopped; what is done is kept", file=sys.stderr)
        return 130
    if not work:
        print(
            "" if given.certify else "nothing is missing, ", "nothing is stale", sep=""
        )
    return 0


def _may_wait(grid: Grid) -> bool:
    """Whether the queue makes it: it measures no time, and this is its device."""
    timed = getattr(grid.module, "TIMED", False)
    return not timed and grid.backend in (None, jax.default_backend())


def _refuse_what_does_not_fit(grid: Grid, given) -> None:
    """Raises ValueError for cells that would be of another device or arm."""
    if given.arm is not None and given.arm not in grid.module.ARMS:
        arms = ", ".join(grid.module.ARMS)
        raise ValueError(f"--arm {given.arm}: {grid.name} has the arms {arms}")
    measures = not (given.certify or rehearsing())
    if measures and grid.backend not in (None, jax.default_backend()):
        raise ValueError(
            f"{grid.name} is measured on a {grid.backend}, this is a "
            f"{jax.default_backend()}: RESNET_PROFILE=smoke and a --folder rehearse it"
        )


def _refuse_what_cannot_be_written(folder: Path) -> None:
    """Raises OSError before hours of work, not after them."""
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()


if __name__ == "__main__":
    sys.exit(main())
