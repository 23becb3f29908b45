import errno
import gc
import resource
import shutil
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.train import Checkpoints, checkpoint
from resnet_lib.train.checkpoint import digest, named
from resnet_lib.train.run import Run
from resnet_lib.train.step import TrainState

WHICH = {"model": {"depths": (1, 2)}, "recipe": {"peak_lr": 0.1}}


def run_at(step, size=1000):
    values = jnp.arange(size, dtype=jnp.float32).at[:2].set(jnp.array([-0.0, jnp.nan]))
    state = TrainState(
        [values + step], [values], (jnp.int32(step),), jnp.int32(step), jnp.zeros(2)
    )
    return Run(state, ([values], []), jnp.int32(0))


@pytest.fixture
def kept(tmp_path):
    """Checkpoints of steps 1, 2 and 3."""
    kept = Checkpoints(tmp_path / "checkpoints")
    for step in (1, 2, 3):
        kept.save(run_at(step), {"run": WHICH, "note": step})
    return kept


def test_what_comes_back_has_the_same_bits_and_its_description(kept):
    run, about, refused = kept.newest(run_at(0), WHICH)
    assert digest(named(run)) == digest(named(run_at(3))) == about["sha256"]
    assert jax.tree.structure(run) == jax.tree.structure(run_at(0))
    assert np.signbit(run.state.rest[0][0]) and about["note"] == 3 and refused == []


def test_the_last_few_are_kept_and_no_others(kept):
    kept.keep = 2
    kept.save(run_at(4), {"run": WHICH})
    assert [*kept.steps()] == [4, 3]


def test_what_is_no_checkpoint_of_the_run_is_refused_by_name_and_the_next_is_used(
    kept, tmp_path
):
    kept.keep = 9
    kept.save(run_at(4), {"run": {**WHICH, "recipe": {"peak_lr": 0.2}}})
    kept.save(run_at(5, size=7), {"run": WHICH})
    (about,) = kept.folder.glob("step_00000003/about.json")
    about.write_bytes(about.read_bytes()[:-1])
    found = kept.folder.glob("step_00000002/arrays/**/*")
    largest = max(filter(Path.is_file, found), key=lambda path: path.stat().st_size)
    data = bytearray(largest.read_bytes())
    data[len(data) // 2] ^= 4
    largest.write_bytes(data)
    run, about, refused = kept.newest(run_at(0), WHICH)
    assert about["step"] == 1
    assert refused[:3] == [
        "step_00000005 (of another model)",
        "step_00000004 (of another run: recipe.peak_lr was 0.2, is 0.1)",
        "step_00000003 (about.json is not what was written)",
    ]
    assert refused[3].startswith("step_00000002 (arrays/")


def test_when_none_is_sound_the_run_is_refused_and_nothing_is_touched(kept):
    for path in kept.folder.glob("*/manifest.sha256"):
        path.unlink()
    with pytest.raises(ValueError, match="step_00000003 .it has no manifest.*away to"):
        kept.newest(run_at(0), WHICH)
    assert [*kept.steps()] == [3, 2, 1]


def test_what_a_killed_save_leaves_is_neither_used_nor_kept(kept):
    partial = kept.folder / ".step_00000009.partial"
    shutil.copytree(kept.folder / "step_00000003", partial)
    assert kept.newest(run_at(0), WHICH)[1]["step"] == 3
    assert not partial.exists()


def test_a_damaged_checkpoint_is_replaced_when_the_run_comes_to_its_step(kept):
    (kept.folder / "step_00000003" / "about.json").unlink()
    kept.keep = 1
    kept.save(run_at(2), {"run": WHICH})
    assert [*kept.steps()] == [3, 2]  # later than the run: not for it to count
    kept.save(run_at(3), {"run": WHICH})
    assert kept.newest(run_at(0), WHICH)[1]["step"] == 3


def test_a_full_disk_loses_no_earlier_checkpoint(kept, monkeypatch):
    def half(path, arrays):
        path.mkdir()
        (path / "some").write_bytes(b"0" * 100)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(checkpoint, "_write_arrays", half)
    kept.keep = 1
    with pytest.raises(OSError, match="No space left"):
        kept.save(run_at(4), {"run": WHICH})
    assert [*kept.steps()] == [3, 2, 1] and len([*kept.folder.iterdir()]) == 3


# What Orbax raises is also left behind in the threads that wrote.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_write_that_the_system_refuses_loses_no_earlier_checkpoint(kept):
    """The real thing, in Orbax's own threads: no file may grow beyond 64 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    noise = np.random.default_rng(0).random(100_000, np.float32)  # incompressible
    run = run_at(4)
    run.state.params[0] = noise
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    try:
        with pytest.raises(OSError):
            kept.save(run, {"run": WHICH})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert [*kept.steps()] == [3, 2, 1] and len([*kept.folder.iterdir()]) == 3
    assert kept.newest(run_at(0), WHICH)[1]["step"] == 3
    gc.collect()


@pytest.mark.parametrize(
    "values, words",
    [(dict(keep=0), "keep=0: must be"), (dict(minutes=-1.0), "minutes=-1.0: must be")],
)
def test_impossible_values_are_refused(tmp_path, values, words):
    with pytest.raises(ValueError, match=words):
        Checkpoints(tmp_path, **values)
