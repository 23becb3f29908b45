"""Chapter 5: which pixels one output looks at, before training and after.

ResNet-20 with a stem of stride 2. Asked is the middle of the map after stage 1: by the
formula it sees 27 of the 28 pixels, so that the field still fits the image. An epoch of
SGD, one cycle. The untrained network is asked with running averages of images, as the
trained one is: with its first ones, 0 and 1, its norms would do next to nothing.
"""

import hashlib

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from resnet_book.experiments import by_hand
from resnet_lib import create_model, data, summary
from resnet_lib.train import Recipe, decay_mask, schedule
from resnet_lib.train.augment import normalise

PRIORITY = 6
FIT, BATCH, PEAK, IMAGES, FIRST = 55_000, 128, 0.3, 256, 50
AVERAGED = 50
"""Batches that the running averages of an untrained network have seen."""
ARMS = {"resnet20": 5, "untrained": 5}


def cell(arm: str, seed: int, done: dict) -> dict:
    """The influence of each pixel, and of a trained network per cent `right`.

    It has also what was `before`, with the running averages that a network begins with.
    """
    if arm == "untrained":
        return {"influence": influence(*averaged(seed))}
    run, images = trained(seed, FIT)
    return {
        "before": influence(_model(seed), images),
        "after": influence(run.model, images),
        "right": by_hand.per_cent_right(run.model, data.load("test"), _view(images)),
    }


def trace(arm: str, seed: int, done: dict) -> str:
    """A hash of what the first steps, as many as `FIRST`, did."""
    if arm == "untrained":
        found = np.asarray(influence(*averaged(seed)))
    else:
        found = np.asarray(trained(seed, FIRST * BATCH)[0].steps)
    return hashlib.sha256(found.tobytes()).hexdigest()[:12]


def results(done: dict) -> dict:
    """How it was run, the side of the formula's field, and both arms, seed by seed."""
    rows = {row.part: row for row in summary(_model(0).config, 28)}
    return {
        "settings": {
            "images": FIT,
            "epochs": 1,
            "looked_at": IMAGES,
            "averaged": AVERAGED * BATCH,
        },
        "field": rows["stage1"].receptive_field,
        "before": [cell["influence"] for cell in done["untrained"].values()],
        "after": [cell["after"] for cell in done["resnet20"].values()],
    }


def trained(seed: int, fit: int):
    """A run of an epoch of the first `fit` training images, and the data set."""
    images, model = data.load(f"train[:{fit}]"), _model(seed)
    steps = len(images.labels) // BATCH
    rate = schedule(Recipe(peak_lr=PEAK), steps)
    decay = optax.add_decayed_weights(5e-4, decay_mask)
    tx = optax.chain(decay, optax.sgd(rate, 0.9, nesterov=True))
    run = by_hand.Run(model, tx, _view(images), 0.1, seed)
    for batch in by_hand.batches(images, BATCH, seed):
        run.step(*batch)
    return run, images


def averaged(seed: int):
    """A model whose weights have stayed while its norms saw images, and the images."""
    images = data.load(f"train[:{AVERAGED * BATCH}]")
    run = by_hand.Run(_model(seed), optax.set_to_zero(), _view(images))
    for batch in by_hand.batches(images, BATCH, seed):
        run.step(*batch)
    return run.model, images


def influence(model: nnx.Module, images) -> list[list[float]]:
    """Mean |∂y/∂pixel| over images, y a random sum of the middle's channels; its sum 1.

    In evaluation mode: no pixel shall reach the output through the batch's statistics.
    """
    model = nnx.clone(model)
    model.eval()
    x = _view(images)(None, jnp.asarray(images.images[:IMAGES], jnp.float32))

    def middle(x):
        out = model.features(x)["stage1"]
        centre = out[:, out.shape[1] // 2, out.shape[2] // 2]
        return (centre * jax.random.normal(jax.random.key(1), centre.shape)).sum()

    found = np.abs(np.asarray(jax.jit(jax.grad(middle))(x))).mean((0, 3))
    return [[float(f"{v:.3g}") for v in row] for row in found / found.sum()]


def _model(seed):
    return create_model("resnet20", stem="strided", in_channels=1, rngs=nnx.Rngs(seed))


def _view(images):
    return lambda _, x: normalise(x, images.mean, images.std)
