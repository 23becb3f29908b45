"""Chapter 5: ResNet-1202 for a hundred steps, beside two shallower ones.

One seed: what is asked is whether the loss goes down at all, and what becomes of the
gradient's profile; no accuracies are compared. Scaled to two CPU cores: the stem has
stride 2, and a batch is 16 images.
"""

import hashlib

import numpy as np
import optax
from flax import nnx

from resnet_book.experiments import by_hand
from resnet_lib import create_model, data, files, get_config, probe
from resnet_lib.train.augment import normalise

PRIORITY = 6
STEPS, BATCH, FIRST = 100, 16, 20
PROBED = (0, 10, 30, STEPS)
DEEP = 200
"""Blocks in each of the three stages of ResNet-1202."""
RUNS = {
    "20 layers": (3, 0.1, {}),
    "110 layers": (18, 0.1, {}),
    "1202 layers": (DEEP, 0.1, {}),
    "1202 layers, rate 0.01": (DEEP, 0.01, {}),
    "1202 layers, γ = 0": (DEEP, 0.1, {"zero_init_residual": True}),
    "1202 layers, pre-activation": (DEEP, 0.1, {"preactivation": True}),
}
"""Blocks per stage, learning rate, and what is changed of the network."""
ARMS = dict.fromkeys(RUNS, 1)


def cell(arm: str, seed: int, done: dict) -> dict:
    """See `train`."""
    return train(arm, seed, STEPS)


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, report."""
    found = files.to_json(train(arm, seed, FIRST))
    return hashlib.sha256(found.encode()).hexdigest()[:12]


def train(arm: str, seed: int, steps: int) -> dict:
    """One network by SGD with momentum 0.9 at a constant rate.

    Returns:
        `loss` and `gradient` (‖∂L/∂θ‖) of each step, and `probes` at the steps
        `PROBED`: of each block `gradient` = ‖∂L/∂x‖ at its input and `branch` =
        ‖F(x)‖ / ‖x‖, on 32 images. None stands for what is not finite.
    """
    blocks, rate, changes = RUNS[arm]
    images = data.load("train")

    def view(_, x):
        return normalise(x, images.mean, images.std)

    config = get_config("resnet20", depths=(blocks,) * 3, in_channels=1, **changes)
    model = create_model(config, stem="strided", scan=True, rngs=nnx.Rngs(seed))
    run = by_hand.Run(model, optax.sgd(rate, 0.9, nesterov=True), view)
    sample = view(None, images.images[:32]), images.labels[:32]
    probes = [_probed(run.model, *sample)]
    order = np.random.default_rng(seed).permutation(len(images.labels))
    for i, rows in enumerate(np.resize(order, (steps, BATCH)), start=1):
        run.step(images.images[rows], images.labels[rows])
        if i in PROBED:
            probes.append(_probed(run.model, *sample))
    loss, gradient, _ = run.steps
    return {"loss": _short(loss), "gradient": _short(gradient), "probes": probes}


def results(done: dict) -> dict:
    """How it was run, and `runs` by arm."""
    return {
        "settings": {"steps": STEPS, "batch_size": BATCH, "stem": "strided"},
        "probed": list(PROBED),
        "runs": {
            arm: {"rate": RUNS[arm][1]} | done[arm][0] for arm in RUNS if done[arm]
        },
    }


def _probed(model, images, labels):
    found = probe(model, images, labels)
    pair = {"gradient": found.gradient_norm, "branch": found.branch_ratio}
    return {name: _short(values) for name, values in pair.items()}


def _short(values):
    values = np.asarray(values, float)
    return [float(f"{v:.3g}") if np.isfinite(v) else None for v in values]
