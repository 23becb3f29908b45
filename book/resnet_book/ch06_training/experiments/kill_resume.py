"""Chapter 6: killed at random moments, does a run end in the same bits?

In processes of its own: once undisturbed, and once killed by SIGKILL again and again,
at random moments of starting, training and saving. A small network on drawn garments
saves after every step, so that many kills fall into a save; the chapter's own network,
on real images, saves as by default, after every epoch.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple


class Run(NamedTuple):
    """What is killed: a command's options, how often, and in how many epochs.

    Five of six kills wait for a checkpoint, so that the run gets on.
    """

    options: str
    kills: int
    epochs: int


PRIORITY = 5
COMMAND = (sys.executable, "-m", "resnet_lib.train")
DRAWN = Run(
    "--model resnet8 --source standin --train-split train[:256] --test-split test[:64] "
    "--batch-size 32 --save-minutes 0",
    kills=24,
    epochs=20,
)
OWN = Run(
    "--model compact --train-split train[:5500] --test-split test[:1000]",
    kills=50,
    epochs=64,
)
RUNS = {"resnet8 on 256 drawn images": DRAWN, "compact on 5,500 real images": OWN}
ARMS = dict.fromkeys(RUNS, 1)
TIMED = ("seconds", "images_per_second")  # what two runs need not share


def cell(arm: str, seed: int, done: dict) -> dict:
    """See `compare`."""
    return compare(RUNS[arm], seed)


def results(done: dict) -> dict:
    """`runs`: for each its name, its options, and what `compare` found."""
    found = [
        {"name": arm, "options": RUNS[arm].options, **cell}
        for arm, cells in done.items()
        for cell in cells.values()
    ]
    return {"runs": found}


def compare(run: Run, seed: int) -> dict:
    """An undisturbed run and one that is killed, side by side.

    Returns:
        `kills`, how many; `while_starting` and `while_saving`, how many of them fell
        before the first step and into a save; `steps` of the run; `sha256` of the
        final parameters, of both; and whether `parameters`, `metrics` and
        `checkpoints` are the same, bit for bit.
    """
    random.seed(seed)
    with tempfile.TemporaryDirectory() as folder:
        whole, killed = Path(folder, "whole"), Path(folder, "killed")
        given = f"{run.options} --seed {seed} --epochs {run.epochs}".split()
        cache = Path(folder, "compiled")
        undisturbed = finish(launch(whole, given, cache))
        epoch = sum(row["seconds"] for row in metrics(whole)[1:]) / (run.epochs - 1)
        counts = {"kills": run.kills, "while_starting": 0, "while_saving": 0}
        for i in range(run.kills):
            process = launch(killed, given, cache)
            if i % 6 == 5:
                counts["while_starting"] += 1
                time.sleep(random.uniform(0, 3))
            else:
                _wait_for_a_step(process, killed)
                time.sleep(random.uniform(0, epoch * min(1, run.epochs / run.kills)))
            kill(process)
            counts["while_saving"] += any(killed.glob("checkpoints/.step_*.partial"))
        ends = undisturbed, finish(launch(killed, given, cache))
        return counts | {
            "steps": max(map(_step, checkpoints(whole))),
            "sha256": ends,
            "parameters": ends[0] == ends[1],
            "metrics": untimed(whole) == untimed(killed),
            "checkpoints": checkpoints(whole) == checkpoints(killed),
        }


def _step(name):
    return int(name.removeprefix("step_"))


def launch(out: Path, options, cache: Path) -> subprocess.Popen:
    """The command in a process of its own, resuming when there is a run already."""
    resume = ["--resume"] if (out / "config.json").exists() else []
    kept = {
        "JAX_COMPILATION_CACHE_DIR": str(cache),  # to start sooner
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        "JAX_PLATFORMS": "cpu",
        "TF_CPP_MIN_LOG_LEVEL": "3",  # each program from the cache is warned about
    }
    return subprocess.Popen(
        [*COMMAND, *options, "--out", str(out), *resume],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | kept,
    )


def kill(process: subprocess.Popen) -> None:
    """SIGKILL: nothing in the process learns of it."""
    process.kill()
    process.communicate()
    if process.returncode != -9:
        raise RuntimeError("the run was over before it was killed: give it more epochs")


def finish(process: subprocess.Popen) -> str:
    """SHA-256 of the parameters that a process ends with."""
    out, said = process.communicate()
    if process.returncode:
        raise RuntimeError(said)
    return json.loads(out)["sha256"]


def metrics(out: Path) -> list[dict]:
    """The rows of a run, one an epoch."""
    return [json.loads(row) for row in (out / "metrics.jsonl").read_text().splitlines()]


def untimed(out: Path) -> list[dict]:
    """`metrics` without times."""
    rows = metrics(out)
    return [{k: v for k, v in row.items() if k not in TIMED} for row in rows]


def checkpoints(out: Path) -> dict[str, str]:
    """SHA-256 of the contents of each checkpoint."""
    paths = sorted(out.glob("checkpoints/step_*"))
    return {
        path.name: json.loads((path / "about.json").read_text())["sha256"]
        for path in paths
    }


def _wait_for_a_step(process, out):
    """Returns when the process has saved a checkpoint of its own."""

    def latest():
        return max((path.name for path in out.glob("checkpoints/step_*")), default="")

    before = latest()
    while latest() == before:
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read())
        time.sleep(0.01)
