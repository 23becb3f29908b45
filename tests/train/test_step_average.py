import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib.train import Recipe, evaluate, fit, start, train_step
from resnet_lib.train.step import advance, begin

RECIPE = Recipe(batch_size=32, peak_lr=0.1, augmentation="none", ema=0.5)


def test_a_step_of_a_run_is_a_training_step_and_one_of_the_average(tiny, garments):
    frame, state = start(tiny, RECIPE, 20)
    plain = jax.jit(functools.partial(train_step, frame))
    step = jax.jit(functools.partial(advance, frame, False))
    run = begin(frame, state)
    average = [np.array(leaf) for leaf in state.params + state.rest]
    for i in range(10):
        batch = slice(32 * i, 32 * i + 32)
        state = plain(state, garments.images[batch], garments.labels[batch])
        run = step(run, garments.images[batch], garments.labels[batch])
        d = min(0.5, (1 + i) / (10 + i))
        average = [
            d * a + (1 - d) * np.asarray(b)
            for a, b in zip(average, state.params + state.rest, strict=True)
        ]
    assert int(run.state.step) == 10 and int(run.faults) == 0
    for a, b in zip(run.state.params, state.params, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
    for a, b in zip(run.average[0] + run.average[1], average, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_the_average_goes_into_the_model_that_is_given_for_it(tiny, garments):
    recipe = Recipe(epochs=2, batch_size=128, peak_lr=0.2, ema=0.9)
    averaged = nnx.clone(tiny)
    fit(tiny, garments, None, recipe, averaged=averaged)
    kernels = [np.asarray(net.head.kernel[...]) for net in (tiny, averaged)]
    assert np.isfinite(kernels[1]).all() and (kernels[0] != kernels[1]).any()
    assert np.isfinite(evaluate(averaged, garments).loss)


def test_a_recipe_and_its_average_belong_together(tiny, garments):
    with pytest.raises(ValueError, match="ema=0.5 needs a model for the average"):
        fit(tiny, garments, None, RECIPE)
    with pytest.raises(ValueError, match="averaged needs a recipe with ema above 0"):
        fit(tiny, garments, None, Recipe(batch_size=32), averaged=nnx.clone(tiny))


def test_an_average_needs_no_room_where_there_is_none(tiny):
    frame, state = start(tiny, Recipe(batch_size=32), 5)
    assert jax.tree.leaves(begin(frame, state).average) == []
    assert begin(frame, state).faults.dtype == jnp.int32
