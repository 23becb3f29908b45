"""Initial values of kernels, drawn by the same few programs whatever the shape."""

import math

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx
from jax import lax

_SIZES = 2**12, 2**16, 2**20
_ROOT_2 = np.float32(math.sqrt(2))
_MINUS_1 = np.float32(-1)
_ABOVE_MINUS_1 = np.nextafter(_MINUS_1, np.float32(0))


def he_fan_out(key: jax.Array, shape, dtype=jnp.float32) -> jax.Array:
    """Normal of variance 2 / fan_out (He et al. 2015b): the numbers that JAX draws.

    Args:
        key: A key of `jax.random`.
        shape: (a, b, in, out); fan_out is a · b · out.
        dtype: Of the values, drawn in float32.

    Returns:
        √2 erf⁻¹(u) √(2 / fan_out), with u uniform on (−1, 1).
    """
    if _is_traced(key):
        return _HE_FAN_OUT(key, shape, dtype)
    drawn = _cut(lax.erf_inv(_uniform(key, shape)), shape)
    fan_out = math.prod(shape) / shape[-2]
    return jnp.asarray(_ROOT_2 * drawn * np.sqrt(np.float32(2 / fan_out)), dtype)


def torch_linear(key: jax.Array, shape, dtype=jnp.float32) -> jax.Array:
    """Uniform on ±1 / √in, as torch starts its linear layers; `shape` is (in, out)."""
    if _is_traced(key):
        return _TORCH_LINEAR(key, shape, dtype)
    drawn = _cut(_uniform(key, shape, _MINUS_1), shape)
    bound = np.sqrt(3 * np.float32(1 / 3 / shape[0]))
    return jnp.asarray(drawn * bound, dtype)


_HE_FAN_OUT = nnx.initializers.variance_scaling(2.0, "fan_out", "normal")
_TORCH_LINEAR = nnx.initializers.variance_scaling(1 / 3, "fan_in", "uniform")


def _is_traced(key):
    return isinstance(jax.random.key_data(key), jax.core.Tracer)


def _uniform(key, shape, least=_ABOVE_MINUS_1):
    """At least as many numbers as `shape` holds: a longer draw begins as a shorter."""
    count = math.prod(shape)
    size = next((size for size in _SIZES if size >= count), count)
    return jax.random.uniform(key, (size,), jnp.float32, least, -_MINUS_1)


def _cut(drawn, shape):
    return np.asarray(drawn)[: math.prod(shape)].reshape(shape)
