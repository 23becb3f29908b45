"""A model with random layers of its own: their keys move along like any other array."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib.train import Checkpoints, Recipe, data_mesh, evaluate, fit, random_keys
from resnet_lib.train.step import guarded_step, init


class Dropping(nnx.Module):
    """A linear classifier of half of the pixels, other ones in each step."""

    def __init__(self, rngs):
        self.linear = nnx.Linear(784, 10, rngs=rngs)
        self.dropout = nnx.Dropout(0.5, rngs=rngs)

    def __call__(self, x):
        return self.linear(self.dropout(x.reshape(len(x), -1)))


@pytest.fixture
def dropping():
    return Dropping(nnx.Rngs(0, dropout=1))


def numbers(model):
    return random_keys.numbers(jax.tree.leaves(nnx.state(model)))


def assert_same(one, other):
    for a, b in zip(numbers(one), numbers(other), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("impl", ["threefry2x32", "rbg"])
def test_keys_of_every_generator_are_numbers_and_keys_again(impl):
    leaves = [jnp.ones(2), jax.random.split(jax.random.key(3, impl=impl), 4)]
    numbers = random_keys.numbers(leaves)
    assert [np.asarray(x).dtype for x in numbers] == ["float32", "uint32"]
    again = random_keys.keys(numbers, random_keys.kinds(leaves))
    assert again[0] is leaves[0] and (again[1] == leaves[1]).all()
    assert again[1].dtype == leaves[1].dtype


RECIPE = Recipe(epochs=2, batch_size=64, peak_lr=0.05, ema=0.9)


def test_each_step_draws_anew_and_the_average_has_the_latest_counts(dropping, garments):
    history = fit(dropping, garments, garments, RECIPE)
    assert int(dropping.dropout.rngs.count[...]) == 2 * 512 // 64
    averaged = history.averaged
    assert int(averaged.dropout.rngs.count[...]) == 2 * 512 // 64
    assert evaluate(averaged, garments).accuracy > 0.5
    moved = abs(averaged.linear.kernel[...] - dropping.linear.kernel[...]).max()
    assert moved > 1e-4


def test_a_run_goes_on_to_the_same_bits(dropping, garments, tmp_path):
    whole = nnx.clone(dropping)
    fit(whole, garments, None, RECIPE)

    def stop(row):
        raise KeyboardInterrupt

    checkpoints = Checkpoints(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        fit(dropping, garments, None, RECIPE, checkpoints=checkpoints, on_epoch=stop)
    again = Dropping(nnx.Rngs(0, dropout=1))
    fit(again, garments, None, RECIPE, checkpoints=checkpoints)
    assert_same(again, whole)


@pytest.mark.parametrize("sharded", [False, True])
def test_a_mesh_takes_it(dropping, garments, sharded):
    alone = nnx.clone(dropping)
    fit(alone, garments, None, RECIPE)
    fit(dropping, garments, None, RECIPE, mesh=data_mesh(1), shard_params=sharded)
    for a, b in zip(numbers(dropping), numbers(alone), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_parts_of_a_batch_draw_apart(dropping, garments):
    fit(dropping, garments, None, Recipe(epochs=1, batch_size=64, accumulate=2))
    assert int(dropping.dropout.rngs.count[...]) == 2 * 512 // 64


def test_a_step_that_is_not_finite_is_explained(dropping, garments):
    recipe = Recipe(epochs=1, batch_size=64, peak_lr=1e30, schedule="constant")
    with pytest.raises(FloatingPointError, match="gradient norm by block: linear"):
        fit(dropping, garments, None, recipe)


def test_a_skipped_step_draws_nothing(dropping, garments):
    setup, state = init(dropping, RECIPE, 4, garments)
    batch = garments.images[:8], garments.labels[:8]
    broken = state._replace(params=[x * jnp.nan for x in state.params])
    after = jax.jit(guarded_step, static_argnums=(0, 1))(setup, True, broken, *batch)
    for before, kept in zip(state.rest, after.rest, strict=True):
        np.testing.assert_array_equal(before, kept)
