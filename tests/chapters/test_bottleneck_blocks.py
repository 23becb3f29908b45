"""What chapter 3 states, against fresh computation."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import BasicBlock, Bottleneck, count_macs, count_params, get_config

WIDE, THIN, WAIST = 256, 64, 64


def kernel_params(block):
    state = nnx.to_flat_state(nnx.state(block, nnx.Param))
    return sum(math.prod(v.shape) for path, v in state if path[-1] == "kernel")


def abstract(cls, *args, **kwargs):
    return nnx.eval_shape(lambda: cls(*args, rngs=nnx.Rngs(0), **kwargs))


def gradient_map(f, channels, size=9):
    """Magnitude of the gradient of the middle output pixel, for each input pixel."""
    x = jax.random.normal(jax.random.key(0), (1, size, size, channels))
    middle = -(-f(x).shape[1] // 2) - 1
    gradient = jax.grad(lambda x: f(x)[0, middle, middle].sum())(x)
    return np.asarray(jnp.abs(gradient).sum(-1)[0])


def side(magnitudes):
    return int((magnitudes > 0).any(0).sum())


@pytest.mark.parametrize(
    ("cls", "args", "size"),
    [
        (BasicBlock, (WIDE, WIDE), 1_179_648),
        (Bottleneck, (WIDE, WAIST), 69_632),
        (BasicBlock, (THIN, THIN), 73_728),
    ],
)
def test_blocks_have_the_parameters_that_the_figure_shows(cls, args, size):
    assert kernel_params(abstract(cls, *args)) == size


def test_the_quoted_ratio_belongs_to_one_convolution():
    one, bottleneck = 9 * WIDE * WIDE, kernel_params(abstract(Bottleneck, WIDE, WAIST))
    assert one == 589_824
    assert 8 < one / bottleneck < 9
    assert kernel_params(abstract(BasicBlock, WIDE, WIDE)) == 2 * one


def test_a_bottleneck_sees_less_far_than_a_basic_block(make):
    basic, first = make(BasicBlock, 16, 16), make(Bottleneck, 16, 4)
    second = make(Bottleneck, 16, 4, seed=1)
    for block in (basic, first, second):
        block.eval()
    assert side(gradient_map(basic.residual, 16)) == 5
    assert side(gradient_map(first.residual, 16)) == 3
    assert side(gradient_map(lambda x: second.residual(first(x)), 16)) == 5


def test_f_spans_as_many_directions_as_the_waist_and_the_sum_all(make):
    block = make(Bottleneck, 32, 8)
    x = jax.random.normal(jax.random.key(1), (4, 6, 6, 32))
    f = block.conv3(nnx.relu(block.conv2(block.conv1(x))))
    assert np.linalg.matrix_rank(np.asarray(f).reshape(-1, 32), tol=1e-3) == 8
    assert np.linalg.matrix_rank(np.asarray(x + f).reshape(-1, 32), tol=1e-3) == 32


@pytest.mark.parametrize(("stride_in_1x1", "share"), [(True, 0.25), (False, 1.0)])
def test_a_v1_block_reads_a_quarter_of_the_pixels(make, stride_in_1x1, share):
    config = get_config("resnet50", stride_in_1x1=stride_in_1x1)
    block = make(Bottleneck, 16, 8, stride=2, config=config)
    block.eval()
    x = jax.random.normal(jax.random.key(2), (1, 8, 8, 16))
    gradient = jax.grad(lambda x: block(x).sum())(x)
    assert (np.abs(gradient).sum(-1) > 0).mean() == share


def test_v15_costs_more_arithmetic_and_the_same_parameters():
    v15, v1 = get_config("resnet50"), get_config("resnet50", stride_in_1x1=True)
    assert count_params(v1) == count_params(v15) == 25_557_032
    assert round(count_macs(v1) / 1e9, 2) == 3.86
    assert round(count_macs(v15) / 1e9, 2) == 4.09


@pytest.mark.parametrize(("kernel", "stride"), [(1, 1), (3, 1), (3, 2), (1, 2)])
def test_the_formula_counts_what_the_library_counts(kernel, stride):
    conv = nnx.eval_shape(
        lambda: nnx.Conv(
            6,
            10,
            (kernel, kernel),
            strides=stride,
            padding=kernel // 2,
            use_bias=False,
            rngs=nnx.Rngs(0),
        )
    )
    x = jax.ShapeDtypeStruct((2, 9, 9, 6), jnp.float32)
    out = -(-9 // stride)
    assert count_macs(conv, x) == 2 * out**2 * kernel**2 * 6 * 10
