"""Convolution, pooling and batch moments, each in the form that is fast where it runs.

XLA compiles one formula well or badly depending on how it is written and for which
backend. Each operation here has a native form, which GPUs and TPUs run best, and a
CPU form, equal to it up to rounding. Which one runs is decided when the program is
lowered, so it follows the device. Chapter 7 measures them side by side.
"""

import functools
import math
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax


def _by_backend(cpu, native):
    """One operation `op(static, *arrays)` of two forms, each with its own gradient.

    The custom rule keeps the choice outside of differentiation: JAX would otherwise
    store what both forms need for their backward passes.
    """

    @functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
    def op(static, *arrays):
        forms = (functools.partial(form, static) for form in (cpu, native))
        return _choose(*forms, *arrays)

    def forward(static, *arrays):
        return op(static, *arrays), arrays

    def backward(static, arrays, cotangent):
        def pullback(form):
            def pull(cotangent, *arrays):
                primal = functools.partial(form, static)
                return jax.vjp(primal, *arrays)[1](cotangent)

            return pull

        return _choose(pullback(cpu), pullback(native), cotangent, *arrays)

    op.defvjp(forward, backward)
    return op


def _choose(cpu, native, *operands):
    return lax.platform_dependent(*operands, cpu=cpu, default=native)


class _Conv(NamedTuple):
    """What is known of a convolution before its operands."""

    stride: tuple[int, int]
    padding: tuple[tuple[int, int], tuple[int, int]]
    dilation: tuple[int, int]
    groups: int
    precision: object


def conv_general_dilated(
    lhs: jax.Array,
    rhs: jax.Array,
    window_strides,
    padding,
    lhs_dilation=None,
    rhs_dilation=None,
    dimension_numbers=None,
    feature_group_count: int = 1,
    precision=None,
    **_,
) -> jax.Array:
    """y[n,i,j,o] = Σ x[n, s·i + d·a − p, s·j + d·b − p, c] k[a,b,c,o], group by group.

    Called as `jax.lax.conv_general_dilated` is, so that it can be handed to
    `nnx.Conv(conv_general_dilated=...)`. On CPU:

    - a 1×1 convolution is a slice and one matrix product;
    - narrow groups are merged into block-diagonal kernels, since XLA:CPU's grouped
      convolution is a scalar loop;
    - the kernel's gradient is a plain convolution of transposed operands, since the
      form that JAX derives falls to a scalar loop inside `lax.scan`.

    Args:
        lhs: Input, (n, h, w, c).
        rhs: Kernel, (a, b, c / groups, o).
        window_strides: Stride s of each side.
        padding: ((top, bottom), (left, right)).
        lhs_dilation: Unused but for its place; must be 1.
        rhs_dilation: Dilation d of each side.
        dimension_numbers: Unused but for its place; NHWC, HWIO, NHWC.
        feature_group_count: Number of groups.
        precision: As in JAX.

    Returns:
        (n, h', w', o), with h' = ⌊(h + top + bottom − d(a−1) − 1) / s⌋ + 1.

    Raises:
        ValueError: For a dilated input, which no residual network needs.
    """
    if math.prod(lhs_dilation or (1,)) != 1:
        raise ValueError("ops has no transposed convolution: use jax.lax directly")
    static = _Conv(
        tuple(window_strides),
        tuple(tuple(side) for side in padding),
        tuple(rhs_dilation or (1, 1)),
        feature_group_count,
        precision,
    )
    return _conv(static, lhs, rhs)


def _native_conv(static, x, k):
    return lax.conv_general_dilated(
        x,
        k,
        static.stride,
        static.padding,
        rhs_dilation=static.dilation,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=static.groups,
        precision=static.precision,
    )


def _cpu_conv(static, x, k):
    if static.groups > 1:
        return _grouped(static, x, k)
    if k.shape[:2] == (1, 1) and static.padding == ((0, 0), (0, 0)):
        return _pointwise(static, x, k)
    return _dense(static, x, k)


def _pointwise(static, x, k):
    """1×1: keep every s-th pixel, then multiply each by the same matrix."""
    x = x[:, :: static.stride[0], :: static.stride[1]]
    return jnp.dot(x, k[0, 0], precision=static.precision)


_BLOCK = 32  # channels below which a convolution does not fill a vector unit


def _grouped(static, x, k):
    """Merges m neighbouring groups into one dense convolution with a kernel of blocks.

    m² − m of the m² blocks are zero: m times the arithmetic, at many times the speed.
    """
    groups, out = static.groups, k.shape[3] // static.groups
    merge = max(
        m
        for m in range(1, groups + 1)
        if groups % m == 0 and m * out <= _BLOCK or m == 1
    )
    a, b, c, _ = k.shape
    k = k.reshape(a, b, 1, c, groups // merge, merge, out)
    k = k * jnp.eye(merge, dtype=k.dtype)[:, None, None, :, None]
    k = k.reshape(a, b, merge * c, groups // merge, merge * out)
    dense = static._replace(groups=1)
    parts = jnp.split(x, groups // merge, axis=3)
    return jnp.concatenate(
        [_cpu_conv(dense, part, k[:, :, :, i]) for i, part in enumerate(parts)], axis=3
    )


@functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
def _dense(static, x, k):
    return _native_conv(static, x, k)


def _dense_forward(static, x, k):
    return _native_conv(static, x, k), (x, k)


def _dense_backward(static, operands, dy):
    x, k = operands
    dx = jax.vjp(lambda x: _native_conv(static, x, k), x)[1](dy)[0]
    return dx, _kernel_gradient(static, x, k, dy)


_dense.defvjp(_dense_forward, _dense_backward)


def _kernel_gradient(static, x, k, dy):
    """∂L/∂k[a,b,c,o] = Σ x[n, s·i + d·a − p, …, c] dy[n,i,j,o]: x convolved with dy.

    Channels take the place of the batch, the batch that of channels, and stride and
    dilation change places.
    """
    padding = []
    for axis in (0, 1):
        low = static.padding[axis][0]
        reach = (dy.shape[axis + 1] - 1) * static.stride[axis]
        reach += (k.shape[axis] - 1) * static.dilation[axis] + 1
        padding.append((low, reach - x.shape[axis + 1] - low))
    dk = lax.conv_general_dilated(
        x.transpose(3, 1, 2, 0),
        dy.transpose(1, 2, 0, 3),
        static.dilation,
        padding,
        rhs_dilation=static.stride,
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        precision=static.precision,
    )
    return dk.transpose(1, 2, 0, 3)


_conv = _by_backend(_cpu_conv, _native_conv)


def max_pool(x: jax.Array, window: int = 3, stride: int = 2) -> jax.Array:
    """Largest value in each window; padded by ⌊window/2⌋ with −∞ on every side.

    On CPU it is the maximum of window² strided slices: XLA's own gradient scatters
    value by value.

    Args:
        x: (n, h, w, c).
        window: Side of the window, odd.
        stride: Step between windows.

    Returns:
        (n, h', w', c), with h' = ⌊(h − 1) / stride⌋ + 1.
    """
    return _max_pool((window, stride), x)


def native_max_pool(x: jax.Array, window: int = 3, stride: int = 2) -> jax.Array:
    """`max_pool` in XLA's own form on every backend."""
    return _native_max_pool((window, stride), x)


def _native_max_pool(static, x):
    (window, stride), pad = static, static[0] // 2
    return lax.reduce_window(
        x,
        -jnp.inf,
        lax.max,
        (1, window, window, 1),
        (1, stride, stride, 1),
        ((0, 0), (pad, pad), (pad, pad), (0, 0)),
    )


def _cpu_max_pool(static, x):
    window, stride = static
    n, h, w, c = x.shape
    pad, rows, columns = window // 2, (h - 1) // stride, (w - 1) // stride
    sides = ((0, 0, 0), (pad, pad, 0), (pad, pad, 0), (0, 0, 0))
    x = lax.pad(x, jnp.array(-jnp.inf, x.dtype), sides)
    shifted = [
        lax.slice(
            x,
            (0, i, j, 0),
            (n, i + rows * stride + 1, j + columns * stride + 1, c),
            (1, stride, stride, 1),
        )
        for i in range(window)
        for j in range(window)
    ]
    return functools.reduce(jnp.maximum, shifted)


_max_pool = _by_backend(_cpu_max_pool, _native_max_pool)


def avg_pool(x: jax.Array, window: int) -> jax.Array:
    """Mean of each window×window tile; tiles at the far edge may be cut, not padded.

    Args:
        x: (n, h, w, c).
        window: Side and stride of the tiles.

    Returns:
        (n, ⌈h/window⌉, ⌈w/window⌉, c).
    """
    tiles = functools.partial(
        lax.reduce_window,
        init_value=0.0,
        computation=lax.add,
        window_dimensions=(1, window, window, 1),
        window_strides=(1, window, window, 1),
        padding=[(0, 0), *((0, -side % window) for side in x.shape[1:3]), (0, 0)],
    )
    return tiles(x) / tiles(jnp.ones_like(x[:1, :, :, :1]))


def batch_norm(
    x: jax.Array, scale: jax.Array, bias: jax.Array, epsilon: float
) -> tuple[jax.Array, jax.Array, jax.Array]:
    """The output y = γ x̂ + β, with x̂ = (x − μ) / √(σ² + ε); μ and σ² are the batch's own.

    Two passes over memory forward and two backward: with N values a channel,
    ∂L/∂x = γ / √(σ² + ε) · (dy − Σdy / N − x̂ Σ(dy x̂) / N)
    (Ioffe & Szegedy 2015, section 3). Sums are float32 whatever x is.

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
    var = jnp.maximum(_channel_sum(wide * wide) / count - mean * mean, 0)
    inverse = lax.rsqrt(var + epsilon)
    slope = scale * inverse
    y = (wide * slope + (bias - mean * slope)).astype(x.dtype)
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
    """Σ over n, h and w. On CPU over n first: whole rows add up at vector speed."""
    n, h, w, c = x.shape
    return _choose(
        lambda x: x.reshape(n, h * w * c).sum(0).reshape(h * w, c).sum(0),
        lambda x: x.sum((0, 1, 2)),
        x,
    )
