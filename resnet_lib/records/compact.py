"""Chapter 6: the live run's network and recipe, with several seeds.

The peak learning rate is chosen among three on held-out images, in short runs. The test
set is read once for each seed, when nothing is left to choose.
"""

import dataclasses

import numpy as np

from resnet_lib import count_params, data, get_config
from resnet_lib.held_out import accuracies, splits, train
from resnet_lib.recipes import RECIPES

DEFAULT_SEEDS = 3
CODE = ("held_out", "recipes", "train/run", "train/flipped")
CONFIG, RECIPE = get_config("compact", in_channels=1), RECIPES["quick"]
RATES, CHOOSING = (0.1, 0.3, 0.6), 11_000


def run(seeds: list[int]) -> dict:
    """What was chosen and how, and `runs`, one for each seed.

    Each has its `history` by epoch, whose test columns are of the held-out images, and
    `test`, per cent right.
    """
    few, choose_on = splits(CHOOSING)
    tried = {}
    for rate in RATES:
        recipe = dataclasses.replace(RECIPE, peak_lr=rate, epochs=1)
        tried[str(rate)] = accuracies(train(CONFIG, recipe, 0, few), choose_on)["plain"]
    best = dataclasses.replace(RECIPE, peak_lr=float(max(tried, key=tried.get)))
    fit_on, choose_on = splits()
    test = data.load("test")
    runs = []
    for seed in seeds:
        trained = train(CONFIG, best, seed, fit_on, choose_on)
        runs.append(
            {
                "seed": seed,
                "history": dataclasses.asdict(trained.history),
                "test": accuracies(trained, test),
            }
        )
    final = [each["test"]["plain"] for each in runs]
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
        "mean": float(np.mean(final)),
        "sd": float(np.std(final, ddof=1)) if len(final) > 1 else None,
        "runs": runs,
    }
