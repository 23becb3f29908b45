"""Chapter 6: how good, and how soon, on an accelerator, where minutes are few.

- `full recipe`: ResNet-20 in the full recipe, as many epochs as fit; three points, no
  interval.
- `wide`: at most ten million parameters, in bfloat16, as many epochs as fit.
- `8 epochs` and the like: a shallow, wide net in ever longer runs. The shortest whose
  mean accuracy on held-out images is at least `GOAL` gives the seconds to it: of its
  epochs alone, with everything compiled in a run before.

Nothing is chosen by the test set, which each cell reads once.
"""

import dataclasses
import functools
import statistics

from resnet_book.experiments.rehearsal import rehearsing
from resnet_book.experiments.training import run, splits, train
from resnet_lib import ResNetConfig, count_params, get_config
from resnet_lib.train import RECIPES, Recipe

PRIORITY, BACKEND = 14, "gpu"
GOAL = 94.0
LENGTHS = {"5 epochs": 5, "8 epochs": 8, "12 epochs": 12}
ARMS = {"full recipe": 3, "wide": 1} | dict.fromkeys(LENGTHS, 3)
SECONDS = {"full recipe": 30, "wide": 75} | dict.fromkeys(LENGTHS, 25)
FAST = ResNetConfig(
    depths=(1, 1, 1),
    widths=(64, 128, 256),
    stem="cifar",
    num_classes=10,
    in_channels=1,
    dtype="bfloat16",
)
WIDE = dataclasses.replace(
    FAST, depths=(2, 2, 2), widths=(96, 192, 384), preactivation=True
)
CONFIGS = {"full recipe": get_config("resnet20", in_channels=1), "wide": WIDE}
CONFIGS |= dict.fromkeys(LENGTHS, FAST)
FULL = RECIPES["full"]
SOON = Recipe(batch_size=512, peak_lr=0.6, augmentation="crop_flip")
RECIPE = {
    "full recipe": FULL,
    "wide": dataclasses.replace(FULL, batch_size=256, peak_lr=0.2),
} | {arm: dataclasses.replace(SOON, epochs=n) for arm, n in LENGTHS.items()}


def cell(arm: str, seed: int, done: dict) -> dict:
    """The recipe, the history with the seconds of each epoch, and accuracies."""
    recipe = _recipe(arm)
    if arm in LENGTHS:
        _compiled(arm)
    elif seed == 0:
        recipe = dataclasses.replace(recipe, epochs=_epochs_that_fit(arm))
    else:  # as many as the first seed had
        epochs = done[arm][0]["recipe"]["epochs"]
        recipe = dataclasses.replace(recipe, epochs=epochs)
    about = {
        "parameters": count_params(CONFIGS[arm]),
        "recipe": dataclasses.asdict(recipe),
    }
    return about | run(_config(arm), recipe, seed, *_splits())


def results(done: dict) -> dict:
    """The runs of each arm, and the seconds to the goal of the first to reach it."""
    runs = {arm: list(cells.values()) for arm, cells in done.items()}
    found = {"goal": GOAL, "runs": runs, "reached": None}
    for arm in LENGTHS:
        right = [each["held_out"]["plain"] for each in runs[arm]]
        if right and statistics.mean(right) >= GOAL:
            seconds = [sum(each["history"]["seconds"]) for each in runs[arm]]
            found["reached"] = {"arm": arm, "seconds": seconds}
            break
    return found


def _config(arm):
    config = CONFIGS[arm]
    if rehearsing():
        small = {"depths": (1,), "widths": (8,), "stem_width": 8, "stem": "strided"}
        return dataclasses.replace(config, **small)
    return config


def _recipe(arm):
    recipe = RECIPE[arm]
    return dataclasses.replace(recipe, epochs=2) if rehearsing() else recipe


def _splits():
    return splits(1024) if rehearsing() else splits()


@functools.cache
def _compiled(arm):
    """A run that nobody times: the next one of its length finds its programs there."""
    train(_config(arm), _recipe(arm), 1000, *_splits())


def _epochs_that_fit(arm):
    """As many as a cell has the time for, compiling aside, as two epochs show."""
    recipe = dataclasses.replace(RECIPE[arm], epochs=2)
    first, second = train(_config(arm), recipe, 1000, *_splits()).history.seconds
    compiling = 2 * first  # the trial's, and the run's own, whose schedule is another
    left = SECONDS[arm] - compiling
    return max(1, min(_recipe(arm).epochs, int(0.8 * left / second)))
