"""How fast a gradient decays on its way back, and how far it reaches in float32."""

import math

import jax.numpy as jnp
import numpy as np


def fitted_rate(profile: np.ndarray) -> float:
    """Factor per layer, backwards, of norms (layers,); those that are 0 are left out.

    That of a straight line through their logarithms, by least squares.
    """
    there = profile > 0
    layers = np.arange(len(profile))[there]
    return float(np.exp(-np.polyfit(layers, np.log(profile[there]), 1)[0]))


def layers_reached(rate: float, entry: float) -> int:
    """Layers whose gradient is a normal float32, the last one included.

    Args:
        rate: Factor per layer, below 1.
        entry: Size of the gradient's entries at the last layer.
    """
    tiny = float(jnp.finfo(jnp.float32).tiny)
    return 1 + math.floor(math.log(tiny / entry) / math.log(rate))
