"""Trains twenty steps on 1, 2 and 8 devices; prints what each found, as JSON.

A program of its own, since a process has as many devices as it starts with. GELU stands
in for ReLU: where an activation lies so near to zero that rounding decides on which
side, ReLU's slope turns rounding into a difference of 1e-3, and some seed always meets
one.
"""

import json

import jax
import numpy as np
from flax import nnx

from resnet_lib import create_model, data
from resnet_lib.train import Recipe, data_mesh, fit

RECIPE = Recipe(
    epochs=20, batch_size=64, peak_lr=0.01, augmentation="crop_flip", ema=0.9
)


def train(mesh, dispatch):
    garments = data.load("train[:80]", source="standin")
    model = create_model(
        "resnet8",
        widths=(4, 4, 4),
        stem="strided",
        stem_width=4,
        in_channels=1,
        rngs=nnx.Rngs(0),
    )
    before = jax.tree.leaves(nnx.state(model))
    history = fit(
        model,
        garments,
        garments,
        RECIPE,
        mesh=mesh,
        dispatch_epochs=dispatch,
    )
    after = jax.tree.leaves(nnx.state(model))
    leaves = jax.tree.leaves((nnx.state(model), nnx.state(history.averaged)))
    return {
        "train_loss": history.train_loss,
        "test_loss": history.test_loss,
        "moved": [float(abs(a - b).max()) for a, b in zip(after, before, strict=True)],
        "arrays": [np.asarray(leaf).ravel().tolist() for leaf in leaves],
    }


if __name__ == "__main__":
    assert len(jax.devices()) == 8
    nnx.relu = nnx.gelu
    results = {
        "1": train(None, False),
        "2": train(data_mesh(2), False),
        "8": train(data_mesh(), False),
        "8, one dispatch": train(data_mesh(8), True),
    }
    print(json.dumps(results))
