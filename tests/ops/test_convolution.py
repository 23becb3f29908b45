import functools
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jax import lax

from resnet_lib import ops

NHWC = ("NHWC", "HWIO", "NHWC")


def reference(x, k, stride, padding, dilation, groups):
    return lax.conv_general_dilated(
        x,
        k,
        stride,
        padding,
        rhs_dilation=dilation,
        dimension_numbers=NHWC,
        feature_group_count=groups,
    )


def ours(x, k, stride, padding, dilation, groups):
    return ops.conv_general_dilated(
        x,
        k,
        stride,
        padding,
        rhs_dilation=dilation,
        dimension_numbers=NHWC,
        feature_group_count=groups,
    )


def normal(shape, seed):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def value_and_pullback(f, x, k):
    """f(x, k), and both gradients for a cotangent that weighs each output apart."""

    @jax.jit
    def run(x, k):
        y, pullback = jax.vjp(f, x, k)
        weights = jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape)
        return y, *pullback(weights)

    return run(x, k)


def pair(shape, kernel, groups, channels, out):
    x = normal((*shape, groups * channels), 0)
    return x, normal((*kernel, channels, groups * out), 1)


def sides(low, high):
    return st.tuples(st.integers(low, high), st.integers(low, high))


@settings(max_examples=6)
@given(
    shape=st.tuples(st.integers(1, 4), st.integers(5, 11), st.integers(5, 11)),
    kernel=sides(1, 3),
    stride=sides(1, 3),
    padding=st.tuples(sides(0, 3), sides(0, 3)),
    dilation=sides(1, 2),
    groups=st.sampled_from([1, 1, 2, 3, 6]),
    channels=st.integers(1, 5),
    out=st.integers(1, 4),
)
# 1×1, strided over an odd side.
@example((2, 8, 7), (1, 1), (2, 2), ((0, 0),) * 2, (1, 1), 1, 3, 5)
# The stems' 7×7 and a stage's 3×3, strided and dilated.
@example((2, 16, 15), (7, 7), (2, 2), ((3, 3),) * 2, (1, 1), 1, 3, 4)
@example((1, 9, 9), (3, 3), (1, 1), ((4, 4),) * 2, (4, 4), 1, 2, 2)
# Groups: few and wide, many and narrow, one channel each, 1×1.
@example((2, 7, 7), (3, 3), (2, 2), ((1, 1),) * 2, (1, 1), 2, 40, 40)
@example((2, 6, 6), (3, 3), (1, 1), ((1, 1),) * 2, (1, 1), 32, 4, 4)
@example((2, 6, 6), (3, 3), (2, 2), ((2, 2),) * 2, (2, 2), 12, 1, 1)
@example((2, 6, 6), (1, 1), (2, 2), ((0, 0),) * 2, (1, 1), 8, 2, 3)
def test_a_convolution_and_its_gradients_equal_xla(
    assert_close, shape, kernel, stride, padding, dilation, groups, channels, out
):
    x, k = pair(shape, kernel, groups, channels, out)
    rest = stride, padding, dilation, groups
    wanted = value_and_pullback(lambda x, k: reference(x, k, *rest), x, k)
    assert_close(value_and_pullback(lambda x, k: ours(x, k, *rest), x, k), wanted)


def test_a_convolution_is_the_sum_in_its_docstring():
    x, k = pair((1, 6, 7), (3, 2), 2, 2, 1)
    (top, left), s, d = (2, 1), (2, 1), (1, 2)
    y = np.asarray(ours(x, k, s, ((top, 1), (left, 0)), d, 2))
    wanted = np.zeros_like(y)
    for i, j, o, a, b, c in np.ndindex(*y.shape[1:], *k.shape[:3]):
        row, column = s[0] * i + d[0] * a - top, s[1] * j + d[1] * b - left
        if 0 <= row < 6 and 0 <= column < 7:
            wanted[0, i, j, o] += x[0, row, column, 2 * o + c] * k[a, b, c, o]
    np.testing.assert_allclose(y, wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "given",
    [
        {"lhs_dilation": (2, 2)},
        {"dimension_numbers": ("NCHW", "OIHW", "NCHW")},
        {"batch_group_count": 2},
        {"preferred_element_type": jnp.bfloat16},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_is_not_there_is_refused_and_named(given):
    x, k = pair((1, 4, 4), (3, 3), 1, 1, 1)
    with pytest.raises(ValueError, match=f"{next(iter(given))}: ops knows no other"):
        ops.conv_general_dilated(x, k, (1, 1), ((1, 1),) * 2, **given)


@pytest.mark.parametrize(
    "given",
    [
        {"lhs_dilation": (1, 1)},
        {"dimension_numbers": ("NHWC", "HWIO", "NHWC")},
        {
            "dimension_numbers": lax.ConvDimensionNumbers(
                (0, 3, 1, 2), (3, 2, 0, 1), (0, 3, 1, 2)
            )
        },
        {"preferred_element_type": jnp.float32},
    ],
    ids=str,
)
def test_what_is_as_usual_may_be_said(given):
    x, k = pair((1, 4, 4), (3, 3), 1, 1, 1)
    plain = ops.conv_general_dilated(x, k, (1, 1), ((1, 1),) * 2)
    said = ops.conv_general_dilated(x, k, (1, 1), ((1, 1),) * 2, **given)
    np.testing.assert_array_equal(plain, said)


def test_a_bfloat16_convolution_stays_bfloat16():
    x, k = (a.astype(jnp.bfloat16) for a in pair((1, 4, 4), (3, 3), 2, 2, 2))
    y, dx, dk = value_and_pullback(lambda x, k: ours(x, k, *CASES["grouped"]), x, k)
    assert y.dtype == dx.dtype == dk.dtype == jnp.bfloat16


# Stride, padding, dilation, groups.
CASES = {
    "pointwise": ((2, 2), ((0, 0),) * 2, (1, 1), 1),
    "dense": ((2, 2), ((1, 1),) * 2, (1, 1), 1),
    "grouped": ((1, 1), ((1, 1),) * 2, (1, 1), 2),
}


def square(case, n=2):
    """x and k such that an unstrided convolution keeps the shape of x."""
    kernel = (1, 1) if case == "pointwise" else (3, 3)
    groups = CASES[case][-1]
    return pair((n, 6, 6), kernel, groups, 4 // groups, 4 // groups)


@pytest.mark.parametrize("case", CASES)
def test_a_convolution_inside_a_scan_has_the_same_gradients(case, assert_close):
    stride, padding, dilation, groups = CASES[case]
    rest = (1, 1), padding, dilation, groups
    x, k = square(case)
    kernels = jnp.stack([k, 0.5 * k, -k])

    def scanned(conv, x, kernels):
        return lax.scan(lambda x, k: (jnp.tanh(conv(x, k, *rest)), None), x, kernels)[0]

    def looped(conv, x, kernels):
        for k in kernels:
            x = jnp.tanh(conv(x, k, *rest))
        return x

    got = value_and_pullback(functools.partial(scanned, ours), x, kernels)
    wanted = value_and_pullback(functools.partial(looped, reference), x, kernels)
    assert_close(got, wanted)


@pytest.mark.parametrize("case", CASES)
def test_a_convolution_can_be_mapped_over_examples_and_over_kernels(case, assert_close):
    rest = CASES[case]
    x, k = square(case, n=3)
    kernels = jnp.stack([k, 2 * k, -k])

    def mapped(conv):
        def one(x, k):
            return conv(x[None], k, *rest)[0]

        return lambda x, k: jax.vmap(one)(x, k)

    got = value_and_pullback(mapped(ours), x, kernels)
    assert_close(got, value_and_pullback(mapped(reference), x, kernels))
    shared = jax.vmap(lambda x: ours(x[None], k, *rest)[0])(x)
    assert_close(shared, reference(x, k, *rest))


@pytest.mark.parametrize("case", CASES)
def test_a_recomputed_convolution_has_the_same_gradients(case, assert_close):
    rest = CASES[case]
    x, k = square(case)
    remat = jax.checkpoint(lambda x, k: jnp.tanh(ours(x, k, *rest)))
    wanted = value_and_pullback(lambda x, k: jnp.tanh(reference(x, k, *rest)), x, k)
    assert_close(value_and_pullback(remat, x, k), wanted)


@pytest.mark.parametrize("case", CASES)
def test_lowered_for_a_tpu_a_convolution_is_the_native_one(case):
    rest = CASES[case]
    x, k = square(case)
    text = lowered_for_tpu(lambda x, k: ours(x, k, *rest), x, k)
    assert text == lowered_for_tpu(lambda x, k: reference(x, k, *rest), x, k)
    assert len(text) == 1 and f"feature_group_count = {rest[-1]} " in text[0]


def lowered_for_tpu(f, *args):
    """The lines of the program that compute a convolution."""
    lowered = jax.jit(f).trace(*args).lower(lowering_platforms=("tpu",))
    lines = lowered.as_text().splitlines()

    def signature(line):
        return line[line.index("stablehlo.convolution") :]

    lines = [signature(line) for line in lines if "stablehlo.convolution" in line]
    return [line.split(")", 1)[1] for line in lines]


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="CPU's own form")
@pytest.mark.parametrize("side", [1, 3])
def test_no_gradient_needs_a_convolution_in_an_order_that_is_slow_in_a_loop(side):
    x, k = pair((2, 8, 8), (side, side), 1, 4, 5)
    same = [(side // 2, side // 2)] * 2
    f = functools.partial(ours, stride=(1, 1), padding=same, dilation=(1, 1), groups=1)
    lowered = jax.jit(lambda x, k: value_and_pullback(f, x, k)).lower(x, k)
    orders = re.findall(r"dim_numbers = (.*?), window", lowered.as_text())
    assert set(orders) <= {"[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]"}
    assert len(orders) == (3 if side == 3 else 0)
