import decimal
import fractions

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib import scalars


@pytest.mark.parametrize(
    "value", [3, np.int64(3), np.uint8(3), np.array(3), jnp.int32(3)]
)
def test_a_whole_number_is_taken_from_whomever(value):
    found = scalars.whole(value, "n", 0)
    assert found == 3 and type(found) is int


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        np.float32(0.5),
        np.float64(0.5),
        jnp.bfloat16(0.5),
        fractions.Fraction(1, 2),
    ],
)
def test_a_number_is_taken_from_whomever(value):
    found = scalars.real(value, "x")
    assert found == 0.5 and type(found) is float


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), "3", None, 3.0, np.float64(3), np.array([3]), -1, 3j]
    + [jax.random.key(0)],
)
def test_what_is_no_whole_number_in_its_limits_is_refused_by_name(value):
    with pytest.raises(ValueError, match="n=.*must be a whole number ≥ 0"):
        scalars.whole(value, "n", 0)


@pytest.mark.parametrize(
    "value", [True, "0.5", None, 1j, np.array([0.5]), 10**400, decimal.Decimal(1)]
)
def test_what_is_no_number_is_refused_by_name(value):
    with pytest.raises(ValueError, match="x=.*must be a number"):
        scalars.real(value, "x")
