"""Chapter 6: runs that are told their rates are those of a rate that is built in."""

import numpy as np
import optax
from flax import nnx

from resnet_book.ch06_training.rated import Rated
from resnet_book.experiments import by_hand
from resnet_lib import create_model


def view(_, images):
    return images


def test_each_run_starts_anew_and_follows_its_rates():
    model = create_model(
        "compact",
        depths=(1,),
        widths=(4,),
        stem_width=4,
        in_channels=1,
        rngs=nnx.Rngs(0),
    )
    draw = np.random.default_rng(0)
    batch = draw.normal(size=(8, 8, 8, 1)).astype(np.float32), np.arange(8)
    run = Rated(model, view)
    first, other = (run.steps_of([rate] * 3, [batch] * 3) for rate in (0.05, 0.3))
    for rate, found in ((0.05, first), (0.3, other)):
        built_in = by_hand.Run(model, optax.sgd(rate, 0.9, nesterov=True), view)
        for _ in range(3):
            built_in.step(*batch)
        np.testing.assert_allclose(found, built_in.steps, rtol=1e-4)
    assert first.loss[0] == other.loss[0]
