"""Whether today's code still does what a cell of another device was made with.

Its first steps cannot be repeated here bit by bit: a GPU rounds otherwise, and so does
another processor. What can be repeated: those of the code of its commit, checked out
beside, and those of today's code, both here. Where there are none, the programs that a
cell runs are compared; see `witness`. One seed speaks for all of an arm, and a row with
the rate that it chose for the rates that it tried.
"""

import atexit
import functools
import io
import os
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from resnet_book.experiments.grid import Grid
from resnet_book.experiments.provenance import ROOT, git

WITNESS = Path(__file__).with_name("witness.py")


def can_tell(about: dict) -> bool:
    """Whether the commit of a cell's provenance is there to be checked out."""
    done = git("cat-file", "-e", f"{about.get('commit')}^{{commit}}")
    return done is not None and done.returncode == 0


def same(grid: Grid, arm: str, seed: int, asked: str) -> bool:
    """Whether both codes say the same of the arm's first seed.

    Args:
        grid: The record.
        arm: Of the cell.
        seed: Likewise.
        asked: What; see `witness`. Of the `opening`, with the code by which the cell
            stood last: equal programs do the same, so nothing is lost link by link.
    """
    about = grid.cells[arm, seed].about
    if asked == "opening":
        about = about | {"commit": about.get("certified", about)["commit"]}
    tried = grid.module.TUNING.tried if hasattr(grid.module, "TUNING") else {}
    arm, _ = tried.get(arm, (arm, None))
    first = min((of for of_arm, of in grid.cells if of_arm == arm), default=0)
    return agree(asked, about, grid.name, grid.path.parent, arm, first)


def agree(asked: str, about: dict, record: str, folder: Path, arm: str, seed=0) -> bool:
    """Whether the code of a provenance's commit and today's answer a question alike."""
    backend = "cpu" if about["device"].startswith("cpu") else "gpu"
    question = record, str(folder), backend, asked
    with ThreadPoolExecutor() as both:
        then, now = both.map(
            lambda commit: _found(question, commit, arm, seed), (about["commit"], None)
        )
    return then == now != ""


@functools.cache
def _found(question, commit, arm, seed):
    """What the code of a commit, or today's, says; nothing where it failed."""
    process = _process(question, commit)
    if process is None or process.poll() is not None:
        return ""
    process.stdin.write(f"{arm} {seed}\n")
    process.stdin.flush()
    for line in process.stdout:
        if line.startswith("found "):
            return line.split()[1] if line.split()[1:] else ""
    return ""


@functools.cache
def _process(question, commit):
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
        [sys.executable, "-P", str(WITNESS), *question],
        cwd=root,
        env=os.environ | {"PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, process)
    return process


def _end(process):
    process.kill()
    process.communicate()
