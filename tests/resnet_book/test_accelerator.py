"""What wants an accelerator, where there is none: parts, their time, a rehearsal."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import jax
import pytest

import benchmarks.__main__ as benchmarks
from resnet_book import accelerator, record
from resnet_book.accelerator import Part
from resnet_book.experiments.grid import RUNS, Grid
from resnet_book.record import __main__ as making

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "jax==0.11.2; python_version >= '3.12'",
    "jax==0.10.1; python_version < '3.12'",
    *"flax optax orbax-checkpoint numpy matplotlib tqdm safetensors".split(),
    *"huggingface-hub packaging".split(),
)


def test_the_benchmark_comes_first_and_every_arm_that_wants_a_gpu_is_a_part():
    names = [part.name for part in accelerator.parts(RUNS)]
    first = len(accelerator.ROWS)
    assert all(name.startswith("benchmark, ") for name in names[:first])
    grids = [grid for grid in map(Grid, record.names()) if grid.backend == "gpu"]
    wanted = {f"{grid.name}, {arm}" for grid in grids for arm in grid.module.ARMS}
    assert len(wanted) > 5
    assert sorted(names[first:]) == sorted(wanted)


def test_a_part_that_takes_too_long_is_stopped_even_one_that_will_not(monkeypatch):
    monkeypatch.setattr(accelerator, "GRACE", 0.5)
    deaf = "import signal, time; signal.signal(signal.SIGINT, lambda *_: None)\n"
    for program in ("import time\n", deaf):
        program += "for _ in range(60): time.sleep(1)"
        began = time.monotonic()
        assert "its time was up" in accelerator.run(Part("", ["-c", program], 1), 1)
        assert time.monotonic() - began < 10


def test_a_part_that_fails_is_named_and_takes_no_other_with_it(monkeypatch, capfd):
    parts = [Part("bad", ["-c", "1 / 0"], 9), Part("good", ["-c", "print('here')"], 9)]
    monkeypatch.setattr(accelerator, "parts", lambda folder: parts)
    assert accelerator.main(["--minutes", "1"]) == 1
    said, errors = capfd.readouterr()
    assert "[1/2] bad: failed with 1" in said and "[2/2] good: done" in said
    assert "here" in said and errors.endswith("failed: bad\n")


def test_what_there_is_no_time_for_is_said(monkeypatch, capsys):
    monkeypatch.setattr(accelerator, "parts", lambda folder: [Part("late", [], 9)])
    assert accelerator.main(["--minutes", "0.1"]) == 0
    assert "late: not begun, the time is up" in capsys.readouterr().out


@pytest.mark.parametrize(
    "given, said",
    [
        (["--minutes", "0"], "must be above 0"),
        (["--minutes", "nan"], "must be above 0"),
        (["--only", "dice"], "no part has this in its name"),
    ],
)
def test_what_makes_no_sense_is_refused(given, said, capsys):
    with pytest.raises(SystemExit, match="2"):
        accelerator.main(given)
    assert said in capsys.readouterr().err


def test_a_rehearsal_does_not_go_into_the_books_records(monkeypatch, capsys):
    monkeypatch.setenv("RESNET_PROFILE", "smoke")
    with pytest.raises(SystemExit, match="2"):
        accelerator.main([])
    assert "choose a --folder" in capsys.readouterr().err
    assert making.main(["accelerator_roofline"]) == 2
    assert "choose a --folder" in capsys.readouterr().err
    assert benchmarks.main(["resnet20", "--out", str(RUNS)]) == 2
    assert "choose a --out" in capsys.readouterr().err


def test_a_cpu_does_not_make_the_records_of_a_gpu(capsys):
    assert making.main(["accelerator_roofline", "--arm", "float32"]) == 2
    assert "is measured on a gpu, this is a cpu" in capsys.readouterr().err


def test_what_may_be_made_anywhere_is_made_on_a_gpu_too(monkeypatch, tmp_path):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    asked = []
    monkeypatch.setattr(making, "fill", lambda work, *_: asked.extend(work) or ())
    assert making.main(["resnet20_full", "--folder", str(tmp_path)]) == 0
    assert {item.grid.name for item in asked} == {"resnet20_full"}


def test_an_unknown_arm_is_refused(capsys):
    assert making.main(["compact", "--arm", "leg"]) == 2
    assert "--arm leg: compact has the arms" in capsys.readouterr().err


@pytest.mark.slow
def test_all_of_it_is_rehearsed_where_there_is_little_else_than_jax(tmp_path):
    """No TFDS, no Jupyter. PyTorch's rows only where pip finds its build for CPUs."""
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    install = [python, "-m", "pip", "install", "--quiet"]
    subprocess.run([*install, *PACKAGES], check=True)
    torch = subprocess.run([*install, "torch==2.13.0+cpu", "pillow"]).returncode == 0
    if torch:
        subprocess.run([*install, "--no-deps", "torchvision"], check=True)
    alone = ROOT / "tests" / "benchmarks" / "torchvision_alone"
    done = subprocess.run(
        [python, "-m", "resnet_book.accelerator", "--minutes", "60"]
        + ["--folder", tmp_path / "runs"],
        env=os.environ
        | {
            "PYTHONPATH": f"{ROOT}:{ROOT / 'book'}:{alone}",
            "RESNET_PROFILE": "smoke",
            "HOME": str(tmp_path),
            "TFDS_DATA_DIR": str(tmp_path / "none"),
            "XLA_FLAGS": "--xla_backend_optimization_level=0",
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count(": done after ") == len(accelerator.parts(RUNS))
    for grid in map(Grid, record.names()):
        if grid.backend == "gpu":
            assert Grid(grid.name, tmp_path / "runs").missing == []
    rows = json.loads((tmp_path / "runs" / "benchmark_cpu.json").read_text())
    assert len(rows["results"]["rows"]) == 4
    peers = set(rows["results"]["rows"][0]["step"])
    assert ("torch_compile" in peers) == torch
