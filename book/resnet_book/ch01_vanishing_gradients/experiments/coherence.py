"""Chapter 1: does plain-56 train worse because its first gradients share too little?

With equal steps the length of a gradient counts for nothing: what is left of it is its
direction. Here the looks-linear network, which trains well with equal steps, takes its
direction from a single image of each batch for the first `EARLY` steps. The directions
of different steps then have as little in common as plain-56's have at the start, and
nothing else changes: BatchNorm sees the whole batch, and every tensor moves as far as
before.

Beside them the same network with whole batches at the rate that those runs choose. And
both networks as they are, for `EARLY` steps: how much do the directions of different
steps have in common? Settings and seeds are those of `interventions`.
"""

import dataclasses
import functools
import hashlib

import jax
import jax.numpy as jnp
import numpy as np
import optax

from resnet_book.ch01_vanishing_gradients.experiments.interventions import low_loss
from resnet_book.ch01_vanishing_gradients.measures import block_kernels, coherence
from resnet_book.ch01_vanishing_gradients.treatments import STEPS, TREATMENTS
from resnet_book.experiments.training import FIRST
from resnet_book.experiments.tuning import Tuning
from resnet_lib import data, files
from resnet_lib.train import Recipe, init
from resnet_lib.train.step import Setup, TrainState, gradients

PRIORITY = 2
BATCH, WINDOW, EARLY = 128, 10, 100
PROBED = (0, 2, 5, 10, 20, 30, 50, 75, EARLY, 300, STEPS)
PLAIN, LINEAR = "equal steps", "looks-linear, equal steps"
SPOILT, CONTROL = "one image in the first steps", "whole batches at its rate"
RATE = 0.003
"""Of both networks as they are: what `interventions` chose for them."""


@dataclasses.dataclass(frozen=True)
class Run:
    """A network with equal steps, and what its directions come from.

    Attributes:
        treatment: Of `TREATMENTS`.
        single: For how many steps only the first image of a batch counts.
        steps: How many are taken of the `STEPS` that the rate is planned for.
    """

    treatment: str
    single: int
    steps: int = STEPS


RUNS = {
    SPOILT: Run(LINEAR, EARLY),
    CONTROL: Run(LINEAR, 0),
    "plain-56 as it is": Run(PLAIN, 0, EARLY),
    "looks-linear as it is": Run(LINEAR, 0, EARLY),
}

TUNING = Tuning({SPOILT: (0.0003, 0.001, 0.003)}, 5, chosen_on=5, score=low_loss)
ARMS = TUNING.arms | dict.fromkeys(RUNS, 5)


def cell(arm: str, seed: int, done: dict) -> dict:
    """The loss at the end with one rate, or a whole run; see `train`."""
    found = train(*_run(arm, seed, done))
    if arm not in TUNING.tried:
        return found
    last = found["loss"][-100 // WINDOW :]
    return {"final_loss": round(float(np.mean(last)), 4)}


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, report."""
    found = files.to_json(train(*_run(arm, seed, done), FIRST))
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def results(done: dict) -> dict:
    """Settings, what was tried to choose the rates, and `runs` by arm."""
    return {
        "settings": {
            "early": EARLY,
            "batch_size": BATCH,
            "steps": STEPS,
            "window": WINDOW,
        },
        "probe_step": list(PROBED),
        "tried": {
            SPOILT: {
                f"{rate:g}": found[0]["final_loss"]
                for arm, (_, rate) in TUNING.tried.items()
                if (found := done[arm])
            }
        },
        "runs": {name: done[name] for name in RUNS},
    }


def train(name: str, peak: float, seed: int, steps: int | None = None) -> dict:
    """One network; the seed draws its weights and the order of the images.

    Returns:
        `rate`; by `WINDOW` steps the mean `loss` (nats) of the training batches, all
        images; and `coherence` of the directions that are taken at the steps `PROBED`,
        the mean over the blocks' kernels of the mean cosine over pairs of batches.
    """
    images, run = data.load("train"), RUNS[name]
    steps, treatment = steps or run.steps, TREATMENTS[run.treatment]
    recipe = Recipe(label_smoothing=0.0, augmentation="none", seed=seed)
    setup, state = init(treatment.model(seed), recipe, STEPS, images)
    tx = treatment.optimiser(peak, list(setup.decays))
    state = state._replace(opt=tx.init(state.params))
    step = jax.jit(functools.partial(directed_step, setup, tx), donate_argnums=0)
    probe = jax.jit(functools.partial(coherence, setup, block_kernels(setup)))
    order = np.random.default_rng(seed).permutation(len(images.labels))
    batches, sample = np.resize(order, (steps, BATCH)), order[-8 * BATCH :]
    totals, seen = [np.zeros(2)], []
    for i in range(steps + 1):
        single = i < run.single
        if i in PROBED:
            labels = counted(images.labels[sample], single)
            seen.append(float(np.mean(probe(state, images.images[sample], labels))))
        if i < steps:
            rows = batches[i]
            given = images.images[rows], images.labels[rows]
            state = step(state, *given, counted(given[1], single))
        if i % WINDOW == WINDOW - 1:
            totals.append(np.asarray(state.totals))
    loss = np.diff(totals, axis=0)[:, 0] / (WINDOW * BATCH)
    return {
        "rate": peak,
        "loss": loss.round(4).tolist(),
        "coherence": np.round(seen, 4).tolist(),
    }


def counted(labels: np.ndarray, single: bool) -> np.ndarray:
    """The labels, or only the first of each batch: −1 is no class, its loss is 0."""
    return (
        np.where(np.arange(len(labels)) % BATCH > 0, -1, labels) if single else labels
    )


def directed_step(
    setup: Setup,
    tx: optax.GradientTransformation,
    state: TrainState,
    images: jax.Array,
    labels: jax.Array,
    counted: jax.Array,
) -> TrainState:
    """One step of `tx` along the gradient of the images that count.

    `totals` are of all images. The mean is over those that count, so that weight decay
    has the same weight beside it.
    """
    _, rest, found = gradients(setup, state, images, labels)
    grads, _, _ = gradients(setup, state, images, counted)
    share = jnp.mean(counted >= 0)
    updates, opt = tx.update([g / share for g in grads], state.opt, state.params)
    params = optax.apply_updates(state.params, updates)
    step, totals = state.step + 1, state.totals + found
    return state._replace(params=params, rest=rest, opt=opt, step=step, totals=totals)


def _run(arm, seed, done):
    """Name, rate and seed of a cell."""
    if arm in TUNING.arms:
        return TUNING.run(arm, seed, done)
    chosen = TUNING.run(SPOILT, seed, done).rate if arm == CONTROL else RATE
    return arm, chosen, seed
