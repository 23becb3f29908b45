"""A budget of multiply-accumulates that an open project spends on Fashion-MNIST."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np

from resnet_book.exercises import held_out
from resnet_lib import count_macs


def scores(logits: Callable, begin: Callable, rate: float) -> tuple[int, np.ndarray]:
    """MACs per image, and held-out accuracy in per cent for five draws, (5,).

    Args:
        logits: From weights and images (n, 28, 28, 1) to (n, 10).
        begin: From a random key to the weights, a tree of float arrays.
        rate: Learning rate of the first step.
    """
    weights = held_out.draws(begin)
    one = jax.tree.map(lambda each: each[0], weights)
    macs = count_macs(logits, one, jnp.ones((1, 28, 28, 1)))
    trained = held_out.trained(logits, weights, rate)
    return macs, held_out.accuracy(logits, trained)


def matrix(key: jax.Array, inputs: int, outputs: int) -> jax.Array:
    """He's initial values, (inputs, outputs)."""
    return jax.random.normal(key, (inputs, outputs)) * (2 / inputs) ** 0.5
