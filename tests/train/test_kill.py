import signal

import pytest

from resnet_book.ch06_training.experiments import kill_resume
from resnet_book.experiments import commands


def same(found):
    one, other = found["sha256"]
    assert one == other and len(one) == 64
    assert found["parameters"] and found["metrics"] and found["checkpoints"]


def test_a_process_that_is_killed_and_resumed_ends_in_the_same_bits():
    found = kill_resume.compare(kill_resume.DRAWN._replace(kills=2, epochs=3), seed=1)
    same(found)
    assert found["kills"] == 2


@pytest.mark.slow
def test_twenty_kills_some_of_them_while_saving_change_no_bit():
    found = kill_resume.compare(kill_resume.DRAWN, seed=2)
    same(found)
    assert found["kills"] >= 20
    assert found["while_saving"] >= 1


def test_ctrl_c_saves_says_how_to_go_on_and_the_run_goes_on(heeded, tmp_path):
    given = (*kill_resume.DRAWN.options.split(), "--epochs", "50")
    process = commands.launch(tmp_path / "run", given, tmp_path / "compiled")
    commands.wait_for_a_step(process, tmp_path / "run")
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    last = said.splitlines()[-1]
    step = max(path.name for path in (tmp_path / "run" / "checkpoints").glob("step_*"))
    assert f"stopped by SIGINT: the latest checkpoint is {step}; go on with" in last
    assert last.endswith(f"python -m resnet_lib.train --resume --out {tmp_path}/run")
    command = ("--on-nan", "stop")
    process = commands.launch(tmp_path / "run", command, tmp_path / "compiled")
    for line in process.stderr:
        if "going on" in line:
            break
    assert f"going on from {step}, " in line
    commands.kill(process)
