"""Chapter 6: how few steps reach 91.5 %? What each trick is worth in one epoch.

Accuracy is that on the held-out training images; the test set is not read. Every arm
chooses among four peak rates by a whole run of another seed. Seconds are another
record, `speedrun_seconds`: `benchmarks/SPEEDRUN.md` has the rules.
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
from resnet_book.experiments.tuning import Tuning
from resnet_lib import ResNetConfig, get_config
from resnet_lib.train import Recipe
from resnet_lib.train.recipe import RECIPES

PRIORITY = 3
CONFIG, RECIPE = get_config("compact", in_channels=1), RECIPES["quick"]
TARGET = 91.5
ONCE = {"epochs": 1}
RUNGS = {
    "3 epochs": ({}, {}),
    "2 epochs": ({}, {"epochs": 2}),
    "1 epoch": ({}, ONCE),
    "zero γ": ({"zero_init_residual": True}, ONCE),
    "average": ({}, ONCE | {"ema": 0.98}),
    "no flips": ({}, ONCE | {"augmentation": "none"}),
    "batches of 64": ({}, ONCE | {"batch_size": 64}),
    "whitened": ({}, ONCE | {"whiten": True}),
    "whitened, batches of 64": ({}, ONCE | {"whiten": True, "batch_size": 64}),
    "whitened, batches of 64, no flips": (
        {},
        ONCE | {"whiten": True, "batch_size": 64, "augmentation": "none"},
    ),
}
"""What each changes of the network and of the recipe. The first is chapter 6's."""
RATES = {128: (0.15, 0.3, 0.6, 1.2), 64: (0.1, 0.2, 0.4, 0.8)}
"""To choose from, by batch."""


def rung(name: str, rate: float) -> tuple[ResNetConfig, Recipe]:
    """Network and recipe of an arm, with a peak rate."""
    of_network, of_recipe = RUNGS[name]
    config = dataclasses.replace(CONFIG, **of_network)
    return config, dataclasses.replace(RECIPE, peak_lr=rate, **of_recipe)


def reported(found: dict) -> float:
    """What counts: the average where there is one, without mirror images."""
    held_out = found["held_out"]
    return held_out.get("averaged", held_out["plain"])


TUNING = Tuning(
    {
        name: RATES[of_recipe.get("batch_size", RECIPE.batch_size)]
        for name, (_, of_recipe) in RUNGS.items()
    },
    10,
    chosen_on=10,
    score=reported,
)
ARMS = TUNING.arms


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of the held-out images right, by step of reporting; see `accuracies`."""
    fit_on, choose_on = splits()
    name, rate, seed = TUNING.run(arm, seed, done)
    trained = train(*rung(name, rate), seed, fit_on)
    return {"rate": rate, "held_out": accuracies(trained, choose_on)}


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    name, rate, seed = TUNING.run(arm, seed, done)
    return first_steps(*rung(name, rate), seed)


def results(done: dict) -> dict:
    """What was tried, and each seed's accuracy, by rung."""
    return {
        "images": FIT,
        "held_out_images": HELD_OUT,
        "target": TARGET,
        "rates_chosen_on": f"held-out images, seed {TUNING.chosen_on}",
        "rungs": {
            name: {
                "tried": {
                    f"{r:g}": best for r, best in TUNING.found(name, done).items()
                },
                "seeds": done[name],
            }
            for name in RUNGS
        },
    }
