"""Chapter 6: how few steps reach 91.5 %? What each trick is worth in one epoch.

Accuracy is that on the held-out training images; the test set is not read. Every arm
chooses among three peak rates by a whole run of another seed. Seconds are another
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
from resnet_lib import ResNetConfig, get_config
from resnet_lib.train import Recipe
from resnet_lib.train.recipe import RECIPES

PRIORITY = 3
CONFIG, RECIPE = get_config("compact", in_channels=1), RECIPES["quick"]
SEEDS, CHOSEN_ON, TARGET = 10, 10, 91.5
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
RATES = {128: (0.15, 0.3, 0.6), 64: (0.1, 0.2, 0.4)}
"""To choose from, by batch."""


def rung(name: str, rate: float) -> tuple[ResNetConfig, Recipe]:
    """Network and recipe of an arm, with a peak rate."""
    of_network, of_recipe = RUNGS[name]
    config = dataclasses.replace(CONFIG, **of_network)
    return config, dataclasses.replace(RECIPE, peak_lr=rate, **of_recipe)


TRIED = {
    f"{name} at {rate:g}": (name, rate)
    for name, (_, of_recipe) in RUNGS.items()
    for rate in RATES[of_recipe.get("batch_size", RECIPE.batch_size)]
}
ARMS = dict.fromkeys(TRIED, 1) | dict.fromkeys(RUNGS, SEEDS)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of the held-out images right, by step of reporting; see `accuracies`."""
    fit_on, choose_on = splits()
    name, rate = TRIED[arm] if arm in TRIED else (arm, best_rate(arm, done))
    trained = train(*rung(name, rate), CHOSEN_ON if arm in TRIED else seed, fit_on)
    return {"rate": rate, "held_out": accuracies(trained, choose_on)}


def best_rate(name: str, done: dict) -> float:
    """With which most of the held-out images were right."""
    tried = [arm for arm, (of, _) in TRIED.items() if of == name]
    return TRIED[max(tried, key=lambda arm: reported(done[arm][0]))][1]


def reported(found: dict) -> float:
    """What counts: the average where there is one, without mirror images."""
    held_out = found["held_out"]
    return held_out.get("averaged", held_out["plain"])


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    name, rate = TRIED[arm] if arm in TRIED else (arm, best_rate(arm, done))
    return first_steps(*rung(name, rate), CHOSEN_ON if arm in TRIED else seed)


def results(done: dict) -> dict:
    """What was tried, and each seed's accuracy, by rung."""
    return {
        "images": FIT,
        "held_out_images": HELD_OUT,
        "target": TARGET,
        "rates_chosen_on": f"held-out images, seed {CHOSEN_ON}",
        "rungs": {
            name: {
                "recipe": dataclasses.asdict(rung(name, rates[0])[1]),
                "tried": {
                    f"{rate:g}": reported(found[0])
                    for rate in rates
                    if (found := done[f"{name} at {rate:g}"])
                },
                "seeds": done[name],
            }
            for name, (_, of_recipe) in RUNGS.items()
            for rates in [RATES[of_recipe.get("batch_size", RECIPE.batch_size)]]
        },
    }
