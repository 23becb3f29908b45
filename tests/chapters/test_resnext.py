"""What chapter 4 states, against fresh computation."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_book.ch04_resnext.experiments import cardinality
from resnet_lib import Bottleneck, count_macs, count_params, get_config

LADDER = ((1, 64), (2, 40), (4, 24), (8, 14), (32, 4))


def conv(x, kernel, groups=1):
    pad = kernel.shape[0] // 2
    return jax.lax.conv_general_dilated(
        x,
        kernel,
        (1, 1),
        [(pad, pad), (pad, pad)],
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        feature_group_count=groups,
    )


def draw(seed, *shape):
    values = np.random.default_rng(seed).normal(size=shape)
    return jnp.asarray(values, jnp.float32)


def block(cardinality, width):
    config = get_config("resnet50", groups=cardinality, width_per_group=width)
    return nnx.eval_shape(lambda: Bottleneck(256, 64, config=config, rngs=nnx.Rngs(0)))


def kernels(module):
    return [c.kernel.size for c in (module.conv1, module.conv2, module.conv3)]


def test_the_three_forms_of_a_block_are_one_function(assert_close):
    paths, d, c = 4, 2, 16
    x, downs = draw(0, 2, 6, 6, c), draw(1, paths, 1, 1, c, d)
    works, ups = draw(2, paths, 3, 3, d, d), draw(3, paths, 1, 1, d, c)
    hidden = [
        nnx.relu(conv(nnx.relu(conv(x, k)), w))
        for k, w in zip(downs, works, strict=True)
    ]
    summed = sum(conv(h, up) for h, up in zip(hidden, ups, strict=True))
    up = jnp.concatenate(ups, axis=2)
    joined = conv(jnp.concatenate(hidden, axis=3), up)
    h = nnx.relu(conv(x, jnp.concatenate(downs, axis=3)))
    grouped = conv(nnx.relu(conv(h, jnp.concatenate(works, axis=3), paths)), up)
    assert_close(joined, summed)
    assert_close(grouped, summed)


def test_a_basic_block_split_into_paths_is_a_basic_block(assert_close):
    x, first, second = (
        draw(4, 2, 6, 6, 8),
        draw(5, 3, 3, 3, 8, 4),
        draw(6, 3, 3, 3, 4, 8),
    )
    paths = sum(
        conv(nnx.relu(conv(x, a)), b) for a, b in zip(first, second, strict=True)
    )
    wide = conv(x, jnp.concatenate(first, axis=3))
    assert_close(conv(nnx.relu(wide), jnp.concatenate(second, axis=2)), paths)


def test_the_rungs_cost_the_same():
    sizes = [sum(kernels(block(*rung))) for rung in LADDER]
    assert sizes == [69_632, 69_760, 69_888, 71_456, 70_144]
    image = jax.ShapeDtypeStruct((1, 56, 56, 256), jnp.float32)
    macs = [count_macs(block(*rung), image) for rung in LADDER]
    assert macs == [56 * 56 * size for size in sizes]
    assert max(macs) / min(macs) < 1.03


def test_grouping_moves_the_weights_from_the_3x3_to_the_1x1():
    share = [kernels(block(*r))[1] / sum(kernels(block(*r))) for r in LADDER]
    assert share == sorted(share, reverse=True)
    assert share[0] > 0.5 and share[-1] < 0.07


@pytest.mark.parametrize(("parameters", "macs"), [(2.70, 2.79)])
def test_a_wide_waist_costs_what_the_page_says(parameters, macs):
    wide, thin = "wide_resnet50_2", "resnet50"
    assert round(count_params(wide) / count_params(thin), 2) == parameters
    assert round(count_macs(wide) / count_macs(thin), 2) == macs


def test_the_recorded_ladder_keeps_its_cost_too():
    configs = [cardinality.rung(*rung) for rung in cardinality.LADDER.values()]
    for count in (count_params, lambda config: count_macs(config, 28)):
        costs = [count(config) for config in configs]
        assert max(costs) / min(costs) < 1.01
