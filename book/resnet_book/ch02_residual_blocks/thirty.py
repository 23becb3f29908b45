"""The residual net of thirty blocks for which an open project seeks a branch."""

import functools
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from resnet_book.exercises import held_out

BLOCKS, WIDTH, RATE = 30, 32, 0.1


def logits(branch: Callable, weights, images) -> jax.Array:
    """One matrix, thirty times h ← h + branch(weights of the block, h), one matrix.

    Args:
        branch: From the weights of one block and (n, 32) to (n, 32).
        weights: The first matrix (784, 32), the blocks' weights with a leading axis of
            30 (or None, for no blocks), the last matrix (32, 10).
        images: (n, 28, 28, 1).

    Returns:
        (n, 10) array.
    """
    first, blocks, last = weights
    h = images.reshape(len(images), -1) @ first
    if blocks is not None:
        h = jax.lax.scan(lambda h, w: (h + branch(w, h), None), h, blocks)[0]
    return h @ last


def scores(branch: Callable, begin: Callable) -> np.ndarray:
    """Held-out accuracy in per cent, for five draws, with and without blocks: (5, 2).

    Args:
        branch: As for `logits`; each image by itself.
        begin: From a random key to the weights of one block, a tree of float arrays.

    Raises:
        ValueError: Where an image's branch depends on the other images.
    """
    _require_rows(branch, begin)
    net = functools.partial(logits, branch)
    weights = held_out.draws(functools.partial(_begun, begin))
    first, blocks, last = held_out.trained(net, weights, RATE)
    states = (first, blocks, last), (first, None, last)
    return np.stack([held_out.accuracy(net, state) for state in states], 1)


def _begun(begin, key):
    draw = np.random.default_rng(np.asarray(jax.random.key_data(key))).standard_normal
    keys = jax.random.split(key, BLOCKS)
    return (
        draw((784, WIDTH)) / 784**0.5,
        jax.tree.map(lambda *each: np.stack(each), *map(begin, keys)),
        draw((WIDTH, 10)) / WIDTH**0.5,
    )


def _require_rows(branch, begin):
    weights = begin(jax.random.key(0))
    h = jnp.asarray(np.random.default_rng(0).standard_normal((6, WIDTH), np.float32))
    apart = np.concatenate([branch(weights, h[:2]), branch(weights, h[2:])])
    if not np.allclose(branch(weights, h), apart, rtol=1e-3, atol=1e-5):
        raise ValueError("the branch of an image depends on the batch that it is in")
