"""Chapter 6: killed at random moments, does a run end in the same bits?

In processes of its own: once undisturbed, and once killed by SIGKILL again and again,
at random moments of starting, training and saving. A small network on drawn garments
saves after every step, so that many kills fall into a save; the chapter's own network,
on real images, saves as by default, after every epoch.
"""

import random
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from resnet_book.experiments import commands


class Run(NamedTuple):
    """What is killed: a command's options, how often, and in how many epochs.

    Five of six kills wait for a checkpoint, so that the run gets on.
    """

    options: str
    kills: int
    epochs: int


PRIORITY = 5
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
        undisturbed = commands.finish(commands.launch(whole, given, cache))
        epoch = sum(row["seconds"] for row in commands.metrics(whole)[1:]) / (
            run.epochs - 1
        )
        counts = {"kills": run.kills, "while_starting": 0, "while_saving": 0}
        for i in range(run.kills):
            process = commands.launch(killed, given, cache)
            if i % 6 == 5:
                counts["while_starting"] += 1
                time.sleep(random.uniform(0, 3))
            else:
                commands.wait_for_a_step(process, killed)
                time.sleep(random.uniform(0, epoch * min(1, run.epochs / run.kills)))
            commands.kill(process)
            counts["while_saving"] += any(killed.glob("checkpoints/.step_*.partial"))
        ends = undisturbed, commands.finish(commands.launch(killed, given, cache))
        return counts | {
            "steps": max(map(_step, commands.checkpoints(whole))),
            "sha256": ends,
            "parameters": ends[0] == ends[1],
            "metrics": commands.untimed(whole) == commands.untimed(killed),
            "checkpoints": commands.checkpoints(whole) == commands.checkpoints(killed),
        }


def _step(name):
    return int(name.removeprefix("step_"))
