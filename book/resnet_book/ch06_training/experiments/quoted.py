"""Chapter 6: recipes as common tutorials give them, run once.

Nothing is tuned, one seed is one point, and each has ten epochs. For two CPU cores the
nine blocks stand behind a stem of stride 2. Networks, initial values and data are those
of this library; a tutorial has its own, so this repeats no one's number.
"""

import hashlib

import jax
import numpy as np
import optax
from flax import nnx

from resnet_book.experiments import by_hand
from resnet_lib import count_params, create_model, data, get_config
from resnet_lib.train.augment import normalise

PRIORITY = 7
FIT, EPOCHS, FIRST = 55_000, 10, 20
RECIPES = {
    "nine blocks, AdamW": {
        "config": get_config(
            "compact", depths=(9,), widths=(32,), stem_width=32, in_channels=1
        ),
        "tx": lambda: optax.adamw(1e-3, weight_decay=1e-4),
        "side": 28,
        "batch": 128,
    },
    "ResNet-18 at 96 pixels, SGD": {
        "config": get_config("resnet18", in_channels=1, num_classes=10),
        "tx": lambda: optax.sgd(0.05),
        "side": 96,
        "batch": 256,
    },
}
"""Constant rates, no augmentation, hard labels. AdamW decays all parameters."""
ARMS = dict.fromkeys(RECIPES, 1)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent right: `held_out` after each epoch, and `test` at the end."""
    recipe, images = RECIPES[arm], data.load(f"train[:{FIT}]")
    held_out, view = data.load(f"train[{FIT}:]"), _view(images, recipe["side"])
    run, found = _run(arm, seed, view), []
    for epoch in range(EPOCHS):
        for batch in by_hand.batches(images, recipe["batch"], (seed, epoch)):
            run.step(*batch)
        found.append(by_hand.per_cent_right(run.model, held_out, view))
    return {
        "parameters": count_params(recipe["config"]),
        "held_out": found,
        "test": by_hand.per_cent_right(run.model, data.load("test"), view),
    }


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, did."""
    size = RECIPES[arm]["batch"]
    images = data.load(f"train[:{FIRST * size}]")
    run = _run(arm, seed, _view(images, RECIPES[arm]["side"]))
    for batch in by_hand.batches(images, size, (seed, 0)):
        run.step(*batch)
    return hashlib.sha256(np.asarray(run.steps).tobytes()).hexdigest()[:12]


def results(done: dict) -> dict:
    """How it was run, and `runs` by recipe: those that there are."""
    return {
        "images": FIT,
        "epochs": EPOCHS,
        "runs": {
            arm: {"side": RECIPES[arm]["side"]} | done[arm][0]
            for arm in RECIPES
            if done[arm]
        },
    }


def _run(arm, seed, view):
    recipe = RECIPES[arm]
    model = create_model(recipe["config"], rngs=nnx.Rngs(seed))
    return by_hand.Run(model, recipe["tx"](), view)


def _view(images, side):
    def view(_, x):
        x = normalise(x, images.mean, images.std)
        return jax.image.resize(x, (len(x), side, side, x.shape[-1]), "linear")

    return view
