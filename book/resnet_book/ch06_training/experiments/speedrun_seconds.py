"""Seconds of a step of each rung of chapter 6's ladder, all in the same run.

Rounds over the rungs, a stretch of steps each; the fastest stretch counts. Compilation
and evaluation are outside the clock, putting batches together is within.
"""

import functools
import time

import jax
import numpy as np
from flax import nnx

from resnet_book.ch06_training.experiments.speedrun import FIT, RUNGS, rung
from resnet_lib import create_model, data
from resnet_lib.train import guarded_step, init
from resnet_lib.train.recipe import steps_in

PRIORITY, TIMED = 8, True
ARMS = {"steps": 1}
ROUNDS, STRETCH = 12, 16  # stretches of each rung, steps of each


def cell(arm: str, seed: int, done: dict) -> dict:
    """Steps of the whole run and seconds of each, by rung."""
    images = data.load(f"train[:{FIT}]")
    runs = {name: _Run(name, images, seed) for name in RUNGS}
    seconds = {name: [] for name in RUNGS}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            seconds[name].append(run.stretch(images))
    return {
        name: {"steps": run.steps, "seconds_a_step": seconds[name]}
        for name, run in runs.items()
    }


def results(done: dict) -> dict:
    """`steps`, the fastest `seconds_a_step`, and their product `seconds`, by rung."""
    found = {}
    for name, run in done["steps"][0].items():
        fastest = min(run["seconds_a_step"])
        found[name] = {
            "steps": run["steps"],
            "seconds_a_step": fastest,
            "seconds": run["steps"] * fastest,
        }
    return found


class _Run:
    """A rung's compiled step, its state, and an order of the images."""

    def __init__(self, name, images, seed):
        config, recipe = rung(name, 0.1)
        per_epoch = steps_in(recipe, len(images))
        self.steps = per_epoch * recipe.epochs
        model = create_model(config, rngs=nnx.Rngs(seed))
        setup, self.state = init(model, recipe, self.steps, images)
        step = functools.partial(guarded_step, setup, False)
        self.step = jax.jit(step, donate_argnums=0)
        order = np.random.default_rng(seed).permutation(len(images))
        self.order = np.resize(order, (STRETCH, recipe.batch_size))
        self.stretch(images)  # compiles

    def stretch(self, images) -> float:
        """Seconds of a step, over a stretch of them."""
        began = time.perf_counter()
        for rows in self.order:
            self.state = self.step(self.state, images.images[rows], images.labels[rows])
        jax.block_until_ready(self.state)
        return (time.perf_counter() - began) / STRETCH
