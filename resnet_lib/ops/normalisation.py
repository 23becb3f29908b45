"""Batch normalisation with its own derivative, in five passes over memory."""

import functools

import jax
import jax.numpy as jnp
from jax import lax

from resnet_lib.ops.backend import choose, light


def batch_norm(
    x: jax.Array, scale: jax.Array, bias: jax.Array, epsilon: float
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """The output y = γ x̂ + β, with x̂ = (x − μ) / √(σ² + ε) of the batch's own μ, σ².

    Three passes over memory forward and two backward: with N values per channel,
    ∂L/∂x = γ / √(σ² + ε) · (dy − Σdy / N − x̂ Σ(dy x̂) / N)
    (Ioffe & Szegedy 2015, section 3). Sums are float32 whatever x is. The variance is
    the mean of (x − μ)²: E[x²] − μ² would save a pass and lose digits, as many as there
    are in μ² / σ².

    Mapped by `jax.vmap` on a CPU it is wrong with jaxlib 0.10.1, whose XLA loses rows
    of such sums (0.7.2 and 0.10.2 lose none): there use `native_batch_norm`, or a
    network with `native_ops=True`.

    Args:
        x: (n, h, w, c).
        scale: γ, (c,).
        bias: β, (c,).
        epsilon: ε.

    Returns:
        y like x, and μ and biased σ², each (c,), which carry no gradient.
    """
    y, mean, var = _batch_norm(float(epsilon), x, scale, bias)
    return y, lax.stop_gradient(mean), lax.stop_gradient(var)


def native_batch_norm(x, scale, bias, epsilon):
    """`batch_norm` as XLA and automatic differentiation make it, on every backend."""
    wide = x.astype(jnp.float32)
    mean = wide.mean((0, 1, 2))
    var = jnp.maximum((wide * wide).mean((0, 1, 2)) - mean * mean, 0)
    slope = scale * lax.rsqrt(var + epsilon)
    y = (wide * _row(slope) + _row(bias - mean * slope)).astype(x.dtype)
    return y, lax.stop_gradient(mean), lax.stop_gradient(var)


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _batch_norm(epsilon, x, scale, bias):
    wide, count = x.astype(jnp.float32), x.size // x.shape[-1]
    mean = _channel_sum(wide) / count
    centred = wide - _row(mean)
    var = _channel_sum(centred * centred) / count
    slope = scale * lax.rsqrt(var + epsilon)
    y = (_row(slope) * centred + _row(bias)).astype(x.dtype)
    return y, mean, var


@_batch_norm.defjvp
def _batch_norm_tangent(epsilon, operands, tangents):
    x, scale, bias = operands
    y, mean, var = _batch_norm(epsilon, x, scale, bias)
    inverse = lax.rsqrt(var + epsilon)
    moved = light(_moved)(tangents, x, scale, mean, inverse)
    return (y, mean, var), moved


def _moved(tangents, x, scale, mean, inverse):
    """ẏ = s ẋ + x̂ (γ̇ − s mean(ẋ x̂)) + β̇ − s mean(ẋ), with s = γ / √(σ² + ε).

    And how μ and σ² move. Written so that the transpose sums over the batch twice, for
    γ and for β, and takes the gradient of x from those sums.
    """
    (dx, dscale, dbias), slope = tangents, scale * inverse
    wide = dx.astype(jnp.float32)
    normal = (x.astype(jnp.float32) - _row(mean)) * _row(inverse)
    dmean, along = wide.mean((0, 1, 2)), (wide * normal).mean((0, 1, 2))
    dy = _row(slope) * wide + normal * _spread(dscale - slope * along, x.shape)
    dy += _spread(dbias - slope * dmean, x.shape)
    return dy.astype(x.dtype), dmean, 2 * along / inverse


def _row(v):
    return v.reshape(1, 1, 1, -1)


def _spread(v, shape):
    """Copies v (c,) over n, h and w; the transpose is `_channel_sum`."""
    n, h, w, c = shape

    def rows_last(v):
        rows = jnp.broadcast_to(v, (h * w, c)).reshape(h * w * c)
        rows = lax.optimization_barrier(rows)
        return jnp.broadcast_to(rows, (n, h * w * c)).reshape(shape)

    return choose(rows_last, lambda v: jnp.broadcast_to(v, shape), v)


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
