import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib import (
    drop_path,
)


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def test_without_a_key_drop_path_is_the_identity():
    x = normal((2, 3, 3, 4))
    assert drop_path(x, 0.5, None) is x


def test_drop_path_drops_whole_examples_and_rescales_the_others():
    x = normal((64, 2, 2, 3))
    out = np.asarray(drop_path(x, 0.25, jax.random.key(0)))
    kept = (out != 0).any((1, 2, 3))
    assert 0 < kept.sum() < 64
    np.testing.assert_allclose(out[kept], np.asarray(x)[kept] / 0.75, rtol=1e-6)


def test_drop_path_keeps_the_expectation():
    x = jnp.ones((20_000, 1, 1, 1))
    out = drop_path(x, 0.3, jax.random.key(1))
    # Five standard deviations of a mean of 20,000 values, each 0 or 1 / 0.7.
    assert float(out.mean()) == pytest.approx(1, abs=5 * (0.3 / 0.7 / 20_000) ** 0.5)


def test_drop_path_depends_on_its_key_alone():
    x = jnp.ones((64, 1, 1, 1))
    one, same, other = (drop_path(x, 0.5, jax.random.key(s)) for s in (2, 2, 3))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_drop_path_at_rate_zero_keeps_everything():
    x = normal((8, 2, 2, 1))
    np.testing.assert_array_equal(drop_path(x, 0.0, jax.random.key(0)), x)
    assert drop_path(x.astype(jnp.bfloat16), 0.5, jax.random.key(0)).dtype == "bfloat16"


def test_an_example_may_have_any_number_of_axes():
    for shape in ((64,), (64, 3), (64, 2, 2, 2, 1)):
        out = np.asarray(drop_path(jnp.ones(shape), 0.5, jax.random.key(0)))
        rows = out.reshape(64, -1)
        assert (rows == rows[:, :1]).all() and {0, 2} == {*rows[:, 0]}


@pytest.mark.parametrize("rate", [1, 1.5, -0.1, jnp.float32(1), "0.1"])
@pytest.mark.parametrize("key", [None, jax.random.key(0)])
def test_a_rate_that_leaves_nothing_to_rescale_is_refused(rate, key):
    with pytest.raises(ValueError, match=r"rate=.*: must"):
        drop_path(jnp.ones((2, 3)), rate, key)
