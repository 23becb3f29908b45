"""Experiments that choose on held-out images and read the test set once, at the end."""

import dataclasses
import hashlib

import jax
import numpy as np
from flax import nnx

from resnet_lib import ResNetConfig, create_model, data
from resnet_lib.train import History, Recipe, evaluate, evaluate_flipped, fit

HELD_OUT = 5_000
"""The last so many images of the training set: chosen on, never trained on."""
FIT = 60_000 - HELD_OUT
FIRST = 50
"""Steps by which a cell is certified again."""


def splits(images: int = FIT):
    """The first `images` to train on, and the held-out ones to choose on."""
    return data.load(f"train[:{images}]"), data.load(f"train[{FIT}:]")


@dataclasses.dataclass
class Trained:
    """One run: the model, and what happened, with the model's average or None."""

    model: nnx.Module
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
    recipe = dataclasses.replace(recipe, seed=seed)
    return Trained(model, fit(model, fit_on, choose_on, recipe))


def first_steps(config: ResNetConfig, recipe: Recipe, seed: int) -> str:
    """A hash of all parameters and statistics after an epoch of `FIRST` steps.

    Of the same network, recipe and seed, on the first images of the training set.
    """
    images = data.load(f"train[:{FIRST * recipe.batch_size}]")
    trained = train(config, dataclasses.replace(recipe, epochs=1), seed, images)
    found = hashlib.sha256()
    for leaf in jax.tree.leaves(nnx.state(trained.model)):
        found.update(np.asarray(leaf).tobytes())
    return found.hexdigest()[:12]


def accuracies(trained: Trained, images) -> dict[str, float]:
    """Per cent right, of each step of reporting by itself.

    Returns:
        `plain`, the weights as trained; `flipped`, with the mirror images; and with a
        recipe that averages, `averaged` and `averaged_flipped`.
    """
    found = {"plain": evaluate(trained.model, images)}
    found["flipped"] = evaluate_flipped(trained.model, images)
    if trained.history.averaged is not None:
        found["averaged"] = evaluate(trained.history.averaged, images)
        found["averaged_flipped"] = evaluate_flipped(trained.history.averaged, images)
    return {name: round(100 * each.accuracy, 2) for name, each in found.items()}


def run(config: ResNetConfig, recipe: Recipe, seed: int, fit_on, choose_on) -> dict:
    """One run with nothing left to choose: it reads the test set once.

    Returns:
        Its `history` by epoch, whose test columns are of the held-out images, and
        `accuracies` on those, `held_out`, and on the `test` set.
    """
    trained = train(config, recipe, seed, fit_on, choose_on)
    return {
        "history": dataclasses.asdict(trained.history),
        "held_out": accuracies(trained, choose_on),
        "test": accuracies(trained, data.load("test")),
    }


def mean_and_sd(runs: list[dict]) -> dict[str, dict]:
    """Of each step of reporting, over seeds; the sd is None for one seed."""
    found = {}
    for step in runs[0]["test"]:
        values = [each["test"][step] for each in runs]
        sd = float(np.std(values, ddof=1)) if len(values) > 1 else None
        found[step] = {"mean": float(np.mean(values)), "sd": sd}
    return found
