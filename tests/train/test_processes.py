import json
import os
import socket
import subprocess
import time

import pytest

from resnet_lib.records import kill_resume

OPTIONS = (*kill_resume.OPTIONS, "--lr", "0.01", "--save-minutes", "10")


def launch(out, count, *options):
    """The processes of one run, on this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    together = ("--coordinator", f"127.0.0.1:{port}", "--num-processes", str(count))
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    return [
        subprocess.Popen(
            [*kill_resume.COMMAND, *OPTIONS, "--out", str(out), *options]
            + [*(together if count > 1 else ())]
            + (["--process-id", str(i)] if count > 1 else []),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        for i in range(count)
    ]


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
    return [row["train_loss"] for row in kill_resume.metrics(out)]


def test_two_processes_find_what_one_finds(tmp_path):
    finish(launch(tmp_path / "one", 1, "--epochs", "1"))
    finish(launch(tmp_path / "two", 2, "--epochs", "1"))
    assert losses(tmp_path / "two") == pytest.approx(losses(tmp_path / "one"), rel=1e-5)
    written = sorted(path.name for path in (tmp_path / "two").iterdir())
    assert written == ["checkpoints", "config.json", "metrics.jsonl"]


@pytest.mark.slow
@pytest.mark.parametrize("killed", [0, 2])
def test_of_four_processes_one_is_killed_the_others_stop_and_all_go_on(
    tmp_path, killed
):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    expected = finish(launch(whole, 4, "--epochs", "6"))
    processes = launch(broken, 4, "--epochs", "6", "--save-minutes", "0")
    kill_resume._wait_for_a_step(processes[0], broken)
    processes[killed].kill()
    died = time.monotonic()
    processes[killed].communicate()
    for i, process in enumerate(processes):
        if i != killed:
            _, said = process.communicate(timeout=60)
            assert process.returncode != 0
            assert "stopped" in said or "another task died" in said, said[-2000:]
    assert time.monotonic() - died < 60
    found = finish(launch(broken, 4, "--resume"))
    assert found["sha256"] == expected["sha256"]
    assert kill_resume.untimed(broken) == kill_resume.untimed(whole)
