"""Chapter 9: shards that are sorted by class, read through buffers of several sizes.

One epoch of the compact network on 55,000 images, judged on the held-out ones. Each
class is a shard; a seed draws the weights, the order of the shards, and the buffer's
draws. The recipe is the live run's for all. BatchNorm's running averages remember the
latest images, so each network is judged a second time with the statistics of images of
all classes in their place.
"""

import jax
from flax import nnx

from resnet_book.ch09_streaming.orders import Ordered
from resnet_book.experiments.training import FIRST, FIT, HELD_OUT, splits, train
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
ARMS = dict.fromkeys(BUFFERS, 5)
TAKEN_FROM = 2_000
"""Training images whose statistics replace the running averages once more."""


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of the held-out images right: `held_out`, and `retaken`."""
    fit_on, judge_on = splits()
    model = train(CONFIG, RECIPE, seed, Ordered(fit_on, BUFFERS[arm])).model
    found = {"held_out": _right(model, judge_on)}
    x = normalise(fit_on.images[:TAKEN_FROM], fit_on.mean, fit_on.std)
    model.set_attributes(nnx.BatchNorm, momentum=0.0)
    model.train()
    jax.block_until_ready(model(x))
    return found | {"retaken": _right(model, judge_on)}


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of the parameters after `FIRST` steps on the first images."""
    images = data.load(f"train[:{FIRST * RECIPE.batch_size}]")
    model = train(CONFIG, RECIPE, seed, Ordered(images, BUFFERS[arm])).model
    return digest(named(nnx.state(model)))[:12]


def results(done: dict) -> dict:
    """How it was run, and what each seed got right, by arm."""
    return {
        "images": FIT,
        "held_out_images": HELD_OUT,
        "batch": RECIPE.batch_size,
        "rows": {
            arm: {"buffer": buffer, "seeds": done[arm]}
            for arm, buffer in BUFFERS.items()
        },
    }


def _right(model, images):
    return round(100 * evaluate(model, images).accuracy, 2)
