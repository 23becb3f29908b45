"""Chapter 6: the live run's network and recipe, with several seeds.

The peak learning rate is chosen among three on held-out images, in short runs. The test
set is read once for each seed, when nothing is left to choose.
"""

import dataclasses

from resnet_book.experiments.held_out import (
    accuracies,
    mean_and_sd,
    seed_runs,
    splits,
    train,
)
from resnet_lib import count_params, get_config
from resnet_lib.train.recipes import RECIPES

DEFAULT_SEEDS = 3
CODE = ("held_out", "recipes", "train/run", "train/flipped")
CONFIG, RECIPE = get_config("compact", in_channels=1), RECIPES["quick"]
RATES, CHOOSING = (0.1, 0.3, 0.6), 11_000


def run(seeds: list[int]) -> dict:
    """What was chosen and how, and `runs`, one for each seed."""
    few, choose_on = splits(CHOOSING)
    tried = {}
    for rate in RATES:
        recipe = dataclasses.replace(RECIPE, peak_lr=rate, epochs=1)
        tried[str(rate)] = accuracies(train(CONFIG, recipe, 0, few), choose_on)["plain"]
    best = dataclasses.replace(RECIPE, peak_lr=float(max(tried, key=tried.get)))
    fit_on, choose_on = splits()
    runs = seed_runs(CONFIG, best, seeds, fit_on, choose_on)
    return {
        "parameters": count_params(CONFIG),
        "images": len(fit_on),
        "recipe": dataclasses.asdict(best),
        "choice": {
            "what": "peak_lr by accuracy on held-out images, per cent",
            "images": CHOOSING,
            "epochs": 1,
            "tried": tried,
        },
        "test_set": "read once for each seed, after every choice",
        "test": mean_and_sd(runs),
        "runs": runs,
    }
