"""Signals from outside, at the moments of a run that are not `fit`'s own."""

import json
import os
import signal
import subprocess
import sys
import types

import pytest

from resnet_lib.train import __main__ as command
from resnet_lib.train import history

COMMAND = [sys.executable, "-m", "resnet_lib.train"]
SLEEPS = "import time\nprint('reached', flush=True)\ntime.sleep(60)\n"


def interrupted(number, given, path=None, until="reached"):
    """Exit code and words of a process that gets a signal when it has said a word."""
    places = [path, os.getcwd(), os.environ.get("PYTHONPATH")]
    environment = os.environ | {
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(str(place) for place in places if place),
    }
    process = subprocess.Popen(
        [*COMMAND, *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
    )
    try:
        line = process.stdout.readline()
        assert until in line
        process.send_signal(number)
        said = process.communicate(timeout=60)[0]
    finally:
        process.kill()
        process.wait()
    return process.returncode, said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("module", ["jax", "tqdm"])
def test_while_importing_a_signal_ends_the_command_in_a_line(
    heeded, tmp_path, number, module
):
    (tmp_path / f"{module}.py").write_text(SLEEPS)
    out = tmp_path / "run"
    code, said = interrupted(number, ["--out", out], tmp_path)
    assert code == 128 + number
    assert said == f"python -m resnet_lib.train: stopped by {number.name}\n"
    assert not out.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_while_the_data_are_drawn_a_signal_ends_the_command_in_a_line(
    heeded, tmp_path, number
):
    out = tmp_path / "run"
    given = ["--out", out, "--source", "standin", "--model", "resnet8"]
    code, said = interrupted(number, given, until="drawing")
    assert code == 128 + number
    assert said == f"python -m resnet_lib.train: stopped by {number.name}\n"
    assert not out.exists()


def test_an_ignored_interrupt_is_ignored_by_the_command_too(tmp_path):
    (tmp_path / "tqdm.py").write_text(
        SLEEPS.replace("60", "0.5") + "raise SystemExit(7)"
    )
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as under nohup
    try:
        code, said = interrupted(signal.SIGINT, ["--out", tmp_path / "run"], tmp_path)
    finally:
        signal.signal(signal.SIGINT, before)
    assert (code, said) == (7, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_after_training_a_signal_says_how_to_go_on(
    heeded, tmp_path, capsys, monkeypatch, number
):
    """While the average is evaluated, which is all that is left to do."""
    out = tmp_path / "a run"

    def fit(*_, **__):
        done = dict.fromkeys(vars(history.History()), 0.0)
        return types.SimpleNamespace(rows=lambda: [done], averaged=True)

    monkeypatch.setattr(command, "fit", fit)
    monkeypatch.setattr(command, "evaluate", lambda *_: signal.raise_signal(number))
    given = "--model resnet8 --recipe full --source standin --train-split train[:128]"
    given += " --test-split test[:64] --out"
    assert command.main([*given.split(), str(out)]) == 128 + number
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"python -m resnet_lib.train: stopped by {number.name}; go on with "
        f"python -m resnet_lib.train --resume --out '{out}'"
    )
    assert json.loads((out / "config.json").read_text())["model"] == "resnet8"
    assert [path.name for path in sorted(out.iterdir())] == [".lock", "config.json"]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
