"""Chapter 1: which of the networks that train in the page learn, in JAX?

Plain and residual nets of 2 to 50 layers without a norm, initial scale 1, from the same
weights on the same batches: 300 steps of Adam on 1,600 images of 14 × 14.
"""

import itertools

import jax
import numpy as np

from resnet_book.ch01_vanishing_gradients import in_page

PRIORITY = 7
ACTIVATIONS, DEPTHS, NETS = ("sigmoid", "tanh"), (2, 10, 20, 50), ("plain", "residual")
ROWS = tuple(itertools.product(ACTIVATIONS, DEPTHS, NETS))
ARMS = {f"{name}, {depth} layers, {net}": 5 for name, depth, net in ROWS}
STEPS = in_page.STEPS


def cell(arm: str, seed: int, done: dict) -> dict:
    """`loss`: its mean over the last 20 steps; `accuracy` on the other images.

    `first`: the gradient's norm at the first layer's weights in the first step, over
    that at the last layer's.
    """
    activation, layers, net = arm.split(", ")
    depth = int(layers.split()[0])
    greys, labels = in_page.garments()
    x, trained = in_page.inputs(greys), min(in_page.TRAIN, len(labels) // 2)
    weights = in_page.initial(depth, 1.0, jax.random.key(seed))
    size = (STEPS, in_page.BATCH)
    chosen = np.random.default_rng(seed).integers(0, trained, size)
    kind = {"residual": net == "residual", "activation": activation}
    weights, losses, norms = in_page.train(weights, x, labels, chosen, **kind)
    answers = in_page.logits(weights, x[trained:], **kind).argmax(1)
    first, *_, last = np.asarray(norms[0])
    return {
        "loss": float(np.mean(losses[-20:])),
        "accuracy": float((answers == labels[trained:]).mean()),
        "first": float(first / last),
    }


def results(done: dict) -> dict:
    """For each arm the smallest, the middle and the largest of the seeds."""
    rows = []
    for arm, cells in done.items():
        activation, layers, net = arm.split(", ")
        row = {"activation": activation, "layers": layers, "net": net}
        for name in ("loss", "accuracy", "first"):
            found = [cell[name] for cell in cells.values()]
            row[name] = [min(found), float(np.median(found)), max(found)]
        rows.append(row)
    return {"rows": rows, "seeds": max(map(len, done.values()), default=0)}
