"""For open projects: five networks, 200 steps each, asked about unseen images."""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax

from resnet_lib import data
from resnet_lib.train.augment import normalise

STEPS, BATCH, MOMENTUM = 200, 100, 0.9
SEEDS = tuple(range(5))
_HELD_OUT = slice(55_000, 60_000)


def draws(begin: Callable):
    """The weights that `begin` makes of five random keys, with a leading axis of five.

    The keys are of the generator "rbg", which compiles faster than the default one.

    Args:
        begin: From a key to a tree of float arrays.
    """
    keys = [jax.random.key(seed, impl="rbg") for seed in SEEDS]
    made = [jax.tree.map(jnp.float32, begin(key)) for key in keys]
    return jax.tree.map(lambda *each: jnp.stack(each), *made)


def trained(logits: Callable, weights, rate: float):
    """The weights of each draw after 200 steps on batches of 100 images, seen once.

    SGD with momentum 0.9 on the mean cross-entropy; the learning rate falls in a
    straight line from `rate` to 0.

    Args:
        logits: From the weights of one draw and images (n, 28, 28, 1), of mean 0 and
            variance 1 over the data set, to (n, 10).
        weights: As `draws` makes them.
        rate: Learning rate of the first step.
    """
    seen, labels = _images(slice(STEPS * BATCH))
    state = weights, jax.tree.map(jnp.zeros_like, weights)
    for i in range(STEPS):
        rows = slice(i * BATCH, (i + 1) * BATCH)
        falling = rate * (1 - i / STEPS)
        state = _step(logits, state, seen[rows], labels[rows], falling)
    return state[0]


def accuracy(logits: Callable, weights) -> np.ndarray:
    """Share of the last 5,000 training images that each draw names right, %: (5,).

    Args:
        logits: As for `trained`.
        weights: Trained ones. NaN stands where a logit of theirs is not finite.
    """
    unseen, labels = _images(_HELD_OUT)
    found = np.asarray(jax.lax.map(lambda one: logits(one, unseen), weights))
    right = 100 * (found.argmax(-1) == labels).mean(-1)
    return np.where(np.isfinite(found).all((-2, -1)), right, np.nan)


@functools.partial(jax.jit, static_argnums=0)
def _step(logits, state, images, labels, rate):
    def loss(weights):
        found = logits(weights, images)
        return optax.softmax_cross_entropy_with_integer_labels(found, labels).mean()

    weights, speed = state
    gradient = jax.vmap(jax.grad(loss))(weights)
    speed = jax.tree.map(lambda v, g: MOMENTUM * v + g, speed, gradient)
    return jax.tree.map(lambda w, v: w - rate * v, weights, speed), speed


@functools.cache
def _train():
    return data.load("train")


def _images(rows):
    found = _train()
    return normalise(found.images[rows], found.mean, found.std), found.labels[rows]
