"""Directions from one image of each batch, and nothing else changed."""

import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_book.ch01_vanishing_gradients.experiments.coherence import (
    BATCH,
    counted,
    directed_step,
)
from resnet_lib import create_model, data
from resnet_lib.train import Recipe, init
from resnet_lib.train.step import cross_entropy, train_step

RECIPE = Recipe(label_smoothing=0.0, augmentation="none")


@pytest.fixture(scope="module")
def begun():
    images = data.load("train[:128]", source="standin")
    model = create_model("resnet8", in_channels=1, stem="strided", rngs=nnx.Rngs(0))
    return images, *init(model, RECIPE, 10, images)


def stepped(begun, single, tx):
    images, setup, state = begun
    state = state._replace(opt=tx.init(state.params))
    given = images.images, images.labels
    step = jax.jit(functools.partial(directed_step, setup, tx))
    return step(state, *given, counted(images.labels, single))


def test_only_the_first_image_of_each_batch_counts():
    labels = np.arange(1, 2 * BATCH + 1)
    np.testing.assert_array_equal(counted(labels, False), labels)
    seen = counted(labels, True)
    assert [seen[0], seen[BATCH]] == [1, BATCH + 1]
    assert (seen >= 0).sum() == 2


def test_the_gradient_is_that_of_the_first_image_among_all(begun):
    images, setup, state = begun
    x = (images.images / 255 - images.mean) / images.std

    def loss(params):
        logits = setup.model(params, state.rest)(jnp.asarray(x, jnp.float32))
        return cross_entropy(logits, images.labels)[0]

    wanted = jax.jit(jax.grad(loss))(state.params)
    new = stepped(begun, True, optax.sgd(1.0))
    for before, after, gradient in zip(state.params, new.params, wanted, strict=True):
        np.testing.assert_allclose(before - after, gradient, rtol=1e-3, atol=1e-4)


def test_statistics_and_totals_are_of_the_whole_batch(begun):
    one, whole = (stepped(begun, single, optax.sgd(0.1)) for single in (True, False))
    jax.tree.map(np.testing.assert_array_equal, one.rest, whole.rest)
    np.testing.assert_array_equal(one.totals, whole.totals)
    assert any((a != b).any() for a, b in zip(one.params, whole.params, strict=True))


def test_with_all_images_it_is_an_ordinary_step(begun):
    images, setup, state = begun
    step = jax.jit(functools.partial(train_step, setup))
    ordinary = step(state, images.images, images.labels)
    new = stepped(begun, False, setup.tx)
    for a, b in zip(ordinary.params, new.params, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
