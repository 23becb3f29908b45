"""The plain net of thirty layers for which an open project seeks initial values."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.exercises import held_out


def logits(weights, images) -> jax.Array:
    """A plain net: 29 times h ← ReLU(h W), then h W.

    Args:
        weights: Arrays (784, w), (28, w, w) and (w, 10).
        images: (n, 28, 28, 1).

    Returns:
        (n, 10) array.
    """
    return _signal(weights, images) @ weights[2]


def mean_cosine(weights, images) -> float:
    """Between two images' signals behind the last hidden layer, over all pairs."""
    h = _signal(weights, images)
    h = h / jnp.linalg.norm(h, axis=1, keepdims=True)
    n = len(h)
    return float((jnp.sum(h.sum(0) ** 2) - n) / (n * (n - 1)))


def _signal(weights, images):
    first, hidden, _ = weights
    h = nnx.relu(images.reshape(len(images), -1) @ first)
    return jax.lax.scan(lambda h, w: (nnx.relu(h @ w), None), h, hidden)[0]


def scores(begin: Callable, rate: float) -> np.ndarray:
    """Held-out accuracy in per cent after training, for five draws: (5,).

    Args:
        begin: From a random key to the weights of `logits`, w at most 64.
        rate: Learning rate of the first step.

    Raises:
        ValueError: Where the weights have other shapes.
    """
    weights = held_out.draws(begin)
    found = [w.shape[1:] for w in weights]
    width = found[0][-1]
    wanted = [(784, width), (28, width, width), (width, 10)]
    if found != wanted or width > 64:
        raise ValueError(
            f"the shapes are {found}, but asked for are (784, w), (28, w, w) and "
            "(w, 10), with a w of at most 64"
        )
    return held_out.accuracy(logits, held_out.trained(logits, weights, rate))
