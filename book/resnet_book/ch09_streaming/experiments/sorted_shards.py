"""Chapter 9: shards that are sorted by class, read through buffers of several sizes.

One epoch of the compact network on 55,000 images, judged on the held-out ones. Each
class is a shard; a seed draws the weights, the order of the shards, and the buffer's
draws. The recipe is the live run's, but each buffer chooses its own learning rate by a
run of another seed, on the same held-out images. BatchNorm's running averages remember
the latest images, so each network is judged a second time with the statistics of images
of all classes in their place.
"""

import dataclasses

import jax
from flax import nnx

from resnet_book.ch09_streaming.orders import Ordered
from resnet_book.experiments.training import FIRST, FIT, HELD_OUT, splits, train
from resnet_book.experiments.tuning import Tuning
from resnet_lib import data, get_config
from resnet_lib.train import Recipe, evaluate
from resnet_lib.train.augment import normalise
from resnet_lib.train.checkpoint_files import digest, named

PRIORITY = 4
CONFIG, RECIPE = get_config("compact", in_channels=1), Recipe(epochs=1)
BUFFERS = {
    "all places": None,
    "buffer of 100": 100,
    "buffer of 1,000": 1_000,
    "buffer of 10,000": 10_000,
    "buffer of 60,000": 60_000,
}
TUNING = Tuning(dict.fromkeys(BUFFERS, (0.03, 0.1, 0.3, 0.9)), 5, chosen_on=5)
ARMS = TUNING.arms
TAKEN_FROM = 2_000
"""Training images whose statistics replace the running averages once more."""


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of the held-out images right: `held_out`, and `retaken`."""
    fit_on, judge_on = splits()
    name, rate, seed = TUNING.run(arm, seed, done)
    model = train(CONFIG, _recipe(rate), seed, Ordered(fit_on, BUFFERS[name])).model
    found = {"held_out": _right(model, judge_on)}
    x = normalise(fit_on.images[:TAKEN_FROM], fit_on.mean, fit_on.std)
    model.set_attributes(nnx.BatchNorm, momentum=0.0)
    model.train()
    jax.block_until_ready(model(x))
    return found | {"retaken": _right(model, judge_on)}


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of the parameters after `FIRST` steps on the first images."""
    name, rate, seed = TUNING.run(arm, seed, done)
    images = data.load(f"train[:{FIRST * RECIPE.batch_size}]")
    model = train(CONFIG, _recipe(rate), seed, Ordered(images, BUFFERS[name])).model
    return digest(named(nnx.state(model)))[:12]


def results(done: dict) -> dict:
    """How it was run, and what each seed got right, by arm."""
    return {
        "images": FIT,
        "held_out_images": HELD_OUT,
        "batch": RECIPE.batch_size,
        "rows": {
            arm: {
                "buffer": buffer,
                "tried": TUNING.found(arm, done),
                "rate": TUNING.run(arm, 0, done).rate,
                "seeds": done[arm],
            }
            for arm, buffer in BUFFERS.items()
        },
    }


def _recipe(rate):
    return dataclasses.replace(RECIPE, peak_lr=rate)


def _right(model, images):
    return round(100 * evaluate(model, images).accuracy, 2)
