"""Chapter 9: how long training waits for its images, by workers, on this machine.

JPEG files of a photograph's size, in shards; crops of 96 pixels, batches of 32. An arm
is a network. The clock runs over the wait for a batch and over the step; a network that
has its batch in memory gives the step alone, and batches that nobody trains on give the
reading alone. All ways take turns: the pace of a machine drifts.
"""

import functools
import tempfile
import time
from pathlib import Path

import jax
import numpy as np
from flax import nnx

from resnet_book.ch09_streaming import photos
from resnet_lib import create_model, data
from resnet_lib.data import stream
from resnet_lib.train import Recipe, guarded_step, init

PRIORITY, TIMED = 8, True
NETWORKS = {
    "ResNet-18": {"model": "resnet18"},
    "ResNet-8": {
        "model": "resnet8",
        "stem": "strided",
        "widths": (8, 16, 32),
        "stem_width": 8,
    },
}
ARMS = dict.fromkeys(NETWORKS, 1)
WORKERS = (0, 1, 2)
IMAGES, SIDE, FILE = 512, 96, (500, 375)
BATCH, TURNS = 32, 5
STEPS, FIRST = 16, 8  # of a turn: steps that are timed, and before them


def cell(arm: str, seed: int, done: dict) -> dict:
    """Seconds of each step `alone`, and by workers of `read`, `wait` and `step`."""
    with tempfile.TemporaryDirectory() as folder:
        files = photos.enlarged(
            Path(folder, "files"), data.load(f"train[:{IMAGES}]"), *FILE
        )
        out = Path(folder, "shards")
        stream.write(stream.plan(str(files)), out, per_shard=128)
        size = sum(path.stat().st_size for path in files.rglob("*.jpg"))
        run = _Run(NETWORKS[arm], stream.Stream(out, size=SIDE), seed)
        found = {"bytes_a_file": round(size / IMAGES), "alone": []}
        found |= {str(n): {"read": [], "wait": [], "step": []} for n in WORKERS}
        for turn in range(TURNS):
            found["alone"] += run.alone()
            for workers in WORKERS:
                given = stream.Stream(out, size=SIDE, augment=True, workers=workers)
                for what, seconds in run.timed(given, turn).items():
                    found[str(workers)][what] += seconds
        return found


def results(done: dict) -> dict:
    """How it was run; means in milliseconds, by network and workers.

    Of steps it is the median. Batches come in bursts, so that the median of the waits
    for them would tell of the batches that lay ready only.
    """
    networks = {
        arm: {
            "alone": 1e3 * float(np.median(seeds[0]["alone"])),
            "workers": {
                str(workers): {
                    what: 1e3 * float((np.median if what == "step" else np.mean)(times))
                    for what, times in seeds[0][str(workers)].items()
                }
                for workers in WORKERS
            },
            "bytes_a_file": seeds[0]["bytes_a_file"],
        }
        for arm, seeds in done.items()
        if seeds
    }
    return {"batch": BATCH, "side": SIDE, "file": FILE, "networks": networks}


class _Run:
    """A compiled step, its state, and a batch in memory."""

    def __init__(self, network, images, seed):
        model = create_model(**network, num_classes=10, rngs=nnx.Rngs(seed))
        recipe = Recipe(batch_size=BATCH, augmentation="none")
        held = images.head(BATCH)
        setup, self.state = init(model, recipe, 1000, held)
        step = functools.partial(guarded_step, setup, False)
        self.step = jax.jit(step, donate_argnums=0)
        self.held = held.images, held.labels
        self.stepped(*self.held)  # compiles

    def stepped(self, images, labels) -> float:
        """Seconds of a step."""
        began = time.perf_counter()
        self.state = jax.block_until_ready(self.step(self.state, images, labels))
        return time.perf_counter() - began

    def alone(self) -> list[float]:
        """Seconds of steps on one batch in memory."""
        return [self.stepped(*self.held) for _ in range(STEPS)]

    def timed(self, given, seed) -> dict[str, list[float]]:
        """Seconds of reading alone, and of waiting and of stepping together."""
        found = {"read": [], "wait": [], "step": []}
        for what in ("read", "wait"):
            with given.batches(BATCH, seed) as batches:
                for number in range(FIRST + STEPS):
                    began = time.perf_counter()
                    batch = next(batches)
                    seconds = time.perf_counter() - began
                    step = self.stepped(*batch) if what == "wait" else None
                    if number >= FIRST:
                        found[what].append(seconds)
                        found["step"] += [] if step is None else [step]
        return found
