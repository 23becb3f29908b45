"""Whether today's code still does what cells of another machine were made with.

Their first steps cannot be repeated here bit by bit: a GPU rounds otherwise, and so
does another processor. What can be repeated: those of the code of their commit, checked
out beside, and those of today's code, both here. One seed speaks for all of an arm, and
a row with the rate that it chose for the rates that it tried.
"""

import atexit
import functools
import io
import os
import subprocess
import sys
import tarfile
import tempfile

from resnet_book.experiments.grid import Grid
from resnet_book.experiments.provenance import ROOT, git

TRACES = """\
import sys
import traceback
from pathlib import Path
from resnet_book.experiments.grid import Grid
grid = Grid(sys.argv[1], Path(sys.argv[2]))
for line in sys.stdin:
    arm, seed = line.rstrip().rsplit(" ", 1)
    try:
        found = grid.module.trace(arm, int(seed), grid.done)
    except Exception:
        traceback.print_exc()
        found = ""
    print("trace", found, flush=True)
"""


def can_tell(about: dict) -> bool:
    """Whether the commit of a cell's provenance is there to be checked out."""
    done = git("cat-file", "-e", f"{about.get('commit')}^{{commit}}")
    return done is not None and done.returncode == 0


def same(grid: Grid, arm: str, seed: int) -> bool:
    """Whether the first steps are the same by both codes, of the arm's first seed."""
    commit = grid.cells[arm, seed].about["commit"]
    tried = grid.module.TUNING.tried if hasattr(grid.module, "TUNING") else {}
    arm, _ = tried.get(arm, (arm, None))
    first = min((of for of_arm, of in grid.cells if of_arm == arm), default=0)
    folder = str(grid.path.parent)
    then, now = (_trace(grid.name, folder, c, arm, first) for c in (commit, None))
    return then == now != ""


@functools.cache
def _trace(name, folder, commit, arm, seed):
    """What the code of a commit, or today's, says; nothing where it failed."""
    process = _process(name, folder, commit)
    if process is None or process.poll() is not None:
        return ""
    process.stdin.write(f"{arm} {seed}\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("trace "):
            return line.split()[1] if line.split()[1:] else ""
    return ""


@functools.cache
def _process(name, folder, commit):
    """One that answers for all arms, so that they share what is compiled.

    It ends with this one; None where the commit cannot be had.
    """
    root = ROOT
    if commit is not None:
        beside = tempfile.TemporaryDirectory()
        atexit.register(beside.cleanup)
        root, archive = beside.name, git("archive", commit, text=False)
        if archive is None or archive.returncode:
            return None
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(root, filter="data")
    path = os.pathsep.join([str(root), f"{root}/book"])
    process = subprocess.Popen(
        [sys.executable, "-c", TRACES, name, folder],
        cwd=root,
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process
