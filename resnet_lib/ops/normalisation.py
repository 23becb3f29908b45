"""Batch normalisation with its own gradient, in five passes over memory."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from resnet_lib.ops.backend import choose


def batch_norm(
    x: jax.Array, scale: jax.Array, bias: jax.Array, epsilon: float
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """The output y = γ x̂ + β, with x̂ = (x − μ) / √(σ² + ε) of the batch's own μ, σ².

    Three passes over memory forward and two backward: with N values a channel,
    ∂L/∂x = γ / √(σ² + ε) · (dy − Σdy / N − x̂ Σ(dy x̂) / N)
    (Ioffe & Szegedy 2015, section 3). Sums are float32 whatever x is. The variance is
    the mean of (x − μ)²: E[x²] − μ² would save a pass and lose digits, as many as there
    are in μ² / σ².

    Args:
        x: (n, h, w, c).
        scale: γ, (c,).
        bias: β, (c,).
        epsilon: ε.

    Returns:
        y like x, and μ and biased σ², each (c,), which carry no gradient.
    """
    return _batch_norm(epsilon, x, scale, bias)


def native_batch_norm(x, scale, bias, epsilon):
    """`batch_norm` as XLA and automatic differentiation make it, on every backend."""
    wide = x.astype(jnp.float32)
    mean = wide.mean((0, 1, 2))
    var = jnp.maximum((wide * wide).mean((0, 1, 2)) - mean * mean, 0)
    slope = scale * lax.rsqrt(var + epsilon)
    y = (wide * slope + (bias - mean * slope)).astype(x.dtype)
    return y, lax.stop_gradient(mean), lax.stop_gradient(var)


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _batch_norm(epsilon, x, scale, bias):
    return _batch_norm_forward(epsilon, x, scale, bias)[0]


def _batch_norm_forward(epsilon, x, scale, bias):
    wide, count = x.astype(jnp.float32), x.size // x.shape[-1]
    mean = _channel_sum(wide) / count
    centred = wide - mean
    var = _channel_sum(centred * centred) / count
    inverse = lax.rsqrt(var + epsilon)
    y = (scale * inverse * centred + bias).astype(x.dtype)
    return (y, mean, var), (x, scale, mean, inverse)


def _batch_norm_backward(epsilon, kept, cotangents):
    (x, scale, mean, inverse), (dy, _, _) = kept, cotangents
    count, wide = x.size // x.shape[-1], dy.astype(jnp.float32)
    normal = (x.astype(jnp.float32) - mean) * inverse
    dbias, dscale = _channel_sum(wide), _channel_sum(wide * normal)
    dx = scale * inverse * (wide - dbias / count - normal * (dscale / count))
    return dx.astype(x.dtype), dscale, dbias


_batch_norm.defvjp(_batch_norm_forward, _batch_norm_backward)


def _channel_sum(x):
    """Σ over n, h and w.

    On CPU over n first: whole rows add up at vector speed. The barrier keeps XLA from
    merging both sums into one scalar loop.
    """
    n, h, w, c = x.shape

    def rows_first(x):
        rows = lax.optimization_barrier(x.reshape(n, h * w * c).sum(0))
        return rows.reshape(h * w, c).sum(0)

    return choose(rows_first, lambda x: x.sum((0, 1, 2)), x)
