"""Chapter 6: SGD against AdamW, one epoch of the compact network.

Each optimiser gets the same budget: four peak rates, one run each with another seed,
judged on held-out images. The test set is read once per seed, with the chosen rate. All
else is the live run's: one cycle, flips, smoothed labels, batches of 128.
"""

import hashlib

import numpy as np
from flax import nnx

from resnet_book.ch06_training.optimisers import OPTIMISERS
from resnet_book.experiments import by_hand
from resnet_lib import create_model, data, get_config
from resnet_lib.train import Recipe, schedule
from resnet_lib.train.augment import augment, normalise

PRIORITY = 4
CONFIG = get_config("compact", in_channels=1)
FIT, HELD_OUT, BATCH, SMOOTHING = 55_000, 5_000, 128, 0.1
CHOSEN_ON, FIRST, WINDOW = 5, 50, 3
TRIED = {
    f"{name} at {rate:g}": (name, rate)
    for name, (_, rates) in OPTIMISERS.items()
    for rate in rates
}
ARMS = dict.fromkeys(TRIED, 1) | dict.fromkeys(OPTIMISERS, 5)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of held-out images right; of a chosen rate also of the `test` images.

    And what the steps did, the median of every `WINDOW` of them.
    """
    name, rate = TRIED.get(arm) or (arm, best_rate(arm, done))
    run, images = trained(name, rate, CHOSEN_ON if arm in TRIED else seed, FIT)
    held_out = data.load(f"train[{FIT}:]")
    found = {"rate": rate, "held_out": _right(run.model, held_out)}
    if arm in TRIED:
        return found
    steps = {what: _windows(of) for what, of in run.steps._asdict().items()}
    return found | {"test": _right(run.model, data.load("test")), "steps": steps}


def best_rate(name: str, done: dict) -> float:
    """With which most of the held-out images were right."""
    tried = [arm for arm, (of, _) in TRIED.items() if of == name]
    return TRIED[max(tried, key=lambda arm: done[arm][0]["held_out"])][1]


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, did."""
    name, rate = TRIED.get(arm) or (arm, best_rate(arm, done))
    run, _ = trained(name, rate, seed, FIRST * BATCH)
    return hashlib.sha256(np.asarray(run.steps).tobytes()).hexdigest()[:12]


def results(done: dict) -> dict:
    """How it was run; per optimiser what was tried and what each seed found."""
    return {
        "images": FIT,
        "held_out_images": HELD_OUT,
        "batch_size": BATCH,
        "window": WINDOW,
        "rates_chosen_on": f"held-out images, seed {CHOSEN_ON}",
        "optimisers": {
            name: {
                "tried": {
                    rate: found[0]["held_out"]
                    for rate in rates
                    if (found := done[f"{name} at {rate:g}"])
                },
                "seeds": done[name],
            }
            for name, (_, rates) in OPTIMISERS.items()
        },
    }


def trained(name: str, peak: float, seed: int, fit: int):
    """A run of one epoch of the first `fit` training images, and the data set."""
    images = data.load(f"train[:{fit}]")

    def view(key, x):
        return normalise(augment(key, x, "flip"), images.mean, images.std)

    steps = len(images.labels) // BATCH
    tx = OPTIMISERS[name][0](schedule(Recipe(peak_lr=peak), steps))
    model = create_model(CONFIG, rngs=nnx.Rngs(seed))
    run = by_hand.Run(model, tx, view, SMOOTHING, seed)
    for batch in by_hand.batches(images, BATCH, seed):
        run.step(*batch)
    return run, images


def _right(model, images):
    def view(_, x):
        return normalise(x, images.mean, images.std)

    return by_hand.per_cent_right(model, images, view)


def _windows(values):
    whole = values[: len(values) // WINDOW * WINDOW].reshape(-1, WINDOW)
    return [float(f"{value:.3g}") for value in np.median(whole, 1)]
