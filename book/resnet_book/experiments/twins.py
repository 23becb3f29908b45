"""Whether today's code still does what cells of another device were made with.

Their first steps cannot be repeated here bit by bit. What can be: those of the code of
their commit, checked out beside, and those of today's, both on this device. One seed
speaks for all of an arm.
"""

import functools
import os
import subprocess
import sys
import tempfile

from resnet_book.experiments.grid import Grid
from resnet_book.experiments.provenance import ROOT

TRACE = """\
import sys
from pathlib import Path
from resnet_book.experiments.grid import Grid
name, folder, arm, seed = sys.argv[1:]
grid = Grid(name, Path(folder))
print(grid.module.trace(arm, int(seed), grid.done))
"""


def can_tell(about: dict) -> bool:
    """Whether the commit of a cell's provenance is there to be checked out."""
    return _git("cat-file", "-e", f"{about['commit']}^{{commit}}").returncode == 0


def same(grid: Grid, arm: str, seed: int) -> bool:
    """Whether the first steps are the same by both codes, of the arm's first seed."""
    commit = grid.cells[arm, seed].about["commit"]
    first = min(of for of_arm, of in grid.cells if of_arm == arm)
    return _same(grid.name, str(grid.path.parent), arm, first, commit)


@functools.cache
def _same(name, folder, arm, seed, commit):
    with tempfile.TemporaryDirectory() as beside:
        then = f"{beside}/then"
        if _git("worktree", "add", "--detach", then, commit).returncode:
            return False
        try:
            traces = [_trace(root, name, folder, arm, seed) for root in (then, ROOT)]
        finally:
            _git("worktree", "remove", "--force", then)
    return traces[0] == traces[1] != ""


def _trace(root, name, folder, arm, seed):
    """What a process with the code at `root` says; nothing where it failed."""
    path = os.pathsep.join([str(root), f"{root}/book"])
    done = subprocess.run(
        [sys.executable, "-c", TRACE, name, folder, arm, str(seed)],
        cwd=root,
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout.strip().splitlines()[-1] if done.returncode == 0 else ""


def _git(*command):
    return subprocess.run(["git", *command], cwd=ROOT, capture_output=True)
