import json
import os

import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib import files


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(tiny_disk):
    path = tiny_disk / "config.json"
    files.write(path, "first")
    with pytest.raises(OSError, match="No space left"):
        files.write(path, bytes(1 << 20))
    assert path.read_text() == "first"
    assert [*tiny_disk.iterdir()] == [path]


def test_a_link_under_the_name_of_a_half_written_file_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("three years")
    (tmp_path / ".new.partial").symlink_to(tmp_path / "precious")
    files.write(tmp_path / "new", "some")
    assert (tmp_path / "precious").read_text() == "three years"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "precious"]


def test_a_file_and_its_name_are_flushed_to_the_disk(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append(os.fstat(handle)))
    files.write(tmp_path / "new", "some")
    expected = [(tmp_path / "new").stat().st_ino, tmp_path.stat().st_ino]
    assert [found.st_ino for found in flushed] == expected


def test_what_is_no_plain_file_is_refused_at_once(tmp_path, no_plain_file):
    no_plain_file(tmp_path / "file")
    with pytest.raises(OSError, match="not a plain file"):
        files.open_plain(tmp_path / "file")


def test_json_is_strict_and_takes_scalars_of_numpy_and_jax():
    value = {
        "nan": float("nan"),
        "all": (np.float32("inf"), jnp.float32(0.5), np.int64(2**40), np.bool_(True)),
        "text": np.str_("a"),
        3: np.array(4),
    }
    found = json.loads(files.to_json(value), parse_constant=pytest.fail)
    assert found == {
        "nan": None,
        "all": [None, 0.5, 2**40, True],
        "text": "a",
        "3": 4,
    }


def test_what_json_cannot_hold_is_named():
    with pytest.raises(TypeError, match=r"value\.a\[1\]=<function.*hold a function"):
        files.to_json({"a": [1, lambda: 0]})


@pytest.mark.parametrize(
    "name",
    [
        ".DS_Store",
        "._about.json",
        "Thumbs.db",
        "Desktop.ini",
        ".nfs0000a1",
        "lost+found",
    ],
)
def test_litter_is_known_by_name(name):
    assert files.is_litter(name)


@pytest.mark.parametrize(
    "name", ["about.json", ".hidden", "DS_Store", "thumbs.db.json"]
)
def test_other_files_are_no_litter(name):
    assert not files.is_litter(name)
