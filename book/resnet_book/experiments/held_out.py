"""Experiments that choose on held-out images and read the test set once, at the end."""

import dataclasses

import numpy as np
from flax import nnx

from resnet_lib import ResNetConfig, create_model, data
from resnet_lib.train import History, Recipe, evaluate, evaluate_flipped, fit

HELD_OUT = 5_000
"""The last so many images of the training set: chosen on, never trained on."""
FIT = 60_000 - HELD_OUT


def splits(images: int = FIT):
    """The first `images` to train on, and the held-out ones to choose on."""
    return data.load(f"train[:{images}]"), data.load(f"train[{FIT}:]")


@dataclasses.dataclass
class Trained:
    """One run: the model, its average or None, and what happened."""

    model: nnx.Module
    averaged: nnx.Module | None
    history: History


def train(config: ResNetConfig, recipe: Recipe, seed: int, fit_on, choose_on=None):
    """One network; the seed draws its weights, the data's order and augmentation.

    Args:
        config: What to train.
        recipe: How, but for the seed.
        seed: Decides every draw.
        fit_on: Training images.
        choose_on: Evaluated after every epoch; None for none.
    """
    model = create_model(config, rngs=nnx.Rngs(seed))
    averaged = nnx.clone(model) if recipe.ema else None
    recipe = dataclasses.replace(recipe, seed=seed)
    history = fit(model, fit_on, choose_on, recipe, averaged=averaged)
    return Trained(model, averaged, history)


def accuracies(trained: Trained, images) -> dict[str, float]:
    """Per cent right, of each step of reporting by itself.

    Returns:
        `plain`, the weights as trained; `flipped`, with the mirror images; and with a
        recipe that averages, `averaged` and `averaged_flipped`.
    """
    found = {"plain": evaluate(trained.model, images)}
    found["flipped"] = evaluate_flipped(trained.model, images)
    if trained.averaged is not None:
        found["averaged"] = evaluate(trained.averaged, images)
        found["averaged_flipped"] = evaluate_flipped(trained.averaged, images)
    return {name: round(100 * each.accuracy, 2) for name, each in found.items()}


def seed_runs(config, recipe, seeds, fit_on, choose_on) -> list[dict]:
    """One run a seed, with nothing left to choose: each reads the test set once.

    Returns:
        For each seed its `history` by epoch, whose test columns are of the held-out
        images, and `accuracies` on those, `held_out`, and on the `test` set.
    """
    test, runs = data.load("test"), []
    for seed in seeds:
        trained = train(config, recipe, seed, fit_on, choose_on)
        runs.append(
            {
                "seed": seed,
                "history": dataclasses.asdict(trained.history),
                "held_out": accuracies(trained, choose_on),
                "test": accuracies(trained, test),
            }
        )
        print(f"seed {seed}: {runs[-1]['test']}", flush=True)
    return runs


def mean_and_sd(runs: list[dict]) -> dict[str, dict]:
    """Of each step of reporting, over seeds; the sd is None for one seed."""
    found = {}
    for step in runs[0]["test"]:
        values = [each["test"][step] for each in runs]
        sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
        found[step] = {"mean": float(np.mean(values)), "sd": sd}
    return found
