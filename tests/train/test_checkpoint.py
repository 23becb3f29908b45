import errno
import json
import os
import shutil

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.train import Checkpoints
from resnet_lib.train import checkpoint_files as stored
from resnet_lib.train.checkpoint_files import digest, named
from resnet_lib.train.step import TrainState

WHICH = {"model": {"depths": (1, 2)}, "recipe": {"peak_lr": 0.1}}


def run_at(step, size=1000):
    values = jnp.arange(size, dtype=jnp.float32).at[:2].set(jnp.array([-0.0, jnp.nan]))
    now = jnp.int32(step)
    rest = jnp.uint32(0), jnp.zeros(2), ([values], []), jnp.int32(0)
    return TrainState([values + step], [values], (now,), now, *rest)


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
    assert np.signbit(run.rest[0][0]) and about["note"] == 3 and refused == []


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
    numbers = kept.folder / "step_00000002" / "arrays.safetensors"
    data = bytearray(numbers.read_bytes())
    data[len(data) // 2] ^= 4
    numbers.write_bytes(data)
    run, about, refused = kept.newest(run_at(0), WHICH)
    assert about["step"] == 1
    assert refused == [
        "step_00000005 (of another model)",
        "step_00000004 (of another run: recipe.peak_lr was 0.2, is 0.1)",
        "step_00000003 (about.json is not what was written)",
        "step_00000002 (arrays.safetensors is not what was written)",
    ]


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


OTHERS = [
    *("step_00000002_best", "step_00000002 (1)", "step_00000002 copy", "step_1"),
    *("step_0000000004", "step_00000004_1", "step_٠٠٠٠٠٠٠٤", "step_-0000004", "step_"),
    *("step_00000004.orbax-checkpoint-tmp-12", "STEP_00000004", "step_1e", "notes.txt"),
    *(".step_best.partial", ".step_00000004_1.partial", ".step_4.partial", ".partial"),
]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("kind", ["copy", "file"])
def test_what_is_not_named_as_a_checkpoint_is_neither_read_nor_touched(
    kept, name, kind
):
    other = kept.folder / name
    if kind == "copy":
        shutil.copytree(kept.folder / "step_00000002", other)
    else:
        other.write_text("three years")
    before = contents(other)
    kept.keep = 1
    kept.save(run_at(4), {"run": WHICH})
    assert kept.newest(run_at(0), WHICH)[1]["step"] == 4
    assert [*kept.steps()] == [4] and contents(other) == before


def contents(path):
    inside = sorted(path.rglob("*")) if path.is_dir() else [path]
    return [(one.name, one.read_bytes()) for one in inside]


@pytest.mark.parametrize("name", ["step_00000004", ".step_00000004.partial"])
@pytest.mark.parametrize("kind", ["file", "link"])
def test_what_stands_in_a_checkpoints_place_and_is_no_folder_is_left_alone(
    kept, tmp_path, name, kind
):
    precious = tmp_path / "thesis"
    precious.mkdir()
    (precious / "text").write_text("three years")
    other = kept.folder / name
    other.write_text("") if kind == "file" else other.symlink_to(precious)
    assert kept.newest(run_at(0), WHICH)[1]["step"] == 3
    with pytest.raises(OSError, match="File exists|Not a directory"):
        kept.save(run_at(4), {"run": WHICH})
    assert other.is_file() or other.is_symlink()
    assert (precious / "text").read_text() == "three years"
    assert [*kept.steps()] == [3, 2, 1]


FILES = ["about.json", "arrays.safetensors", "manifest.sha256"]


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_plain_file_refuses_its_checkpoint_alone(
    kept, name, no_plain_file
):
    path = kept.folder / "step_00000003" / name
    path.unlink()
    no_plain_file(path)
    about, (refused,) = kept.newest(run_at(0), WHICH)[1:]
    assert about["step"] == 2
    assert refused.startswith("step_00000003 (") and name in refused


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_the_system_does_not_read_refuses_its_checkpoint_alone(
    kept, name, monkeypatch
):
    bad, real = kept.folder / "step_00000003" / name, os.open

    def broken(path, *how, **more):
        if os.fspath(path) == str(bad):
            raise OSError(errno.EIO, "Input/output error", path)
        return real(path, *how, **more)

    monkeypatch.setattr(os, "open", broken)
    about, refused = kept.newest(run_at(0), WHICH)[1:]
    assert about["step"] == 2
    assert refused == [f"step_00000003 ({name} cannot be read: Input/output error)"]


def test_litter_of_systems_refuses_nothing_and_stays(kept):
    for folder in (kept.folder, kept.folder / "step_00000003"):
        for name in (".DS_Store", "._about.json", "Thumbs.db", "desktop.ini", ".nfs01"):
            (folder / name).touch()
    _, about, refused = kept.newest(run_at(0), WHICH)
    assert about["step"] == 3 and refused == []
    assert len([*kept.folder.iterdir()]) == 3 + 5
    assert len([*(kept.folder / "step_00000003").iterdir()]) == 3 + 5


def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(tmp_path):
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="symbolic links"):
        Checkpoints(tmp_path / "loop").newest(run_at(0), WHICH)
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        Checkpoints(tmp_path / "file").newest(run_at(0), WHICH)


def test_a_checkpoint_of_orbax_is_refused_in_words(kept):
    (kept.folder / "step_00000003" / "arrays").mkdir()
    assert kept.newest(run_at(0), WHICH)[2] == [
        "step_00000003 (written by an earlier version, with Orbax)"
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "3", '{"run": []}', "{", "é"])
def test_a_description_that_is_none_refuses_its_checkpoint_alone(kept, text):
    rewrite(kept.folder / "step_00000003", text)
    about, (refused,) = kept.newest(run_at(0), WHICH)[1:]
    assert about["step"] == 2 and refused.startswith("step_00000003 (")
    assert len(refused.splitlines()) == 1


def test_a_description_of_other_arrays_refuses_its_checkpoint_alone(kept):
    folder = kept.folder / "step_00000003"
    about = json.loads((folder / "about.json").read_text())
    for other in (about | {"sha256": "0"}, about | {"step": 2}):
        rewrite(folder, json.dumps(other))
        assert kept.newest(run_at(0), WHICH)[1]["step"] == 2


def rewrite(folder, text):
    """Another description under a manifest that fits it."""
    (folder / "about.json").write_text(text)
    (folder / "manifest.sha256").unlink()
    stored.seal(folder)


@pytest.mark.parametrize(
    "values, words",
    [
        (dict(keep=0), "keep=0: must be"),
        (dict(keep=True), "keep=True: must be"),
        (dict(minutes=-1.0), "minutes=-1.0: must be"),
        (dict(minutes="ten"), "minutes='ten': must be"),
        (dict(on_save_error="ask"), "on_save_error='ask': choose one of .'stop'"),
    ],
)
def test_impossible_values_are_refused(tmp_path, values, words):
    with pytest.raises(ValueError, match=words):
        Checkpoints(tmp_path, **values)
