"""Max-pooling for CPU as a maximum of slices, and average pooling by tiles."""

import functools
import operator

import jax
import jax.numpy as jnp
from jax import lax

from resnet_lib import values
from resnet_lib.ops.backend import by_backend


def max_pool(x: jax.Array, window: int = 3, stride: int = 2) -> jax.Array:
    """Largest value in each window; padded by ⌊window/2⌋ with −∞ on every side.

    On CPU it is the maximum of strided slices, over rows and then over columns: XLA's
    own gradient scatters value by value.

    Args:
        x: (n, h, w, c).
        window: Side of the window, odd.
        stride: Step between windows.

    Returns:
        (n, h', w', c), with h' = ⌊(h − 1) / stride⌋ + 1.

    Raises:
        ValueError: For an even window, or an x that is no array of floats.
    """
    return _max_pool(_pooled(x, window, stride), x)


def native_max_pool(x: jax.Array, window: int = 3, stride: int = 2) -> jax.Array:
    """`max_pool` in XLA's own form on every backend."""
    return _native_max_pool(_pooled(x, window, stride), x)


def _pooled(x, window, stride):
    """Window and stride, both whole."""
    window, stride = values.whole("window", window), values.whole("stride", stride)
    if window % 2 == 0:
        raise ValueError(f"window={window}: must be odd, to lie about a pixel")
    if x.ndim != 4 or not jnp.issubdtype(x.dtype, jnp.floating):
        raise ValueError(
            f"x is {x.dtype} of shape {x.shape}: it must be floats (n, h, w, c)"
        )
    return window, stride


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
    for axis in (1, 2):
        x = _largest_along(axis, window, stride, x)
    return x


def _largest_along(axis, window, stride, x):
    """The largest of `window` neighbours along one axis, every `stride`."""
    pad, last = window // 2, (x.shape[axis] - 1) // stride * stride
    sides = [(0, 0, 0)] * x.ndim
    sides[axis] = (pad, pad, 0)
    x = lax.pad(x, jnp.array(-jnp.inf, x.dtype), sides)
    shifted = (
        lax.slice_in_dim(x, i, i + last + 1, stride, axis) for i in range(window)
    )
    return functools.reduce(jnp.maximum, shifted)


_max_pool = by_backend(_cpu_max_pool, _native_max_pool)


def avg_pool(x: jax.Array, window: int) -> jax.Array:
    """Mean of each window×window tile; tiles at the far edge may be cut, not padded.

    Args:
        x: (n, h, w, c).
        window: Side and stride of the tiles.

    Returns:
        (n, ⌈h/window⌉, ⌈w/window⌉, c).
    """
    window = operator.index(window)
    tiles = functools.partial(
        lax.reduce_window,
        init_value=0.0,
        computation=lax.add,
        window_dimensions=(1, window, window, 1),
        window_strides=(1, window, window, 1),
        padding=[(0, 0), *((0, -side % window) for side in x.shape[1:3]), (0, 0)],
    )
    return tiles(x) / tiles(jnp.ones_like(x[:1, :, :, :1]))


def dense_avg_pool(x: jax.Array, window: int, dilation: int = 1) -> jax.Array:
    """`avg_pool` à trous: a tile from every pixel on, of pixels `dilation` apart.

    At every `window · dilation`-th pixel it is what `avg_pool` makes of every
    `dilation`-th. Beyond the far edge are zeros, as in timm, unless `avg_pool` cuts its
    tiles there.

    Args:
        x: (n, h, w, c).
        window: Side of the tiles, in pixels that count.
        dilation: Distance of those pixels.

    Returns:
        (n, h, w, c).
    """
    reach = dilation * (window - 1)

    def counted(side):
        met = -(-side // dilation)
        return jnp.arange(side + reach) < dilation * (
            met + window * (met % window == 0)
        )

    rows, columns = map(counted, x.shape[1:3])
    sums = functools.partial(
        lax.reduce_window,
        init_value=0.0,
        computation=lax.add,
        window_dimensions=(1, window, window, 1),
        window_strides=(1, 1, 1, 1),
        window_dilation=(1, dilation, dilation, 1),
    )
    far = (0, reach)
    counts = (rows[:, None] & columns[None, :])[None, :, :, None].astype(x.dtype)
    total = sums(x, padding=((0, 0), far, far, (0, 0)))
    return total / sums(counts, padding="VALID")
