import functools

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_lib import create_model
from resnet_lib.train import (
    Recipe,
    cross_entropy,
    decay_mask,
    epoch,
    init,
    schedule,
    train_step,
)
from resnet_lib.train.augment import normalise

RECIPE = Recipe(batch_size=32, peak_lr=0.1, augmentation="none")


def test_cross_entropy_with_smoothing_is_the_sum_over_softened_targets():
    logits = jnp.array([[2.0, 0.0, -1.0]])
    log_p = np.asarray(jax.nn.log_softmax(logits))[0]
    expected = -(np.array([0.1 / 3, 0.9 + 0.1 / 3, 0.1 / 3]) * log_p).sum()
    assert float(cross_entropy(logits, jnp.array([1]), 0.1)[0]) == pytest.approx(
        expected, rel=1e-6
    )


def test_the_functional_step_equals_the_readable_one_with_nnx_optimizer(tiny, garments):
    images, labels = garments.images[:32], jnp.asarray(garments.labels[:32])
    setup, state = init(tiny, RECIPE, 10, garments)
    state = jax.jit(functools.partial(train_step, setup))(state, images, labels)

    tx = optax.chain(
        optax.add_decayed_weights(RECIPE.weight_decay, decay_mask),
        optax.sgd(schedule(RECIPE, 10), RECIPE.momentum, nesterov=True),
    )
    optimizer = nnx.Optimizer(tiny, tx, wrt=nnx.Param)

    def loss(model):
        logits = model(normalise(jnp.asarray(images), garments.mean, garments.std))
        return cross_entropy(logits, labels, RECIPE.label_smoothing).mean()

    @nnx.jit
    def step(model, optimizer):
        value, grads = nnx.value_and_grad(loss)(model)
        optimizer.update(model, grads)
        return value

    value = step(tiny, optimizer)
    assert float(state.totals[0]) / 32 == pytest.approx(float(value), rel=1e-5)
    _, params, rest = nnx.split(tiny, nnx.Param, ...)
    for ours, theirs in ((state.params, params), (state.rest, rest)):
        for a, b in zip(ours, jax.tree.leaves(theirs), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_an_epoch_in_one_dispatch_equals_the_loop_over_its_steps(tiny, garments):
    recipe = Recipe(batch_size=32, peak_lr=0.1, augmentation="crop_flip")
    images, labels = jnp.asarray(garments.images), jnp.asarray(garments.labels)
    order = np.random.default_rng(0).permutation(512)[:128].reshape(4, 32)
    setup, state = init(tiny, recipe, 4, garments)
    step = functools.partial(train_step, setup)
    looped, jitted = state, jax.jit(step)
    for rows in order:
        looped = jitted(looped, images[rows], labels[rows])
    run = jax.jit(functools.partial(epoch, step))
    dispatched = run(state, images, labels, jnp.asarray(order))
    assert int(dispatched.step) == int(looped.step) == 4
    for a, b in zip(jax.tree.leaves(looped), jax.tree.leaves(dispatched), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_taking_a_model_apart_leaves_it_its_own_arrays(tiny, garments):
    before = jax.tree.map(np.array, nnx.to_pure_dict(nnx.state(tiny)))
    setup, state = init(tiny, RECIPE, 10)
    step = jax.jit(functools.partial(train_step, setup), donate_argnums=0)
    step(state, garments.images[:32], garments.labels[:32])
    after = nnx.to_pure_dict(nnx.state(tiny))
    assert jax.tree.all(jax.tree.map(np.array_equal, before, after))


def test_stochastic_depth_gets_a_new_key_every_step(garments):
    model = create_model(
        "resnet14",
        widths=(4, 4, 4),
        stem_width=4,
        stem="strided",
        in_channels=1,
        drop_path=0.9,
        rngs=nnx.Rngs(0),
    )
    recipe = Recipe(batch_size=32, peak_lr=1e-9, augmentation="none")
    setup, state = init(model, recipe, 10)
    step = jax.jit(functools.partial(train_step, setup))
    images, labels = garments.images[:32], garments.labels[:32]
    first = step(state, images, labels)
    second = step(first, images, labels)
    loss = float(first.totals[0])
    assert abs(float(second.totals[0]) - 2 * loss) > 1e-3 * loss
