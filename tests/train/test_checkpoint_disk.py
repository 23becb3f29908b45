"""Checkpoints on a disk that takes no more, or does not give back."""

import errno
import resource
import shutil

import numpy as np
import pytest

from resnet_lib.train import Checkpoints
from resnet_lib.train.step import TrainState

WHICH = {"model": "small"}


def run_at(step, size=1000):
    values = np.zeros(size, np.float32)
    rest = np.uint32(0), np.zeros(2), ([], []), np.int32(0)
    return TrainState([values], [], (), np.int32(step), *rest)


@pytest.fixture
def kept(tmp_path):
    """Checkpoints of steps 1, 2 and 3."""
    kept = Checkpoints(tmp_path / "checkpoints")
    for step in (1, 2, 3):
        kept.save(run_at(step), {"run": WHICH})
    return kept


def test_a_full_disk_loses_no_earlier_checkpoint(tiny_disk):
    kept = Checkpoints(tiny_disk, keep=1)
    for step in (1, 2):
        kept.save(run_at(step), {"run": WHICH})
    with pytest.raises(OSError, match="No space left"):
        kept.save(run_at(3, size=60_000), {"run": WHICH})
    assert [path.name for path in tiny_disk.iterdir()] == ["step_00000002"]
    assert kept.newest(run_at(0), WHICH)[1]["step"] == 2
    kept.save(run_at(3), {"run": WHICH})
    assert [*kept.steps()] == [3]


def test_a_limit_on_files_loses_no_earlier_checkpoint(kept):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            kept.save(run_at(4, size=100_000), {"run": WHICH})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [*kept.steps()] == [3, 2, 1] and len([*kept.folder.iterdir()]) == 3
    assert kept.newest(run_at(0), WHICH)[1]["step"] == 3


def test_old_checkpoints_that_cannot_be_removed_are_said_once(kept, monkeypatch, capfd):
    def refuse(path, **_):
        raise OSError(errno.EBUSY, "Device or resource busy", str(path))

    monkeypatch.setattr(shutil, "rmtree", refuse)
    kept.keep = 1
    for step in (4, 5):
        kept.save(run_at(step), {"run": WHICH})
    assert [*kept.steps()] == [5, 4, 3, 2, 1]
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith("step_00000003 could not be removed: [Errno 16] Device")
