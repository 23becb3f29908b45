"""Chapter 1: why does plain-56 train worse? Change one thing, and see.

Two hypotheses: the gradient has the wrong *size* in some layers, or the gradients of
different images have too little in common (*coherence*). `treatments` changes each.
Each treatment gets the rate, of three or four, with which the training loss of another
seed ends lowest. Scaled to two CPU cores: the stem has stride 2, and a run is 1,000
steps.
"""

import functools
import hashlib
import math

import jax
import numpy as np

from resnet_book.ch01_vanishing_gradients.measures import (
    block_kernels,
    coherence,
    measured_step,
)
from resnet_book.ch01_vanishing_gradients.treatments import STEPS, TREATMENTS
from resnet_book.experiments.training import FIRST
from resnet_book.experiments.tuning import Tuning
from resnet_lib import data, files
from resnet_lib.train import Recipe, evaluate, init

PRIORITY = 2
BATCH, WINDOW = 128, 10
PROBED = (0, 100, 300, STEPS)


def low_loss(found: dict) -> float:
    """How good a rate is: minus the mean loss of the last 100 steps; none is worst."""
    loss = found["final_loss"]
    return -math.inf if loss is None else -loss


TUNING = Tuning(
    {name: treatment.rates for name, treatment in TREATMENTS.items()},
    5,
    chosen_on=5,
    score=low_loss,
)
ARMS = TUNING.arms


def cell(arm: str, seed: int, done: dict) -> dict:
    """The loss at the end with one rate, or a run with the best one; see `train`."""
    found = train(*TUNING.run(arm, seed, done), STEPS)
    if arm not in TUNING.tried:
        return found
    last = found["loss"][-100 // WINDOW :]
    return {"final_loss": round(float(np.mean(last)), 4)}


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, report."""
    name, rate, _ = TUNING.run(arm, seed, done)
    found = files.to_json(train(name, rate, seed, FIRST))
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def results(done: dict) -> dict:
    """How it was run, what was tried to choose the rates, and `runs` by treatment."""
    return {
        "settings": {
            "steps": STEPS,
            "batch_size": BATCH,
            "stem": "strided",
            "rates_chosen_on": f"seed {TUNING.chosen_on}, "
            "mean loss of the last 100 steps",
        },
        "step": list(range(WINDOW, STEPS + 1, WINDOW)),
        "probe_step": list(PROBED),
        "tried": {
            name: {
                rate: found[0]["final_loss"]
                for rate in treatment.rates
                if (found := done[f"{name} at {rate:g}"])
            }
            for name, treatment in TREATMENTS.items()
        },
        "runs": {name: done[name] for name in TREATMENTS},
    }


def train(name: str, peak: float, seed: int, steps: int) -> dict:
    """One network; the seed draws its weights and the order of the images.

    Returns:
        `rate`; by `WINDOW` steps the mean `loss` (nats) and `error` (%) of the training
        batches and, for the first and the last 3×3 kernel, [least, median, most] of
        `gradient` = ‖∂L/∂W‖ and of `update` = ‖ΔW‖ / ‖W‖; `coherence` of each kernel at
        the steps `PROBED`; `train_error` and `test_error` (%) at the end, in evaluation
        mode on 10,000 images each.
    """
    images, treatment = data.load("train"), TREATMENTS[name]
    recipe = Recipe(label_smoothing=0.0, augmentation="none", seed=seed)
    setup, state = init(treatment.model(seed), recipe, STEPS, images)
    tx = treatment.optimiser(peak, list(setup.decays))
    state = state._replace(opt=tx.init(state.params))
    kernels = block_kernels(setup)
    step = jax.jit(
        functools.partial(measured_step, setup, tx, kernels), donate_argnums=0
    )
    probes = jax.jit(functools.partial(coherence, setup, kernels))
    order = np.random.default_rng(seed).permutation(len(images.labels))
    batches = np.resize(order, (steps, BATCH))
    sample = images.images[:256], images.labels[:256]
    totals, norms, coherences = [np.zeros(2)], [], [np.asarray(probes(state, *sample))]
    for i, rows in enumerate(batches, start=1):
        state, seen = step(state, images.images[rows], images.labels[rows])
        norms.append(seen)
        if i % WINDOW == 0:
            totals.append(np.asarray(state.totals))
        if i in PROBED:
            coherences.append(np.asarray(probes(state, *sample)))
    loss, right = np.diff(totals, axis=0).T / (WINDOW * BATCH)
    gradient, update = np.moveaxis(np.asarray(jax.device_get(norms)), 1, 0)
    net = setup.model(state.params, state.rest)
    return {
        "rate": peak,
        "loss": loss.round(4).tolist(),
        "error": (100 - 100 * right).round(2).tolist(),
        "gradient": _by_window(gradient),
        "update": _by_window(update),
        "coherence": np.round(coherences, 3).tolist(),
        "train_error": _error(net, data.load("train[:10000]")),
        "test_error": _error(net, data.load("test")),
    }


def _by_window(values):
    """(steps, kernels) → by window [least, median, most], of the first and the last."""
    ends = values[:, [0, -1]].reshape(-1, WINDOW, 2)
    found = np.stack([ends.min(1), np.median(ends, 1), ends.max(1)], -1)
    first, last = np.vectorize(lambda x: float(f"{x:.3g}"))(found.swapaxes(0, 1))
    return {"first": first.tolist(), "last": last.tolist()}


def _error(net, images):
    return round(100 - 100 * evaluate(net, images).accuracy, 2)
