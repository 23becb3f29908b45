"""Chapter 4's project: a network against that of one path, in time and in error."""

import dataclasses
from functools import partial

import jax
import numpy as np
from flax import nnx

from resnet_book.ch04_resnext.experiments import cardinality
from resnet_book.experiments import statistics, timing
from resnet_lib import ResNetConfig, count_params, create_model, data
from resnet_lib.train import Recipe, evaluate, fit, init, train_step

FIRST_HELD_OUT = 55_000


def step_seconds(config: ResNetConfig, batch: int = 64) -> float:
    """Seconds of a training step on this device, the shortest of a few stretches."""
    train = data.load(f"train[:{batch}]")
    model = create_model(config, rngs=nnx.Rngs(0))
    setup, state = init(model, Recipe(batch_size=batch), steps=1, data=train)
    step = jax.jit(partial(train_step, setup))
    return timing.seconds_a_call(step, state, train.images, train.labels)


def held_out_errors(
    config: ResNetConfig, recipe: Recipe, seeds: int, images: int, first_seed: int = 0
):
    """Per cent of held-out images that are wrong after training, one per seed.

    Raises:
        ValueError: When held-out images would be trained on.
    """
    if images > FIRST_HELD_OUT:
        raise ValueError(f"images={images}: above {FIRST_HELD_OUT} they are held out")
    train, held_out = (
        data.load(f"train[{part}]") for part in (f":{images}", f"{FIRST_HELD_OUT}:")
    )
    errors = []
    for seed in range(first_seed, first_seed + seeds):
        model = create_model(config, rngs=nnx.Rngs(seed))
        fit(model, train, None, dataclasses.replace(recipe, seed=seed))
        errors.append(100 * (1 - evaluate(model, held_out).accuracy))
    return errors


def against_one_path(
    config: ResNetConfig,
    recipe: Recipe = cardinality.RECIPE,
    seeds: int = 5,
    images: int = cardinality.IMAGES,
    first_seed: int = 0,
) -> None:
    """Prints how a network does beside that of one path, with the same recipe.

    Args:
        config: The network, for images of 28 × 28 with one channel.
        recipe: Of both.
        seeds: Pairs of runs, of weights and order of the data.
        images: Of the training set, the first so many. No test image is looked at.
        first_seed: The others follow it. 0 to 4 are for the change that is measured.
    """
    one_path = cardinality.rung(*cardinality.LADDER["1x32d"])
    ratio = step_seconds(config) / step_seconds(one_path)
    print(f"parameters: {count_params(config):,}, one path {count_params(one_path):,}")
    print(f"time of a step: {ratio:.2f} times that of one path")
    mine, theirs = (
        held_out_errors(each, recipe, seeds, images, first_seed)
        for each in (config, one_path)
    )
    difference = statistics.paired(theirs, mine)
    print(f"held-out error minus that of one path: {difference} points")
    print(f"So it is {difference.verdict}.")
    if difference.verdict == "undecided":
        wanted = _seeds_wanted(np.subtract(mine, theirs))
        print(f"A true difference and spread like these would take {wanted} seeds")
        print("until the 95 % interval excludes zero, four times in five.")


def _seeds_wanted(differences) -> str:
    mean, spread = abs(differences.mean()), differences.std(ddof=1)
    if mean <= spread / 30:
        return "over 5,000"
    return f"about {statistics.seeds_needed(float(spread), float(mean)):,}"
