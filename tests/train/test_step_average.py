import dataclasses
import functools

import jax
import numpy as np
import pytest

from resnet_lib.train import Recipe, evaluate, fit, guarded_step, init, train_step

RECIPE = Recipe(batch_size=32, peak_lr=0.1, augmentation="none", ema=0.5)


def test_a_step_of_a_run_is_a_training_step_and_one_of_the_average(tiny, garments):
    setup, state = init(tiny, RECIPE, 20)
    plain = jax.jit(functools.partial(train_step, setup))
    step = jax.jit(functools.partial(guarded_step, setup, False))
    run = state
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
    assert int(run.step) == 10 and int(run.faults) == 0
    for a, b in zip(run.params, state.params, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)
    for a, b in zip(run.average[0] + run.average[1], average, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-5)


def test_fit_returns_the_average_as_a_model(tiny, garments):
    recipe = Recipe(epochs=2, batch_size=128, peak_lr=0.2, ema=0.9)
    history = fit(tiny, garments, None, recipe)
    kernels = [np.asarray(net.head.kernel[...]) for net in (tiny, history.averaged)]
    assert np.isfinite(kernels[1]).all() and (kernels[0] != kernels[1]).any()
    assert np.isfinite(evaluate(history.averaged, garments).loss)
    assert "averaged" not in history.rows()[0] | dataclasses.asdict(history)


def test_an_interrupted_run_leaves_history_and_average_with_the_exception(
    tiny, garments
):
    def interrupt(row):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stop:
        fit(tiny, garments, None, RECIPE, on_epoch=interrupt)
    history = stop.value.history
    assert len(history.rows()) == 1
    kernels = [np.asarray(net.head.kernel[...]) for net in (tiny, history.averaged)]
    assert np.isfinite(kernels[1]).all() and (kernels[0] != kernels[1]).any()


def test_an_average_needs_no_room_where_there_is_none(tiny, garments):
    recipe = Recipe(epochs=1, batch_size=128)
    assert jax.tree.leaves(init(tiny, recipe, 5)[1].average) == []
    assert fit(tiny, garments, None, recipe).averaged is None
