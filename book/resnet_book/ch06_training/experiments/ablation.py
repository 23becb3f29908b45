"""Chapter 6: the live run's recipe, one piece removed at a time, each time tuned anew.

What is best for the whole recipe need not be best for what is left of it, the learning
rate above all. So every arm chooses among four rates by whole runs of other seeds,
on held-out images, the two best by three runs each. The test set is read once for each
seed, when nothing is left to choose.
"""

import dataclasses

from resnet_book.experiments.training import (
    FIT,
    HELD_OUT,
    accuracies,
    first_steps,
    splits,
    train,
)
from resnet_book.experiments.tried_again import TriedAgain
from resnet_lib import ResNetConfig, data, get_config
from resnet_lib.train import Recipe
from resnet_lib.train.recipe import RECIPES

PRIORITY = 3
CONFIG, RECIPE = get_config("compact", in_channels=1), RECIPES["quick"]
USUAL = (0.1, 0.3, 0.9, 2.7)
REMOVED = {
    "nothing": ({}, {}, USUAL),
    "schedule": ({}, {"schedule": "constant"}, (0.01, 0.03, 0.1, 0.3)),
    "momentum": ({}, {"momentum": 0.0}, (1.0, 3.0, 9.0, 27.0)),
    "weight decay": ({}, {"weight_decay": 0.0}, USUAL),
    "label smoothing": ({}, {"label_smoothing": 0.0}, USUAL),
    "flips": ({}, {"augmentation": "none"}, USUAL),
    "skip connections": ({"residual": False}, {}, USUAL),
}
"""What each changes of the network and of the recipe, and the rates to choose from. SGD
steps η/(1−μ) as far as η in the long run: without momentum rates are ten times higher.
"""
TUNING = TriedAgain(
    {name: rates for name, (*_, rates) in REMOVED.items()}, 5, chosen_on=5
)
ARMS = TUNING.arms


def without(piece: str, rate: float) -> tuple[ResNetConfig, Recipe]:
    """Network and recipe with a piece removed."""
    of_network, of_recipe, _ = REMOVED[piece]
    config = dataclasses.replace(CONFIG, **of_network)
    return config, dataclasses.replace(RECIPE, peak_lr=rate, **of_recipe)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of the images right: `held_out`, and of a chosen rate also `test`."""
    fit_on, choose_on = splits()
    piece, rate, seed = TUNING.run(arm, seed, done)
    trained = train(*without(piece, rate), seed, fit_on)
    if arm in TUNING.tried:
        return {"held_out": accuracies(trained, choose_on)["plain"]}
    of = {"held_out": choose_on, "test": data.load("test")}
    found = {name: accuracies(trained, images)["plain"] for name, images in of.items()}
    return {"rate": rate} | found


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    piece, rate, _ = TUNING.run(arm, seed, done)
    return first_steps(*without(piece, rate), seed)


def results(done: dict) -> dict:
    """What was tried, and what each seed got right without each piece."""
    return {
        "images": FIT,
        "epochs": RECIPE.epochs,
        "held_out_images": HELD_OUT,
        "rates_chosen_on": f"held-out images, from seed {TUNING.chosen_on} on",
        "test_set": "read once for each seed, after every choice",
        "results": [
            {
                "removed": piece,
                "changes": of_network | of_recipe,
                "tried": TUNING.found(piece, done),
                "seeds": done[piece],
            }
            for piece, (of_network, of_recipe, _) in REMOVED.items()
        ],
    }
