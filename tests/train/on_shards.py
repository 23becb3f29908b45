"""Trains with parameters in shards on 1, 2 and 8 devices; prints what was found.

A program of its own, as `on_eight_devices.py` is.
"""

import json
import shutil
import sys
from pathlib import Path

import jax
import numpy as np
from flax import nnx

from resnet_lib import create_model, data
from resnet_lib.train import Checkpoints, Recipe, data_mesh, feeds, fit
from resnet_lib.train.checkpoint_files import digest, named

RECIPE = Recipe(
    epochs=4, batch_size=64, peak_lr=0.01, augmentation="crop_flip", ema=0.9
)
HELD = {}  # bytes of a run's state on its first device, by name


class Enough(Exception):
    """Stops a run after an epoch."""


def watched(step, name):
    """A step that notes what its new state takes on one device."""

    def noted(*given):
        state = step(*given)
        first = jax.devices()[0]
        HELD[name] = sum(
            shard.data.nbytes
            for leaf in jax.tree.leaves(state)
            for shard in leaf.addressable_shards
            if shard.device == first
        )
        return state

    return noted


def train(name, mesh, *, shard=True, folder=None, stop=0, dispatch=False):
    garments = data.load("train[:80]", source="standin")
    model = create_model(
        "resnet8", widths=(8, 8, 16), stem="strided", stem_width=8, in_channels=1,
        rngs=nnx.Rngs(0),
    )  # fmt: skip
    found = []

    def on_epoch(row):
        found.append(row["train_loss"])
        if stop and len(found) == stop:
            raise Enough

    program = feeds.program
    feeds.program = lambda *given, **more: watched(program(*given, **more), name)
    averaged = None
    try:
        history = fit(
            model, garments, garments, RECIPE, mesh=mesh, shard_params=shard,
            checkpoints=folder and Checkpoints(folder), on_epoch=on_epoch,
            dispatch_epochs=dispatch,
        )  # fmt: skip
        averaged = history.averaged
    except Enough:
        pass
    finally:
        feeds.program = program
    leaves = jax.tree.leaves((nnx.state(model), nnx.state(averaged or model)))
    return {
        "losses": found,
        "arrays": [np.asarray(leaf).ravel().tolist() for leaf in leaves],
        "sha256": digest(named(nnx.state(model))),
        "held": HELD.get(name),
    }


if __name__ == "__main__":
    assert len(jax.devices()) == 8
    nnx.relu = nnx.gelu  # see on_eight_devices.py
    folder, results = Path(sys.argv[1]), {}
    results["1"] = train("1", None, shard=False)
    results["8, copies"] = train("8, copies", data_mesh(), shard=False, stop=1)
    whole = folder / "whole"
    results["8 shards"] = train("8 shards", data_mesh(), folder=whole)
    results["8, one dispatch"] = train("8, one dispatch", data_mesh(), dispatch=True)
    # A finished run has nothing left to do but to read what it saved.
    for count in (1, 2, 4):
        results[f"read on {count}"] = train("read", data_mesh(count), folder=whole)
    results["read on one, whole"] = train("read", None, shard=False, folder=whole)
    left = folder / "left"
    train("left", data_mesh(), folder=left, stop=2)
    for count in (2, 8):
        place = shutil.copytree(left, folder / str(count))
        results[f"from 8 on {count}"] = train("on", data_mesh(count), folder=place)
    print(json.dumps(results))
