"""Chapter 6: the live run's network and recipe, with several seeds.

The peak learning rate is chosen among three on held-out images, in short runs. The test
set is read once for each seed, when nothing is left to choose.
"""

import dataclasses

from resnet_book.experiments.training import (
    FIT,
    accuracies,
    first_steps,
    mean_and_sd,
    splits,
    train,
)
from resnet_book.experiments.training import run as full_run
from resnet_lib import count_params, get_config
from resnet_lib.train import Recipe
from resnet_lib.train.recipe import RECIPES

PRIORITY = 1
CONFIG, RECIPE = get_config("compact", in_channels=1), RECIPES["quick"]
RATES, CHOOSING = {"rate 0.1": 0.1, "rate 0.3": 0.3, "rate 0.6": 0.6}, 11_000
ARMS = dict.fromkeys(RATES, 1) | {"chosen": 20}


def cell(arm: str, seed: int, done: dict) -> dict:
    """A short run with one rate, `held_out`; or a whole run with the best of them."""
    if arm in RATES:
        few, choose_on = splits(CHOOSING)
        trained = train(CONFIG, recipe(arm, done), seed, few)
        return {"held_out": accuracies(trained, choose_on)}
    best = recipe(arm, done)
    about = {"recipe": dataclasses.asdict(best)}
    return about | full_run(CONFIG, best, seed, *splits())


def recipe(arm: str, done: dict) -> Recipe:
    """What an arm trains with."""
    if arm in RATES:
        return dataclasses.replace(RECIPE, peak_lr=RATES[arm], epochs=1)
    return dataclasses.replace(RECIPE, peak_lr=RATES[max(RATES, key=tried(done).get)])


def tried(done: dict) -> dict[str, float]:
    """Per cent of the held-out images right, by arm."""
    return {arm: done[arm][0]["held_out"]["plain"] for arm in RATES}


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    return first_steps(CONFIG, recipe(arm, done), seed)


def results(done: dict) -> dict:
    """What was chosen and how, and `runs`, one for each seed."""
    runs = [{"seed": seed, **found} for seed, found in done["chosen"].items()]
    return {
        "parameters": count_params(CONFIG),
        "images": FIT,
        "recipe": runs[-1]["recipe"],
        "choice": {
            "what": "peak_lr by accuracy on held-out images, per cent",
            "images": CHOOSING,
            "epochs": 1,
            "tried": {str(RATES[arm]): right for arm, right in tried(done).items()},
        },
        "test_set": "read once for each seed, after every choice",
        "test": mean_and_sd(runs),
        "runs": runs,
    }
