import os
import subprocess
import sys

import pytest

from resnet_lib.data import scratch


def test_a_folder_is_there_and_then_gone(tmp_path):
    with scratch.folder(tmp_path) as work:
        (work / "deep").mkdir()
        (work / "deep" / "file").touch()
        assert work.parent == tmp_path
    assert os.listdir(tmp_path) == []


def test_a_folder_goes_with_an_error_too(tmp_path):
    with pytest.raises(KeyboardInterrupt), scratch.folder(tmp_path):
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == []


def test_the_folder_of_a_living_process_stays(tmp_path):
    with scratch.folder(tmp_path) as work:
        with scratch.folder(tmp_path) as second:
            assert work.exists() and second != work
        scratch.clear(tmp_path)
        assert work.exists()


def test_the_folder_of_a_dead_process_goes(tmp_path):
    script = (
        "import os, pathlib\nfrom resnet_lib.data import scratch\n"
        f"with scratch.folder(pathlib.Path({str(tmp_path)!r})) as work:\n"
        "    (work / 'file').touch()\n"
        "    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", script], timeout=60)
    assert len(os.listdir(tmp_path)) == 1
    scratch.clear(tmp_path)
    assert os.listdir(tmp_path) == []


def test_what_is_not_ours_stays(tmp_path):
    others = ["incomplete.ABC123_1.0.0", "incomplete.mine", "work"]
    for name in others:
        (tmp_path / name).mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "incomplete.resnet_lib-link").symlink_to("elsewhere")
    (tmp_path / "incomplete.resnet_lib-file").touch()
    everything = sorted(os.listdir(tmp_path))
    scratch.clear(tmp_path)
    with scratch.folder(tmp_path):
        pass
    assert sorted(os.listdir(tmp_path)) == everything


def test_where_there_are_no_locks_nothing_is_removed(tmp_path, monkeypatch):
    def no_locks(*_):
        raise OSError(37, "No locks available")

    (tmp_path / "incomplete.resnet_lib-dead").mkdir()
    monkeypatch.setattr("fcntl.flock", no_locks)
    with scratch.folder(tmp_path) as work:
        unlocked = work.name
    monkeypatch.undo()
    (tmp_path / unlocked).mkdir()
    with scratch.folder(tmp_path):
        assert (tmp_path / unlocked).exists()


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path):
    with pytest.raises(OSError), scratch.folder(tmp_path / "missing"):
        pass
    scratch.clear(tmp_path / "missing")
