import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import (
    BasicBlock,
    Bottleneck,
    PlainBasicBlock,
    PlainBottleneck,
    PreActBasicBlock,
    PreActBottleneck,
    ResNetConfig,
    count_params,
)
from resnet_lib.blocks import block_class

BASIC, BOTTLENECK = ResNetConfig(), ResNetConfig(block="bottleneck")
KINDS = {
    BasicBlock: BASIC,
    Bottleneck: BOTTLENECK,
    PlainBasicBlock: ResNetConfig(residual=False),
    PlainBottleneck: ResNetConfig(block="bottleneck", residual=False),
    PreActBasicBlock: ResNetConfig(preactivation=True),
    PreActBottleneck: ResNetConfig(block="bottleneck", preactivation=True),
}
RESIDUAL = {BasicBlock: BASIC, Bottleneck: BOTTLENECK}
PREACTIVATED = dict(list(KINDS.items())[4:])


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def changed(config, **changes):
    return ResNetConfig(**{**vars(config), **changes})


def evaluated(make, cls, *args, config, **kwargs):
    block = make(cls, *args, config=config, **kwargs)
    block.eval()
    return block


def traced(block, x):
    """Shape and dtype of what a block in training mode puts out."""
    return nnx.eval_shape(lambda block, x: block(x), block, x)


@pytest.mark.parametrize(("cls", "config"), KINDS.items())
def test_a_configuration_names_its_block(cls, config):
    assert block_class(config) is cls


@pytest.mark.parametrize(("cls", "config"), KINDS.items())
@pytest.mark.parametrize(("stride", "side"), [(1, 5), (2, 5), (2, 6)])
def test_a_block_shrinks_by_its_stride_and_widens(make, cls, config, stride, side):
    block = make(cls, 8, 4, stride=stride, config=config)
    out = traced(block, jnp.ones((2, side, side, 8)))
    half = -(-side // stride)
    assert out.shape == (2, half, half, 4 * cls.expansion)


@pytest.mark.parametrize(("cls", "config"), RESIDUAL.items())
def test_with_zero_init_a_block_starts_as_the_rectified_identity(start, cls, config):
    width = 16 // cls.expansion
    config = changed(config, zero_init_residual=True)
    block = start(cls, 16, width, config=config)
    x = normal((2, 4, 4, 16))
    np.testing.assert_array_equal(block(x), jnp.maximum(x, 0))


@pytest.mark.parametrize(("cls", "config"), PREACTIVATED.items())
def test_with_zero_init_a_preactivation_block_starts_as_the_identity(
    start, cls, config
):
    width = 16 // cls.expansion
    config = changed(config, zero_init_residual=True)
    block = start(cls, 16, width, config=config)
    x = normal((2, 4, 4, 16))
    np.testing.assert_array_equal(block(x), x)


@pytest.mark.parametrize("cls", [BasicBlock, PreActBottleneck])
def test_without_zero_init_a_block_starts_with_a_branch(start, cls):
    block = start(cls, 16, 16 // cls.expansion, config=KINDS[cls])
    x = normal((2, 4, 4, 16))
    assert float(jnp.abs(block.terms(x)[1]).mean()) > 0.1


def test_the_skip_carries_the_gradient_past_a_dead_branch(make):
    x, dy = jnp.abs(normal((2, 4, 4, 8))), normal((2, 4, 4, 8), 1)
    for cls, passed in ((BasicBlock, dy), (PlainBasicBlock, 0 * dy)):
        block = evaluated(make, cls, 8, 8, config=KINDS[cls])
        block.norm2.scale[...] = block.norm2.bias[...] = jnp.zeros(8)
        dx = jax.vjp(block, x)[1](dy)[0]
        np.testing.assert_array_equal(dx, passed)


@pytest.mark.parametrize(("cls", "config"), KINDS.items())
def test_a_block_joins_its_terms_as_its_equation_says(make, cls, config):
    block = evaluated(make, cls, 8, 4, stride=2, config=config)
    x = normal((2, 6, 6, 8))
    s, f = block.terms(x)
    plain, preactivated = not config.residual, config.preactivation
    y = f if plain else s + f
    wanted = y if preactivated else jnp.maximum(y, 0)
    np.testing.assert_allclose(block(x), wanted, rtol=1e-6, atol=1e-6)


def by_hand(block, x, order):
    """Runs the named layers one after another; "relu" is not a layer."""
    for name in order.split():
        x = nnx.relu(x) if name == "relu" else getattr(block, name)(x)
    return x


@pytest.mark.parametrize(
    ("cls", "order"),
    [
        (BasicBlock, "conv1 norm1 relu conv2 norm2"),
        (PlainBasicBlock, "conv1 norm1 relu conv2 norm2"),
        (Bottleneck, "conv1 norm1 relu conv2 norm2 relu conv3 norm3"),
        (PlainBottleneck, "conv1 norm1 relu conv2 norm2 relu conv3 norm3"),
        (PreActBasicBlock, "norm1 relu conv1 norm2 relu conv2"),
        (PreActBottleneck, "norm1 relu conv1 norm2 relu conv2 norm3 relu conv3"),
    ],
)
def test_the_branch_runs_its_layers_in_the_papers_order(make, cls, order):
    block = evaluated(make, cls, 8, 4, config=KINDS[cls])
    x = normal((2, 4, 4, 8))
    np.testing.assert_allclose(
        block.terms(x)[1], by_hand(block, x, order), rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize(
    ("plain", "whole"), [(PlainBasicBlock, BasicBlock), (PlainBottleneck, Bottleneck)]
)
def test_a_plain_twin_has_the_same_branch(make, plain, whole):
    width = 16 // whole.expansion
    twins = [evaluated(make, c, 16, width, config=KINDS[c]) for c in (plain, whole)]
    assert count_params(twins[0]) == count_params(twins[1])
    x = normal((2, 4, 4, 16))
    np.testing.assert_array_equal(twins[0].terms(x)[1], twins[1].terms(x)[1])
    np.testing.assert_array_equal(twins[0](x), jnp.maximum(twins[0].terms(x)[1], 0))


@pytest.mark.parametrize(("cls", "config"), PREACTIVATED.items())
def test_a_preactivation_skip_is_x_itself_and_a_projection_sees_it_activated(
    make, cls, config
):
    x = normal((2, 4, 4, 16))
    same = evaluated(make, cls, 16, 16 // cls.expansion, config=config)
    np.testing.assert_array_equal(same.terms(x)[0], x)
    wider = evaluated(make, cls, 16, 8, stride=2, config=config)
    activated = jnp.maximum(wider.norm1(x), 0)
    wanted = activated[:, ::2, ::2] @ wider.shortcut.conv.kernel[0, 0]
    np.testing.assert_allclose(wider.terms(x)[0], wanted, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(("in_1x1", "read"), [(True, 0.25), (False, 1.0)])
def test_the_first_version_reads_one_pixel_in_four_and_the_second_all(
    make, in_1x1, read
):
    config = changed(BOTTLENECK, stride_in_1x1=in_1x1)
    block = evaluated(make, Bottleneck, 8, 16, stride=2, config=config)

    def branch(x):
        return (block.terms(x)[1] ** 2).sum()

    gradient = jax.grad(branch)(normal((1, 8, 8, 8)))
    assert np.asarray(gradient != 0).any((0, 3)).mean() == read


def test_the_groups_of_a_resnext_block_are_convolutions_side_by_side(make):
    config = changed(BOTTLENECK, groups=4, width_per_group=16)
    block = evaluated(make, Bottleneck, 16, 8, config=config)
    x = normal((2, 5, 5, 8))  # inner width: 4 groups of 2
    kernels = jnp.split(block.conv2.kernel[...], 4, axis=3)
    dimensions = ("NHWC", "HWIO", "NHWC")
    paths = [
        jax.lax.conv_general_dilated(
            part, kernel, (1, 1), ((1, 1),) * 2, dimension_numbers=dimensions
        )
        for part, kernel in zip(jnp.split(x, 4, axis=3), kernels, strict=True)
    ]
    whole = jnp.concatenate(paths, axis=3)
    np.testing.assert_allclose(block.conv2(x), whole, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("cls", [BasicBlock, Bottleneck, PreActBasicBlock])
def test_squeeze_and_excitation_gates_the_branch_alone(make, cls):
    gated = changed(KINDS[cls], squeeze_excite=True)
    block = evaluated(make, cls, 16, 16 // cls.expansion, config=gated)
    x = normal((2, 4, 4, 16))
    s, f = block.terms(x)
    gate, block.gate = block.gate, nnx.identity
    np.testing.assert_allclose(f, gate(block.terms(x)[1]), rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(s, block.terms(x)[0])


def test_a_dropped_branch_leaves_the_rectified_skip(make):
    block = evaluated(make, BasicBlock, 8, 8, config=BASIC)
    x = normal((32, 3, 3, 8))
    y = np.asarray(block(x, jax.random.key(0), 0.5))
    s, f = block.terms(x)
    dropped, kept = jnp.maximum(s, 0), jnp.maximum(s + 2 * f, 0)
    is_dropped = np.isclose(y, dropped, atol=1e-5).all((1, 2, 3))
    is_kept = np.isclose(y, kept, atol=1e-5).all((1, 2, 3))
    assert (is_dropped ^ is_kept).all() and 0 < is_dropped.sum() < 32


def test_a_rate_without_a_key_drops_nothing(make):
    block = evaluated(make, BasicBlock, 8, 8, config=BASIC)
    x = normal((4, 3, 3, 8))
    np.testing.assert_array_equal(block(x, None, 0.9), block(x))


@pytest.mark.parametrize("cls", KINDS)
def test_activations_take_the_compute_dtype_and_parameters_stay_float32(make, cls):
    config = changed(KINDS[cls], dtype="bfloat16", squeeze_excite=True)
    block = make(cls, 8, 4, stride=2, config=config)
    x = jnp.ones((2, 4, 4, 8), jnp.bfloat16)
    assert traced(block, x).dtype == jnp.bfloat16
    assert all(leaf.dtype == "float32" for leaf in jax.tree.leaves(nnx.state(block)))


@pytest.mark.parametrize("cls", KINDS)
def test_without_norms_a_block_has_biases_instead(make, cls):
    block = make(cls, 8, 4, stride=2, config=changed(KINDS[cls], norm="none"))
    parts = {name: part for name, part in vars(block).items() if name[-1].isdigit()}
    assert {"conv1", "norm1", "conv2", "norm2"} <= parts.keys()
    for name, part in parts.items():
        if name.startswith("conv"):
            assert part.bias[...].shape == part.kernel[...].shape[-1:]
        else:
            assert part(block) is block


def test_dilation_spreads_the_taps_of_both_basic_convolutions(make):
    dilated = dict(dilation=4, first_dilation=2)
    block = evaluated(make, BasicBlock, 1, 1, config=BASIC, **dilated)
    block.conv1.kernel[...] = block.conv2.kernel[...] = jnp.ones((3, 3, 1, 1))
    block.norm1.bias[...] = block.norm2.bias[...] = jnp.zeros(1)
    block.norm1.mean[...] = block.norm2.mean[...] = jnp.zeros(1)
    branch = block.terms(jnp.zeros((1, 15, 15, 1)).at[0, 7, 7].set(1.0))[1]
    reached = {int(i) for i in np.nonzero(np.asarray(branch)[0, 7, :, 0])[0]}
    assert reached == {7 + 2 * a + 4 * b for a in (-1, 0, 1) for b in (-1, 0, 1)}
