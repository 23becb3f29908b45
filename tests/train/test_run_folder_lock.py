import errno
import subprocess
import sys

import pytest

from resnet_lib.train import run_folder

HOLD = """
import fcntl, sys
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_folder_is_held_until_its_holder_ends_and_free_when_that_is_killed(tmp_path):
    held = [sys.executable, "-c", HOLD, tmp_path / run_folder.LOCK]
    pipe = subprocess.PIPE
    with subprocess.Popen(held, stdin=pipe, stdout=pipe) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ValueError, match="in use by another process"):
            with run_folder.locked(tmp_path):
                pass
        other.kill()
        other.wait()
    with run_folder.locked(tmp_path):
        with (
            pytest.raises(ValueError, match=str(tmp_path)),
            run_folder.locked(tmp_path),
        ):
            pass
    with run_folder.locked(tmp_path):
        assert "process" in (tmp_path / run_folder.LOCK).read_text()


def test_a_file_system_without_locks_is_said_and_used(tmp_path, monkeypatch, caplog):
    def none(*_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(run_folder.fcntl, "flock", none)
    with run_folder.locked(tmp_path):
        pass
    assert "cannot be locked (No locks available)" in caplog.text
