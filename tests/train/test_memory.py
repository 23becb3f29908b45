"""What a process keeps of epochs that save, and of runs that are over: nothing."""

import subprocess
import sys

PROGRAM = """
import os, sys, tempfile
import numpy as np
from flax import nnx
from resnet_lib import ResNetConfig, create_model
from resnet_lib.data import Dataset
from resnet_lib.train import Checkpoints, Recipe, fit

def megabytes():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

rng = np.random.default_rng(0)
images = rng.integers(0, 256, (64, 28, 28, 1), np.uint8)
data = Dataset(images, rng.integers(0, 10, 64).astype(np.int32))
tiny = ResNetConfig(depths=(1,), widths=(8,), stem="strided", stem_width=8,
                    num_classes=10, in_channels=1)
recipe = Recipe(epochs=int(sys.argv[1]), batch_size=32, peak_lr=0.01)
with tempfile.TemporaryDirectory() as folder:
    saved = Checkpoints(folder, minutes=0) if recipe.epochs > 1 else None
    for run in range(int(sys.argv[2])):
        seen = lambda row: print(megabytes(), flush=True)
        fit(create_model(tiny, rngs=nnx.Rngs(run)), data, data, recipe,
            checkpoints=saved, on_epoch=seen)
"""


def growth(epochs, runs, first):
    """Megabytes gained from step `first` on; a step is an epoch, or a run of one."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(epochs), str(runs)],
        capture_output=True,
        text=True,
        check=True,
    )
    sizes = [float(line) for line in done.stdout.split()]
    assert len(sizes) == epochs * runs
    return sizes[-1] - sizes[first]


def test_epochs_that_save_at_every_step_keep_nothing():
    assert growth(epochs=200, runs=1, first=50) < 15


def test_runs_that_are_over_keep_nothing():
    assert growth(epochs=1, runs=40, first=10) < 20
