"""Chapter 6: SGD against AdamW, one epoch of the compact network.

Each optimiser gets the same budget: as many peak rates and as many decays, one run for
each pair with another seed and two more for the two best, judged on held-out images.
The test set is read once per seed, with the chosen pair. All else is the live run's:
one cycle, flips, smoothed labels, batches of 128.
"""

import hashlib

import numpy as np
from flax import nnx

from resnet_book.ch06_training.optimisers import OPTIMISERS, Setting
from resnet_book.experiments import by_hand
from resnet_book.experiments.tried_again import TriedAgain
from resnet_lib import create_model, data, get_config
from resnet_lib.train import Recipe, schedule
from resnet_lib.train.augment import augment, normalise

PRIORITY = 4
CONFIG = get_config("compact", in_channels=1)
FIT, HELD_OUT, BATCH, SMOOTHING = 55_000, 5_000, 128, 0.1
FIRST, WINDOW = 50, 3
TUNING = TriedAgain(
    {name: settings for name, (_, settings) in OPTIMISERS.items()}, 5, chosen_on=5
)
ARMS = TUNING.arms


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of held-out images right; of a chosen pair also of the `test` images.

    And what the steps did, the median of every `WINDOW` of them.
    """
    name, setting, seed = TUNING.run(arm, seed, done)
    run, images = trained(name, setting, seed, FIT)
    held_out = data.load(f"train[{FIT}:]")
    found = setting._asdict() | {"held_out": _right(run.model, held_out)}
    if arm in TUNING.tried:
        return found
    steps = {what: _windows(of) for what, of in run.steps._asdict().items()}
    return found | {"test": _right(run.model, data.load("test")), "steps": steps}


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, did."""
    name, setting, _ = TUNING.run(arm, seed, done)
    run, _ = trained(name, setting, seed, FIRST * BATCH)
    return hashlib.sha256(np.asarray(run.steps).tobytes()).hexdigest()[:12]


def results(done: dict) -> dict:
    """How it was run; per optimiser what was tried and what each seed found."""
    return {
        "images": FIT,
        "held_out_images": HELD_OUT,
        "batch_size": BATCH,
        "window": WINDOW,
        "chosen_on": f"held-out images, from seed {TUNING.chosen_on} on",
        "optimisers": {
            name: {"tried": _tried(name, done), "seeds": done[name]}
            for name in OPTIMISERS
        },
    }


def trained(name: str, setting: Setting, seed: int, fit: int):
    """A run of one epoch of the first `fit` training images, and the data set."""
    images = data.load(f"train[:{fit}]")

    def view(key, x):
        return normalise(augment(key, x, "flip"), images.mean, images.std)

    steps = len(images.labels) // BATCH
    rate = schedule(Recipe(peak_lr=setting.rate), steps)
    tx = OPTIMISERS[name][0](rate, setting.decay)
    model = create_model(CONFIG, rngs=nnx.Rngs(seed))
    run = by_hand.Run(model, tx, view, SMOOTHING, seed)
    for batch in by_hand.batches(images, BATCH, seed):
        run.step(*batch)
    return run, images


def _tried(name, done):
    """By decay and by rate, the per cent of held-out images right."""
    found = {}
    for setting, right in TUNING.found(name, done).items():
        found.setdefault(f"{setting.decay:g}", {})[f"{setting.rate:g}"] = right
    return found


def _right(model, images):
    def view(_, x):
        return normalise(x, images.mean, images.std)

    return by_hand.per_cent_right(model, images, view)


def _windows(values):
    whole = values[: len(values) // WINDOW * WINDOW].reshape(-1, WINDOW)
    return [float(f"{value:.3g}") for value in np.median(whole, 1)]
