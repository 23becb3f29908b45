"""What preparations that were killed leave behind, and what two at once do."""

import os
import signal
import subprocess
import sys
import time

from resnet_lib import data
from resnet_lib.data.fashion_mnist import tfds_copy


def start(script, tiny):
    """Run Python in a process of its own that finds the tiny data set."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        env={
            **os.environ,
            "FASHION_MNIST_DIR": str(tiny.folder),
            "TMPDIR": str(tiny.folder.parent),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_a_killed_process_left_goes_with_the_next(
    tiny, cache, child_script, tmp_path
):
    here = tmp_path / "here"
    build = (
        f"import os, time; os.symlink(str(os.getpid()), {str(here)!r}); time.sleep(60)"
    )
    script = f"{child_script}tfds_copy._BUILD = {build!r}\ndata.load('train')\n"
    versions = tfds_copy.folder(cache).parent
    with start(script, tiny) as child:
        wait_for(here.is_symlink)
        (work,) = versions.iterdir()
        tfds_copy.tidy(cache)
        assert work.exists()  # somebody works in it
        child.kill()
        child.wait()
        os.kill(int(os.readlink(here)), signal.SIGKILL)
    assert work.exists() and not tfds_copy.exists(cache)
    tfds_copy.prepare(cache, tiny.folder)
    assert os.listdir(versions) == ["1.0.0"]


def test_litter_beside_a_finished_copy_goes_too(tiny, cache, monkeypatch):
    tfds_copy.prepare(cache, tiny.folder)
    (tfds_copy.folder(cache).parent / "incomplete.resnet_lib-dead").mkdir()
    data.load("test")
    assert os.listdir(tfds_copy.folder(cache).parent) == ["1.0.0"]


def test_tfds_s_own_litter_goes_after_an_hour(tiny, cache):
    versions = tfds_copy.folder(cache).parent
    names = ["incomplete.ABC123_1.0.0", "incomplete.notes", "1.0.0-mine"]
    for name in names:
        (versions / name).mkdir(parents=True)
        (versions / name / "file").touch()
        for path in (versions / name / "file", versions / name):
            os.utime(path, (0, 0))
    os.utime(versions / names[0] / "file")
    tfds_copy.tidy(cache)
    assert sorted(os.listdir(versions)) == sorted(names)
    os.utime(versions / names[0] / "file", (0, 0))
    tfds_copy.tidy(cache)
    assert sorted(os.listdir(versions)) == sorted(names[1:])


def test_two_processes_that_prepare_at_once_both_get_the_data(
    tiny, cache, child_script, tmp_path
):
    # Each waits in the middle of preparing until the other is there too.
    script = child_script + (
        f"meeting = pathlib.Path({str(tmp_path)!r})\n"
        "alone = tfds_copy._build\n"
        "def together(work):\n"
        "    (meeting / f'here-{os.getpid()}').touch()\n"
        "    while len(list(meeting.glob('here-*'))) < 2: time.sleep(0.01)\n"
        "    alone(work)\n"
        "tfds_copy._build = together\n"
        "print(int(data.load('train').images.sum()))\n"
    )
    children = [start(script, tiny) for _ in range(2)]
    answers = [child.communicate(timeout=60) for child in children]
    assert len(list(tmp_path.glob("here-*"))) == 2, answers
    expected = str(tiny.images["train"].sum())
    assert [out.strip() for out, _ in answers] == [expected, expected], answers
    assert os.listdir(tfds_copy.folder(cache).parent) == ["1.0.0"]
