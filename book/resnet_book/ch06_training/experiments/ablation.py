"""Chapter 6: the live run's recipe, one piece removed at a time.

Short runs on a part of the training set, judged on held-out images: the test set is not
read at all. Everything but the piece that is removed stays as it is, the learning rate
too.
"""

import dataclasses

from resnet_book.experiments.held_out import accuracies, splits, train
from resnet_lib import get_config
from resnet_lib.train.recipes import RECIPES

DEFAULT_SEEDS = 2
CODE = ("held_out", "recipes", "train/run", "train/flipped")
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


def run(seeds: list[int]) -> dict:
    """Per cent of the held-out images right, for each piece removed and each seed."""
    fit_on, choose_on = splits(IMAGES)
    results = []
    for piece, changes in REMOVED.items():
        of_model = {k: v for k, v in changes.items() if hasattr(CONFIG, k)}
        of_recipe = {k: v for k, v in changes.items() if k not in of_model}
        config = dataclasses.replace(CONFIG, **of_model)
        recipe = dataclasses.replace(RECIPE, **of_recipe)
        runs = [train(config, recipe, seed, fit_on) for seed in seeds]
        right = [accuracies(each, choose_on)["plain"] for each in runs]
        results.append({"removed": piece, "changes": changes, "held_out": right})
    return {
        "images": IMAGES,
        "epochs": EPOCHS,
        "held_out_images": len(choose_on),
        "test_set": "not read",
        "results": results,
    }
