"""How alike the gradients of two inputs are behind residual layers with BatchNorm.

The layers are those of the record `shattering`: h ← h + W ReLU(norm(h)).
"""

import math
from collections.abc import Sequence

import jax
import jax.numpy as jnp
import numpy as np

from resnet_book.ch02_residual_blocks.experiments import shattering as recorded


def law(depth: int, variance: float = 1.0, inputs: int = recorded.INPUTS) -> float:
    """Cosine of the gradients at two of the inputs, by chapter 2's recursion.

    Args:
        depth: L, the number of layers.
        variance: s, of the inputs.
        inputs: n, in the batch of the norms.
    """
    common = depth / math.pi / (variance + depth)  # of the stream, in all inputs alike
    c = 1 / 2 + math.asin(common) / math.pi
    for layer in range(depth, 0, -1):
        spread = variance + (1 - 1 / math.pi) * (layer - 1)
        f = (1 - (1 / 2 + 1 / math.pi) * c) / spread
        c = (c - f / (inputs - 1)) / (1 + f)
    return c


def measured(depth: int, variances: Sequence[float], seed: int = 77) -> np.ndarray:
    """The cosine in eight networks, at inputs of each variance: (variances, 8)."""
    keys = jax.random.split(jax.random.key(seed), recorded.NETWORKS)
    shape = recorded.INPUTS, recorded.WIDTH
    x = jax.random.normal(jax.random.key(seed + 1), shape)

    def run(drawn, x):
        key, scale = drawn
        return recorded.network(depth, key, scale * x, skip=1.0, norm=True)

    scales = jnp.repeat(jnp.sqrt(jnp.array(variances, float)), len(keys))
    drawn = jnp.tile(keys, len(variances)), scales
    cosines = recorded.neighbours(recorded.slopes(run, drawn, x), recorded.cosine)
    return np.reshape(cosines, (len(variances), -1))
