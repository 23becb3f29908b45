"""Convolution for CPU as matrix products and plain convolutions."""

import functools
import math
import operator
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax import lax
from jax.custom_derivatives import SymbolicZero

from resnet_lib.ops.backend import by_backend

_ORDER = "NHWC", "HWIO", "NHWC"


class Conv(NamedTuple):
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
    batch_group_count: int = 1,
    preferred_element_type=None,
    out_sharding=None,
) -> jax.Array:
    """y[n,i,j,o] = Σ x[n, s·i + d·a − p, s·j + d·b − p, c] k[a,b,c,o], group by group.

    Called as `jax.lax.conv_general_dilated` is, so that it can be handed to
    `nnx.Conv(conv_general_dilated=...)`. On CPU:

    - a 1×1 convolution is a slice and one matrix product;
    - narrow groups are merged into block-diagonal kernels, since XLA:CPU's grouped
      convolution is a scalar loop;
    - both gradients are plain convolutions, of transposed operands and of a kernel
      turned round, since the forms that JAX derives fall to scalar loops inside
      `lax.scan`.

    Args:
        lhs: Input, (n, h, w, c).
        rhs: Kernel, (a, b, c / groups, o).
        window_strides: Stride s of each side.
        padding: ((top, bottom), (left, right)).
        lhs_dilation: Must be 1.
        rhs_dilation: Dilation d of each side.
        dimension_numbers: NHWC, HWIO, NHWC, as unless given.
        feature_group_count: Number of groups.
        precision: As in JAX.
        batch_group_count: Must be 1.
        preferred_element_type: Must be that of the operands, as unless given.
        out_sharding: Must be left to XLA.

    Returns:
        (n, h', w', o), with h' = ⌊(h + top + bottom − d(a−1) − 1) / s⌋ + 1.

    Raises:
        ValueError: For what no residual network needs.
    """
    usual = lax.conv_dimension_numbers(lhs.shape, rhs.shape, _ORDER)
    given = lax.conv_dimension_numbers(lhs.shape, rhs.shape, dimension_numbers or usual)
    other = {
        "lhs_dilation": math.prod(lhs_dilation or (1,)) != 1,
        "dimension_numbers": given != usual,
        "batch_group_count": batch_group_count != 1,
        "preferred_element_type": preferred_element_type not in (None, lhs.dtype),
        "out_sharding": out_sharding is not None,
    }
    if any(other.values()):
        named = ", ".join(name for name, is_other in other.items() if is_other)
        raise ValueError(f"{named}: ops knows no other: use jax.lax directly")
    static = Conv(
        _whole(window_strides),
        tuple(map(_whole, padding)),
        _whole(rhs_dilation or (1, 1)),
        operator.index(feature_group_count),
        precision,
    )
    return _conv(static, lhs, rhs)


def _whole(numbers):
    return tuple(map(operator.index, numbers))


def native_conv(static, x, k, order=_ORDER):
    """XLA's own, with the gradients that JAX derives."""
    return lax.conv_general_dilated(
        x,
        k,
        static.stride,
        static.padding,
        rhs_dilation=static.dilation,
        dimension_numbers=order,
        feature_group_count=static.groups,
        precision=static.precision,
    )


def cpu_conv(static, x, k):
    """What is fast on CPU."""
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
    k = k * jnp.eye(merge, dtype=k.dtype).reshape(1, 1, merge, 1, 1, merge, 1)
    k = k.reshape(a, b, merge * c, groups // merge, merge * out)
    dense = static._replace(groups=1)
    parts = jnp.split(x, groups // merge, axis=3)
    return jnp.concatenate(
        [cpu_conv(dense, part, k[:, :, :, i]) for i, part in enumerate(parts)], axis=3
    )


@functools.partial(jax.custom_jvp, nondiff_argnums=(0,))
def _dense(static, x, k):
    return native_conv(static, x, k)


def _dense_tangent(static, operands, tangents):
    """conv(ẋ, k) + conv(x, k̇), in the orders whose transposes are in the usual one."""
    (x, k), (dx, dk) = operands, tangents
    y, dy = _dense(static, x, k), None
    if not isinstance(dx, SymbolicZero):
        dy = _moved_by_input(static, dx, k)
    if not isinstance(dk, SymbolicZero):
        of_kernel = _moved_by_kernel(static, x, dk)
        dy = of_kernel if dy is None else dy + of_kernel
    return y, jnp.zeros_like(y) if dy is None else dy


_dense.defjvp(_dense_tangent, symbolic_zeros=True)


def _moved_by_input(static, dx, k):
    """conv(ẋ, k), whose transpose is dy convolved with k turned round.

    ∂L/∂x[n,i,j,c] = Σ dy[n, i + p − d·a, …, o] k[a,b,c,o].

    Only for stride 1: dy of a larger stride has to be spread out first.
    """
    if static.stride != (1, 1):
        return native_conv(static, dx, k)
    turned = k.transpose(0, 1, 3, 2)
    return native_conv(static, dx, turned, ("NHWC", "HWOI", "NHWC"))


def _moved_by_kernel(static, x, dk):
    """conv(x, k̇), whose transpose is x convolved with dy.

    ∂L/∂k[a,b,c,o] = Σ x[n, s·i + d·a − p, …, c] dy[n,i,j,o].

    Channels take the place of the batch there, the batch that of channels, and stride
    and dilation change places. The barrier keeps XLA from computing dy beforehand from
    a constant x and k̇: some versions then read a transposed constant in the wrong order
    (openxla/xla#34260).
    """
    x = x.transpose(3, 1, 2, 0)
    dk = lax.optimization_barrier(dk.transpose(2, 0, 1, 3))
    dy = native_conv(static, x, dk, ("CHWN", "IHWO", "HWNC"))
    return dy.transpose(2, 0, 1, 3)


_conv = by_backend(cpu_conv, native_conv)
