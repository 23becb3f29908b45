"""Chapter 2: trained networks with blocks removed or swapped, over five seeds.

Two epochs of all 55,000 training images, a stem of stride 2, no augmentation. Lesions
are judged on the held-out images, and nothing is chosen.
"""

import dataclasses

import numpy as np
from flax import nnx

from resnet_book.ch02_residual_blocks.lesions import Bench, descent
from resnet_book.experiments.training import FIT, first_steps, splits, train
from resnet_lib import ResNetConfig, create_model, get_config, probe
from resnet_lib.train import Recipe
from resnet_lib.train.augment import normalise

PRIORITY = 4
ARMS = dict.fromkeys(("resnet20", "resnet56", "plain20"), 5)
RECIPE = Recipe(epochs=2, peak_lr=0.1, augmentation="none", label_smoothing=0.0)
SEVERAL, DRAWS = (1, 2, 3, 4, 6), 10


def config(arm: str) -> ResNetConfig:
    """The network that is trained."""
    return dataclasses.replace(get_config(arm, in_channels=1), stem="strided")


def cell(arm: str, seed: int, done: dict) -> dict:
    """Trains one network and takes it apart.

    Returns:
        Per cent of the held-out images right: `whole`; `removed` and `swapped`, one
        entry per block or pair; `several`, ten draws for each number of blocks removed.
        `branch_ratio`, ‖F(x)‖/‖x‖ of each block, before and after training. Of residual
        networks `descent`, the mean cosine of F(x) and −∂L/∂x on 500 images.
    """
    fit_on, judge_on = splits()
    x = normalise(judge_on.images, fit_on.mean, fit_on.std)
    few = x[:128], judge_on.labels[:128]
    before = probe(create_model(config(arm), rngs=nnx.Rngs(seed)), *few).branch_ratio
    model = train(config(arm), RECIPE, seed, fit_on).model
    model.eval()
    bench, rng = Bench(model, x, judge_on.labels), np.random.default_rng(seed)
    found = {
        "whole": bench.accuracy(),
        "removed": bench.removed(),
        "swapped": bench.swapped(),
        "several": {str(k): bench.several(k, DRAWS, rng) for k in SEVERAL},
        "branch_ratio": {
            "before": np.round(before, 4),
            "after": np.round(probe(model, *few).branch_ratio, 4),
        },
    }
    if config(arm).residual:
        found["descent"] = np.round(descent(model, x[:500], judge_on.labels[:500]), 4)
    return found


def trace(arm: str, seed: int, done: dict) -> str:
    """See `first_steps`."""
    return first_steps(config(arm), RECIPE, seed)


def results(done: dict) -> dict:
    """The settings, and `runs` by network."""
    return {"images": FIT, "epochs": RECIPE.epochs, "runs": done}
