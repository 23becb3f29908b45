import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resnet_lib import ops


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def value_and_gradient(f, x):
    """f(x), and the gradient for a cotangent that weighs each output apart."""

    @jax.jit
    def run(x):
        y, pullback = jax.vjp(f, x)
        weights = jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape)
        return y, pullback(weights)[0]

    return run(x)


def windows(x, window, stride):
    """The largest value of each window, written as the definition says."""
    n, h, w, c = x.shape
    pad = window // 2
    out = np.zeros((n, (h - 1) // stride + 1, (w - 1) // stride + 1, c), x.dtype)
    for i, j in np.ndindex(*out.shape[1:3]):
        top, left = max(0, i * stride - pad), max(0, j * stride - pad)
        rows = slice(top, i * stride - pad + window)
        columns = slice(left, j * stride - pad + window)
        out[:, i, j] = np.asarray(x)[:, rows, columns].max((1, 2))
    return out


@settings(max_examples=4)
@given(
    shape=st.tuples(*(st.integers(1, high) for high in (3, 9, 9, 4))),
    window=st.sampled_from([1, 3, 5]),
    stride=st.integers(1, 3),
)
@example((2, 8, 8, 3), 3, 2)
@example((2, 7, 9, 3), 3, 2)
def test_max_pooling_takes_the_largest_of_each_window(
    assert_close, shape, window, stride
):
    x = normal(shape)
    got = value_and_gradient(lambda x: ops.max_pool(x, window, stride), x)
    np.testing.assert_array_equal(got[0], windows(x, window, stride))
    native = value_and_gradient(lambda x: ops.native_max_pool(x, window, stride), x)
    assert_close(got, native)


@pytest.mark.parametrize("pool", [ops.max_pool, ops.native_max_pool])
def test_the_edge_is_padded_with_less_than_anything(pool):
    x = jnp.full((1, 4, 4, 1), -1e30)
    np.testing.assert_array_equal(pool(x), np.full((1, 2, 2, 1), np.float32(-1e30)))


@pytest.mark.parametrize("pool", [ops.max_pool, ops.native_max_pool])
def test_equal_values_share_one_gradient(pool):
    x = jnp.ones((1, 4, 4, 1))
    gradient = jax.grad(lambda x: pool(x).sum())(x)
    # Each of the four windows hands out exactly 1, to the values in it.
    assert float(gradient.sum()) == pytest.approx(4)
    assert float(gradient.min()) >= 0


def test_a_pool_gives_nothing_back_to_what_is_not_the_largest():
    x = jnp.zeros((1, 4, 4, 1)).at[0, 1, 1, 0].set(1.0)
    gradient = jax.grad(lambda x: ops.max_pool(x)[0, 0, 0, 0])(x)
    np.testing.assert_array_equal(gradient[0, :, :, 0], np.eye(4) * [0, 1, 0, 0])


def test_a_bfloat16_pool_stays_bfloat16():
    x = normal((1, 5, 5, 2)).astype(jnp.bfloat16)
    y, dx = value_and_gradient(ops.max_pool, x)
    assert y.dtype == dx.dtype == jnp.bfloat16


def test_average_pooling_means_whole_tiles():
    x = normal((2, 6, 4, 3))
    tiles = np.asarray(x).reshape(2, 3, 2, 2, 2, 3).mean((2, 4))
    np.testing.assert_allclose(ops.avg_pool(x, 2), tiles, rtol=1e-6, atol=1e-6)


def test_average_pooling_means_what_there_is_of_a_cut_tile():
    x = normal((1, 5, 3, 2))
    y = np.asarray(ops.avg_pool(x, 2))
    assert y.shape == (1, 3, 2, 2)
    np.testing.assert_allclose(y[:, 2, 0], x[:, 4, :2].mean(1), rtol=1e-6)
    np.testing.assert_allclose(y[:, 0, 1], x[:, :2, 2].mean(1), rtol=1e-6)
    np.testing.assert_allclose(y[:, 2, 1], x[:, 4, 2], rtol=1e-6)


def test_average_pooling_spreads_the_gradient_evenly_over_a_tile():
    gradient = jax.grad(lambda x: ops.avg_pool(x, 2).sum())(jnp.ones((1, 3, 3, 1)))
    wanted = [[0.25, 0.25, 0.5], [0.25, 0.25, 0.5], [0.5, 0.5, 1.0]]
    np.testing.assert_allclose(gradient[0, :, :, 0], wanted)


def test_dense_average_pooling_starts_a_tile_at_every_pixel():
    x = normal((1, 4, 6, 2))
    tiles = np.pad(x, ((0, 0), (0, 1), (0, 1), (0, 0)))  # as timm's: zeros count
    wanted = sum(tiles[:, i : i + 4, j : j + 6] for i in (0, 1) for j in (0, 1)) / 4
    np.testing.assert_allclose(ops.dense_avg_pool(x, 2), wanted, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("side", [(8, 12), (5, 7), (6, 9), (1, 2)])
@pytest.mark.parametrize(("window", "dilation"), [(2, 1), (2, 2), (2, 3), (3, 2)])
def test_dense_average_pooling_holds_every_strided_tile(side, window, dilation):
    x = normal((2, *side, 3))
    step = window * dilation
    strided = ops.avg_pool(x[:, ::dilation, ::dilation], window)
    dense = ops.dense_avg_pool(x, window, dilation)
    assert dense.shape == x.shape
    np.testing.assert_allclose(dense[:, ::step, ::step], strided, rtol=1e-5, atol=1e-6)


def test_dense_average_pooling_has_the_gradient_of_its_sums():
    x, dy = normal((1, 3, 5, 2)), normal((1, 3, 5, 2), 1)

    def pool(x):
        return ops.dense_avg_pool(x, 2, 2)

    jacobian = jax.jacfwd(pool)(x)
    wanted = jnp.tensordot(dy, jacobian, 4)
    dx = jax.vjp(pool, x)[1](dy)[0]
    np.testing.assert_allclose(dx, wanted, rtol=1e-5, atol=1e-6)


def test_a_pool_can_be_scanned_mapped_and_recomputed(assert_close):
    x = normal((3, 2, 6, 6, 4))
    fast = jax.checkpoint(lambda x: jnp.tanh(ops.max_pool(x)))

    def native(x):
        return jnp.tanh(ops.native_max_pool(x))

    wanted = value_and_gradient(jax.vmap(native), x)
    assert_close(value_and_gradient(jax.vmap(fast), x), wanted)
    assert_close(value_and_gradient(lambda x: jax.lax.map(fast, x), x), wanted)


def _lowered(f, x, platform):
    return jax.jit(f).trace(x).lower(lowering_platforms=(platform,)).as_text()


def test_lowered_for_a_tpu_a_pool_is_a_window_reduction():
    text = _lowered(ops.max_pool, normal((1, 8, 8, 2)), "tpu")
    assert "stablehlo.reduce_window" in text


def test_on_cpu_the_gradient_of_a_pool_scatters_nothing():
    gradient = jax.grad(lambda x: ops.max_pool(x).sum())
    x = normal((1, 8, 8, 2))
    assert "scatter" in _lowered(gradient, x, "tpu")
    assert "scatter" not in _lowered(gradient, x, "cpu")


@pytest.mark.parametrize("pool", [ops.max_pool, ops.native_max_pool])
@pytest.mark.parametrize(
    "given, says",
    [
        ({"window": 2}, "window=2: must be odd"),
        ({"window": 0}, "window=0: must be a whole number"),
        ({"stride": 0}, "stride=0: must be a whole number"),
        ({"x": jnp.ones((1, 4, 4, 1), jnp.int32)}, "x is int32.*must be floats"),
        ({"x": jnp.ones((4, 4, 1))}, "shape \\(4, 4, 1\\): it must be floats"),
    ],
    ids=str,
)
def test_what_cannot_be_pooled_is_refused(pool, given, says):
    with pytest.raises(ValueError, match=says):
        pool(**{"x": jnp.ones((1, 4, 4, 1))} | given)
