"""Chapter 6: ResNet-20 in the full recipe, each step of reporting by itself.

After Zhong et al. 2017, who train for 300 epochs. On a CPU it is a few epochs, and the
record says how many.
"""

import dataclasses

import jax

from resnet_book.experiments.training import FIT, first_steps, mean_and_sd, splits
from resnet_book.experiments.training import run as full_run
from resnet_lib import count_params, get_config
from resnet_lib.train.recipe import RECIPES

PRIORITY = 7
ARMS = {"full": 1}
CONFIG, FULL = get_config("resnet20", in_channels=1), RECIPES["full"]
ON_CPU = {"epochs": 6, "images": FIT}
TARGET = 95.5  # per cent, mean of seeds


def plan() -> dict:
    """Epochs and training images on this device."""
    on_cpu = jax.default_backend() == "cpu"
    return ON_CPU if on_cpu else {"epochs": FULL.epochs, "images": FIT}


def cell(arm: str, seed: int, done: dict) -> dict:
    """Per cent of the test set right, by each step of reporting, and the recipe."""
    recipe = dataclasses.replace(FULL, epochs=plan()["epochs"])
    found = full_run(CONFIG, recipe, seed, *splits(plan()["images"]))
    about = {"recipe": dataclasses.asdict(recipe), "images": plan()["images"]}
    return about | found


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    return first_steps(CONFIG, FULL, seed)


def results(done: dict) -> dict:
    """Per cent of the test set right, for each seed and each step of reporting."""
    runs = [{"seed": seed, **found} for seed, found in done["full"].items()]
    return {
        "parameters": count_params(CONFIG),
        "recipe": runs[-1]["recipe"],
        "images": runs[-1]["images"],
        "planned": {"epochs": FULL.epochs, "images": FIT, "accuracy": TARGET},
        "choice": "none: the recipe's values are published ones, not tuned here",
        "test_set": "read once for each seed",
        "test": mean_and_sd(runs),
        "runs": runs,
    }
