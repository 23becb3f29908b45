import decimal
import fractions

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.values import plain, printable, real, shown, whole


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.int8(3), 3),
        (np.float16(0.5), 0.5),
        (np.bool_(True), True),
        (np.str_("basic"), "basic"),
        (np.array([[1, 2]]), [[1, 2]]),
        (jnp.array([1, 2]), [1, 2]),
        (jnp.bfloat16(0.5), 0.5),
        (jnp.array(True), True),
        ("basic", "basic"),
        (None, None),
    ],
)
def test_scalars_and_arrays_become_pythons_and_the_rest_stays(value, wanted):
    assert plain(value) == wanted
    assert type(plain(value)) is type(wanted)


def test_what_has_no_value_yet_or_no_number_stays_as_it_is():
    key = jax.random.key(0)
    assert plain(key) is key
    seen = []
    jax.jit(lambda x: seen.append(plain(x) is x))(1.0)
    assert seen == [True]


class Silent:
    def __repr__(self):
        raise RuntimeError


@pytest.mark.parametrize(
    "value",
    [
        "\x1b[2J\n\u202e" * 50,
        10**5000,
        [list(range(100))] * 100,
        np.zeros((300, 300)),
        dict.fromkeys(range(10**5), "x" * 100),
        Silent(),
        "",
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_is_shown_in_one_short_line(value):
    assert len(shown(value)) < 400
    assert shown(value).isprintable()


@pytest.mark.parametrize("name", ["layer1.0.conv1.weight", "7", ""])
def test_an_ordinary_name_is_printed_as_it_is(name):
    assert printable(name) == name


def test_a_long_name_is_cut_in_the_middle():
    text = printable("start" + "x" * 1000 + "end", 40)
    assert len(text) < 50 and text.startswith("start") and text.endswith("end")


@pytest.mark.parametrize(
    "value", [3, np.int64(3), np.uint8(3), np.array(3), jnp.int32(3)]
)
def test_a_whole_number_is_taken_from_whomever(value):
    found = whole("n", value, 0)
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
    found = real("x", value)
    assert found == 0.5 and type(found) is float


@pytest.mark.parametrize(
    "value",
    [True, np.bool_(True), "3", None, 3.0, np.float64(3), np.array([3]), -1, 3j]
    + [jax.random.key(0)],
)
def test_what_is_no_whole_number_in_its_limits_is_refused_by_name(value):
    with pytest.raises(ValueError, match="n=.*must be a whole number ≥ 0"):
        whole("n", value, 0)


@pytest.mark.parametrize(
    "value", [True, "0.5", None, 1j, np.array([0.5]), 10**400, decimal.Decimal(1)]
)
def test_what_is_no_number_is_refused_by_name(value):
    with pytest.raises(ValueError, match="x=.*must be a number"):
        real("x", value)
