"""Chapter 6: the live run's recipe, one piece removed at a time.

Short runs on a part of the training set, judged on held-out images: the test set is not
read at all. Everything but the piece that is removed stays as it is, the learning rate
too.
"""

import dataclasses

from resnet_book.experiments.training import (
    HELD_OUT,
    accuracies,
    first_steps,
    splits,
    train,
)
from resnet_lib import ResNetConfig, get_config
from resnet_lib.train import Recipe
from resnet_lib.train.recipe import RECIPES

PRIORITY = 3
IMAGES, EPOCHS = 10_000, 3
CONFIG = get_config("compact", in_channels=1)
RECIPE = dataclasses.replace(RECIPES["quick"], epochs=EPOCHS)
REMOVED = {
    "nothing": {},
    "schedule": {"schedule": "constant"},
    "momentum": {"momentum": 0.0},
    "weight decay": {"weight_decay": 0.0},
    "label smoothing": {"label_smoothing": 0.0},
    "flips": {"augmentation": "none"},
    "skip connections": {"residual": False},
}
ARMS = dict.fromkeys(REMOVED, 5)


def without(piece: str) -> tuple[ResNetConfig, Recipe]:
    """Network and recipe with a piece removed."""
    changes = REMOVED[piece]
    of_model = {name: changes[name] for name in changes if hasattr(CONFIG, name)}
    of_recipe = {name: changes[name] for name in changes if name not in of_model}
    config = dataclasses.replace(CONFIG, **of_model)
    return config, dataclasses.replace(RECIPE, **of_recipe)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of the `held_out` images right."""
    fit_on, choose_on = splits(IMAGES)
    trained = train(*without(arm), seed, fit_on)
    return {"held_out": accuracies(trained, choose_on)["plain"]}


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    return first_steps(*without(arm), seed)


def results(done: dict) -> dict:
    """Per cent of the held-out images right, for each piece removed and each seed."""
    return {
        "images": IMAGES,
        "epochs": EPOCHS,
        "held_out_images": HELD_OUT,
        "test_set": "not read",
        "results": [
            {
                "removed": piece,
                "changes": changes,
                "held_out": [found["held_out"] for found in done[piece].values()],
            }
            for piece, changes in REMOVED.items()
        ],
    }
