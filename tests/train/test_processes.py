import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

import resnet_lib
from resnet_book.ch06_training.experiments import kill_resume
from resnet_book.experiments import commands

OPTIONS = (*kill_resume.DRAWN.options.split(), "--lr", "0.01", "--save-minutes", "10")
LAUNCHED = []


def launch(out, count, *options, places=None):
    """The processes of one run, on this machine, each with the package from a place."""
    place = f"127.0.0.1:{commands.free_port()}"
    together = ("--coordinator", place, "--num-processes", str(count))
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    processes = [
        subprocess.Popen(
            [*commands.COMMAND, *OPTIONS, "--out", str(out), *options]
            + [*(together if count > 1 else ())]
            + (["--process-id", str(i)] if count > 1 else []),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=places[i] if places else None,
        )
        for i in range(count)
    ]
    LAUNCHED.extend(processes)
    return processes


@pytest.fixture(autouse=True)
def none_is_left():
    """Whatever a test has found, its processes end with it."""
    yield
    while LAUNCHED:
        with LAUNCHED.pop() as process:
            process.kill()


def finish(processes):
    """The first one's last line of output; the others have none of their own."""
    ends = [process.communicate(timeout=300) for process in processes]
    for process, (_, said) in zip(processes, ends, strict=True):
        assert process.returncode == 0, said[-2000:]
    # On CPU the library that connects them says so on stdout, in every process.
    lines = [[x for x in out.splitlines() if "[Gloo]" not in x] for out, _ in ends]
    assert lines[1:] == [[]] * (len(processes) - 1)
    (line,) = lines[0]
    return json.loads(line)


def losses(out):
    return [row["train_loss"] for row in commands.metrics(out)]


def test_two_processes_find_what_one_finds_and_parts_are_saved_as_a_whole(tmp_path):
    once = ("--epochs", "1", "--ema", "0.9")
    finish(launch(tmp_path / "one", 1, *once))
    finish(launch(tmp_path / "two", 2, *once))
    found = finish(launch(tmp_path / "parts", 2, *once, "--shard-params"))
    for name in ("two", "parts"):
        together, alone = losses(tmp_path / name), losses(tmp_path / "one")
        assert together == pytest.approx(alone, rel=1e-5)
        written = sorted(path.name for path in (tmp_path / name).iterdir())
        assert written == [".lock", "checkpoints", "config.json", "metrics.jsonl"]
    read = finish(launch(tmp_path / "parts", 1, *once, "--resume"))
    assert read["sha256"] == found["sha256"]
    averages = [each["averaged_test_accuracy"] for each in (found, read)]
    assert averages[0] == averages[1]


def assert_a_sentence(said, words):
    """What the library says of the end, and neither a traceback nor C++'s words."""
    *_, last = lines = said.splitlines()
    assert last.startswith("python -m resnet_lib.train: ") and words in last
    assert all("drawing" in line or "epoch" in line for line in lines[:-1]), said[
        -2000:
    ]


def test_other_code_in_one_process_is_named_by_both(tmp_path):
    package = Path(resnet_lib.__file__).parent
    shutil.copytree(package, tmp_path / "resnet_lib")
    step = tmp_path / "resnet_lib" / "train" / "step.py"
    step.write_text(step.read_text() + "# as good as new\n")
    places = [str(package.parent), str(tmp_path)]
    for process in launch(tmp_path / "run", 2, places=places):
        _, said = process.communicate(timeout=120)
        assert process.returncode == 2
        assert_a_sentence(said, "the processes differ: resnet_lib/train/step.py is ")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.parametrize("stopped", [0, 1])
def test_a_process_that_stands_still_is_named_by_both(tmp_path, stopped):
    processes = launch(tmp_path, 2, "--epochs", "5000", "--save-minutes", "0")
    commands.wait_for_a_step(processes[0], tmp_path)
    processes[stopped].send_signal(signal.SIGSTOP)
    try:
        processes[1 - stopped].wait(60)
    finally:
        processes[stopped].send_signal(signal.SIGCONT)
    for process in processes:
        _, said = process.communicate(timeout=30)
        assert process.returncode == 1
        assert_a_sentence(said, f"process {stopped} has not answered for 30 seconds")


@pytest.mark.slow
def test_a_run_that_there_is_already_is_refused_by_all(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    for process in launch(tmp_path, 2):
        _, said = process.communicate(timeout=120)
        assert process.returncode == 2
        assert_a_sentence(said, "holds a run already: --resume it, or choose anew")


@pytest.mark.slow
def test_ctrl_c_in_all_processes_saves_and_is_said_by_all(heeded, tmp_path):
    processes = launch(tmp_path, 2, "--epochs", "5000", "--save-minutes", "0")
    commands.wait_for_a_step(processes[0], tmp_path)
    for process in processes:
        process.send_signal(signal.SIGINT)
    for process in processes:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 130
        assert_a_sentence(said, "stopped by SIGINT: the latest checkpoint is step_0")


@pytest.mark.slow
@pytest.mark.parametrize("killed", [0, 2])
def test_of_four_processes_one_is_killed_the_others_stop_and_all_go_on(
    tmp_path, killed
):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    expected = finish(launch(whole, 4, "--epochs", "6"))
    processes = launch(broken, 4, "--epochs", "6", "--save-minutes", "0")
    commands.wait_for_a_step(processes[0], broken)
    processes[killed].kill()
    died = time.monotonic()
    processes[killed].communicate()
    for i, process in enumerate(processes):
        if i != killed:
            _, said = process.communicate(timeout=60)
            assert process.returncode == 1
            assert_a_sentence(said, f"process {killed} has died")
    assert time.monotonic() - died < 60
    found = finish(launch(broken, 4, "--resume"))
    assert found["sha256"] == expected["sha256"]
    assert commands.untimed(broken) == commands.untimed(whole)
