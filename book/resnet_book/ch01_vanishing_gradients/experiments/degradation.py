"""Chapter 1: do deeper plain networks train worse, as in He et al. 2015, figure 6?

Plain and residual networks of 20 and 56 layers are trained alike, on Fashion-MNIST and
without augmentation, so that the training error shows optimisation and nothing else.
Scaled to two CPU cores: a strided stem, so that feature maps are 14, 7 and 4 pixels
wide instead of 28, 14 and 7, and a few hundred steps instead of 64,000. Gradients are
probed before, halfway and after.
"""

import functools
import hashlib

import jax
import numpy as np
from flax import nnx

from resnet_book.experiments.training import FIRST
from resnet_lib import create_model, data, files, probe, stack_blocks
from resnet_lib.train import Recipe, evaluate, init, train_step
from resnet_lib.train.augment import normalise

PRIORITY = 2
ARMS = dict.fromkeys(("plain20", "plain56", "resnet20", "resnet56"), 5)
STEPS, WINDOW = 300, 10
RECIPE = Recipe(
    batch_size=128,
    peak_lr=0.1,
    weight_decay=1e-4,
    label_smoothing=0.0,
    augmentation="none",
)


def cell(arm: str, seed: int, done: dict) -> dict:
    """Trains one network.

    Returns:
        `loss` (nats) and `error` (%) of each window's training batches, `train_error`
        and `test_error` (%) at the end, in evaluation mode on 10,000 images each, and
        `gradient_norm`, ‖∂L/∂x‖ at every block's input, before, halfway and after.
    """
    return train(arm, seed)


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, report."""
    found = files.to_json(train(arm, seed, FIRST))
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def results(done: dict) -> dict:
    """`settings`, `runs`, and at which steps their numbers were taken."""
    return {
        "settings": {
            "steps": STEPS,
            "batch_size": RECIPE.batch_size,
            "peak_lr": RECIPE.peak_lr,
            "stem": "strided",
        },
        "step": list(range(WINDOW, STEPS + 1, WINDOW)),
        "probe_step": [0, STEPS // 2, STEPS],
        "runs": sorted(
            (
                {"model": model, "seed": seed, **found}
                for model, cells in done.items()
                for seed, found in cells.items()
            ),
            key=lambda run: run["seed"],
        ),
    }


def train(name: str, seed: int, steps: int = STEPS) -> dict:
    """One network, one seed; see `cell`."""
    images = data.load("train")
    net = create_model(name, in_channels=1, stem="strided", rngs=nnx.Rngs(seed))
    setup, state = init(net, RECIPE, steps, images)
    step = jax.jit(functools.partial(train_step, setup), donate_argnums=0)
    order = np.random.default_rng(seed).permutation(len(images.labels))
    batches = np.resize(order, (steps, RECIPE.batch_size))
    totals, norms = [np.zeros(2)], [_gradient_norm(setup, state, images)]
    for i, rows in enumerate(batches, start=1):
        state = step(state, images.images[rows], images.labels[rows])
        if i % WINDOW == 0:
            totals.append(np.asarray(state.totals))
        if i in (steps // 2, steps):
            norms.append(_gradient_norm(setup, state, images))
    loss, right = np.diff(totals, axis=0).T / (WINDOW * RECIPE.batch_size)
    net = stack_blocks(setup.model(state.params, state.rest))
    return {
        "loss": loss.round(4).tolist(),
        "error": (100 - 100 * right).round(2).tolist(),
        "train_error": _error(net, data.load("train[:10000]")),
        "test_error": _error(net, data.load("test")),
        "gradient_norm": norms,
    }


def _gradient_norm(setup, state, images):
    net = stack_blocks(setup.model(state.params, state.rest))
    x = normalise(images.images[:128], images.mean, images.std)
    y = images.labels[:128]
    return [float(f"{norm:.4g}") for norm in probe(net, x, y).gradient_norm]


def _error(net, images):
    return round(100 - 100 * evaluate(net, images).accuracy, 2)
