"""Chapter 7's project: an epoch whose arithmetic takes almost no time."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib import data
from resnet_lib.train import cross_entropy

STEPS, BATCH, WIDTH, RATE = 200, 64, 128, 0.1


def step(weights, batch):
    """SGD on a network of two layers, w ← w − η ∂L/∂w.

    Args:
        weights: A pair of matrices.
        batch: Images (n, 196), labels (n,).

    Returns:
        The new weights, and the mean loss before the step.
    """
    x, y = batch

    def loss(weights):
        first, second = weights
        return cross_entropy(jax.nn.relu(x @ first) @ second, y).mean()

    value, gradients = jax.value_and_grad(loss)(weights)
    return jax.tree.map(lambda w, g: w - RATE * g, weights, gradients), value


def problem():
    """Weights, images (n, 196), labels (n,) and the order of an epoch, (200, 64)."""
    train = data.load(f"train[:{STEPS * BATCH}]")
    thin = train.images[:, ::2, ::2].reshape(len(train), -1)
    images = jnp.asarray(thin / np.float32(255) - np.float32(0.3))
    rng = np.random.default_rng(0)
    shapes = (images.shape[1], WIDTH), (WIDTH, 10)
    draws = (rng.normal(0, (2 / shape[0]) ** 0.5, shape) for shape in shapes)
    weights = tuple(jnp.asarray(w, jnp.float32) for w in draws)
    order = jnp.asarray(rng.permutation(len(train)).reshape(STEPS, BATCH))
    return weights, images, jnp.asarray(train.labels), order


@partial(jax.jit, static_argnums=0)
def one_dispatch(step, weights, images, labels, order):
    """The last weights and every loss, (steps,), from one program."""

    def body(weights, rows):
        return step(weights, (images[rows], labels[rows]))

    return jax.lax.scan(body, weights, order)


def step_by_step(step, weights, images, labels, order, report):
    """The usual loop, which reports each tenth loss as soon as it is computed."""
    one = jax.jit(step)
    for i, rows in enumerate(order):
        weights, loss = one(weights, (images[rows], labels[rows]))
        if i % 10 == 9:
            report(i, float(loss))
    return weights
