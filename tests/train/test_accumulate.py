import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib.train import Recipe, accumulate, fit, init, train_step
from resnet_lib.train.recipe import steps_in
from resnet_lib.train.step import gradients


class Plain(nnx.Module):
    """A network without BatchNorm."""

    def __init__(self, rngs):
        self.dense = nnx.Linear(28 * 28, 10, rngs=rngs)

    def __call__(self, x):
        return self.dense(x.reshape(len(x), -1))


def step_of(model, data, parts, n=16):
    recipe = Recipe(accumulate=parts, augmentation="crop_flip")
    setup, state = init(model, recipe, 10, data)
    step = jax.jit(functools.partial(train_step, setup))
    return step(state, data.images[:n], data.labels[:n])


@pytest.mark.parametrize("parts", [2, 4, 16])
def test_without_batch_norm_the_parts_make_the_step_of_the_whole(garments, parts):
    """Augmentation included: an image is turned alike whatever part it is in."""
    whole, cut = (step_of(Plain(nnx.Rngs(0)), garments, k) for k in (1, parts))
    for ours, reference in zip(cut.params, whole.params, strict=True):
        np.testing.assert_allclose(ours, reference, atol=1e-6)
    np.testing.assert_allclose(cut.totals, whole.totals, rtol=1e-5)


def test_with_batch_norm_each_part_is_normalised_alone(tiny, garments):
    """The gradient is the mean of those of the parts; averages move once a part."""
    setup, state = init(tiny, Recipe(accumulate=2, augmentation="none"), 10, garments)
    alone, _ = init(tiny, Recipe(augmentation="none"), 10, garments)
    images, labels = garments.images[:8], garments.labels[:8]
    grads, rest, _ = gradients(setup, state, images, labels)
    first, moved, _ = gradients(alone, state, images[::2], labels[::2])
    second, expected, _ = gradients(
        alone, state._replace(rest=moved), images[1::2], labels[1::2]
    )
    for ours, a, b in zip(grads, first, second, strict=True):
        np.testing.assert_allclose(ours, (a + b) / 2, atol=2e-5)
    for ours, reference in zip(rest, expected, strict=True):
        np.testing.assert_allclose(ours, reference, rtol=1e-4, atol=1e-6)


def test_with_batch_norm_it_is_not_the_step_of_the_whole(tiny, garments):
    whole, cut = (step_of(tiny, garments, k) for k in (1, 4))
    assert (
        max(abs(a - b).max() for a, b in zip(cut.rest, whole.rest, strict=True)) > 1e-3
    )


def test_one_part_is_the_batch_itself():
    given = {}

    def one(rest, x, labels, key):
        given.update(x=x, labels=labels, key=key)
        return "as it came"

    x, labels, key = jnp.ones((4, 2)), jnp.arange(4), jax.random.key(0)
    assert accumulate.over(one, 1, None, x, labels, key) == "as it came"
    assert given["x"] is x and given["labels"] is labels and given["key"] is key


def test_parts_draw_different_numbers():
    def one(rest, x, labels, key):
        return jnp.zeros(()), rest + jax.random.normal(key), jnp.zeros(2)

    key, zeros = jax.random.key(0), jnp.zeros(4)
    _, rest, _ = accumulate.over(one, 2, jnp.zeros(()), zeros, zeros, key)
    a, b = map(jax.random.normal, jax.random.split(key))
    assert a != b and float(rest) == pytest.approx(float(a + b))


@pytest.mark.parametrize("devices, share", [(1, 64), (4, 16)])
def test_parts_that_do_not_divide_a_share_are_refused(devices, share):
    words = f"accumulate=3: does not divide the {share} images of each device"
    with pytest.raises(ValueError, match=words):
        steps_in(Recipe(accumulate=3, batch_size=64), 512, devices)


def test_a_run_accumulates(tiny, garments):
    history = fit(tiny, garments, None, Recipe(epochs=1, batch_size=64, accumulate=4))
    assert history.train_loss[0] > 0
