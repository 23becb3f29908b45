import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import (
    BatchNorm,
    ResNetConfig,
    Shortcut,
    SqueezeExcite,
    count_params,
)
from resnet_lib.layers import conv, norm

CONFIG = ResNetConfig()


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


@pytest.mark.parametrize("side", [7, 8])
@pytest.mark.parametrize("kernel", [1, 3, 7])
def test_a_convolution_shrinks_each_side_by_its_stride_rounded_up(make, kernel, side):
    layer = make(conv, 3, 5, kernel, stride=2, config=CONFIG)
    assert jax.eval_shape(layer, jnp.ones((2, side, side, 3))).shape == (2, 4, 4, 5)


def test_a_strided_convolution_looks_at_even_pixels_as_torch_does(make):
    layer = make(conv, 1, 1, 3, stride=2, config=CONFIG)
    layer.kernel[...] = jnp.zeros((3, 3, 1, 1)).at[1, 1].set(1.0)
    x = normal((1, 6, 6, 1))
    np.testing.assert_allclose(layer(x), x[:, ::2, ::2], rtol=1e-6)


def test_dilation_keeps_the_shape(make):
    layer = make(conv, 2, 2, 3, dilation=4, config=CONFIG)
    assert jax.eval_shape(layer, jnp.ones((1, 9, 9, 2))).shape == (1, 9, 9, 2)


def test_kernels_start_with_variance_two_over_fan_out(start):
    layer = start(conv, 8, 64, 3, config=CONFIG)
    kernel = np.asarray(layer.kernel[...])
    assert kernel.std() == pytest.approx((2 / (9 * 64)) ** 0.5, rel=0.03)
    assert abs(kernel.mean()) < 0.003


def test_a_convolution_has_a_bias_only_where_no_norm_follows(make):
    assert make(conv, 2, 2, 3, config=CONFIG).bias is None
    assert make(conv, 2, 2, 3, config=ResNetConfig(norm="none")).bias is not None


@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_computes_what_flax_computes(make, assert_close, training):
    x, y = normal((4, 5, 5, 3)), normal((4, 5, 5, 3), 1)
    ours = make(BatchNorm, 3, config=CONFIG)
    theirs = nnx.eval_shape(lambda: nnx.BatchNorm(3, momentum=0.9, rngs=nnx.Rngs(0)))

    def run(module):
        module.train() if training else module.eval()
        graph, state = nnx.split(module)

        @jax.jit
        def loss(state, x):
            module = nnx.merge(graph, state, copy=True)
            out = module(x)
            return (out * y).sum(), (out, nnx.state(module, nnx.BatchStat))

        (_, aux), grads = jax.value_and_grad(loss, (0, 1), has_aux=True)(state, x)
        return *aux, nnx.filter_state(grads[0], nnx.Param), grads[1]

    theirs = nnx.merge(nnx.graphdef(theirs), nnx.state(ours))
    assert_close(*(map(jax.tree.leaves, (run(ours), run(theirs)))))


def test_running_averages_move_a_tenth_of_the_way_to_the_biased_moments(make):
    layer = make(BatchNorm, 3, config=CONFIG)
    before = layer.mean[...], layer.var[...]
    x = 2 + normal((4, 5, 5, 3))
    layer(x)
    moments = np.mean(x, (0, 1, 2)), np.var(x, (0, 1, 2))
    for old, batch, new in zip(before, moments, (layer.mean, layer.var), strict=True):
        np.testing.assert_allclose(new[...], 0.9 * old + 0.1 * batch, rtol=1e-5)


def test_evaluation_uses_the_running_averages_and_leaves_them(make):
    layer = make(BatchNorm, 3, config=CONFIG)
    layer.eval()
    before, x = jax.tree.map(np.array, nnx.state(layer)), normal((4, 5, 5, 3))
    alone = layer(x[:1])
    np.testing.assert_allclose(layer(x)[:1], alone, rtol=1e-5, atol=1e-6)
    jax.tree.map(np.testing.assert_array_equal, before, nnx.state(layer))


def test_batch_norm_keeps_bfloat16_and_its_own_values_float32(make):
    layer = make(BatchNorm, 3, config=ResNetConfig(dtype="bfloat16"))
    x = normal((4, 5, 5, 3)).astype(jnp.bfloat16)
    assert layer(x).dtype == jnp.bfloat16
    layer.eval()
    assert layer(x).dtype == jnp.bfloat16
    assert all(leaf.dtype == "float32" for leaf in jax.tree.leaves(nnx.state(layer)))


@pytest.mark.parametrize(("features", "groups"), [(64, 32), (48, 16), (10, 2)])
def test_group_norm_takes_32_groups_or_as_many_as_divide(make, features, groups):
    layer = make(norm, features, config=ResNetConfig(norm="group"))
    x = 3 + normal((2, 4, 4, features))
    layer.scale[...], layer.bias[...] = jnp.ones(features), jnp.zeros(features)
    out = np.asarray(layer(x)).reshape(2, 16, groups, -1)
    np.testing.assert_allclose(out.mean((1, 3)), 0, atol=1e-5)
    np.testing.assert_allclose(out.var((1, 3)), 1, rtol=1e-3)


def test_without_norms_the_norm_is_the_identity():
    x = normal((1, 2, 2, 3))
    layer = norm(3, config=ResNetConfig(norm="none"), rngs=nnx.Rngs(0))
    np.testing.assert_array_equal(layer(x), x)


def test_the_scale_of_a_norm_starts_where_it_is_told():
    for kind in ("batch", "group"):
        config = ResNetConfig(norm=kind)
        layer = norm(4, config=config, rngs=nnx.Rngs(0), scale=0.0)
        np.testing.assert_array_equal(layer.scale[...], np.zeros(4))


def shortcut(make, option, *args, **changes):
    made = make(Shortcut, *args, config=ResNetConfig(shortcut=option, **changes))
    made.eval()
    return made


@pytest.mark.parametrize("option", "ABD")
def test_where_shapes_agree_the_shortcut_is_x_itself(make, option):
    made = shortcut(make, option, 4, 4)
    x = normal((1, 3, 3, 4))
    assert made(x) is x
    assert count_params(made) == 0


@pytest.mark.parametrize("option", "ABD")
@pytest.mark.parametrize("side", [(6, 6), (7, 5), (1, 2)])
def test_a_shortcut_shrinks_odd_sides_as_the_branch_does(make, option, side):
    made = shortcut(make, option, 4, 8, 2)
    branch = make(conv, 4, 8, 3, stride=2, config=CONFIG)
    x = jnp.ones((2, *side, 4))
    assert jax.eval_shape(made, x) == jax.eval_shape(branch, x)


def test_option_a_keeps_every_second_pixel_and_adds_zeros(make):
    made = shortcut(make, "A", 4, 6, 2)
    x = normal((1, 5, 5, 4))
    out = made(x)
    np.testing.assert_array_equal(out[..., :4], x[:, ::2, ::2])
    np.testing.assert_array_equal(out[..., 4:], np.zeros((1, 3, 3, 2)))
    assert count_params(made) == 0


def pixels_read(made, side=4):
    """Which of the pixels change the output when they change."""
    gradient = jax.grad(lambda x: (made(x) ** 2).sum())(normal((1, side, side, 4)))
    return np.asarray(gradient != 0).any((0, 3))


def test_option_b_reads_one_pixel_in_four(make):
    read = pixels_read(shortcut(make, "B", 4, 8, 2))
    np.testing.assert_array_equal(read, np.kron(np.ones((2, 2)), [[1, 0], [0, 0]]))


def test_option_d_reads_every_pixel(make):
    assert pixels_read(shortcut(make, "D", 4, 8, 2)).all()


def test_option_d_without_a_stride_is_option_b(make):
    x = normal((1, 4, 4, 4))
    np.testing.assert_array_equal(
        shortcut(make, "D", 4, 8)(x), shortcut(make, "B", 4, 8)(x)
    )


@pytest.mark.parametrize("option", "ABD")
def test_a_shortcut_that_dilates_instead_of_striding_projects_all_the_same(
    make, assert_close, option
):
    dilated = dict(dilation=4, first_dilation=2)
    config, x = ResNetConfig(shortcut=option), normal((1, 7, 8, 4))
    dense = make(Shortcut, 4, 4, **dilated, config=config)
    strided = make(Shortcut, 4, 4, 2, config=config)
    dense.eval(), strided.eval()
    assert count_params(dense) == count_params(strided)
    assert_close(dense(x)[:, ::4, ::4], strided(x[:, ::2, ::2]))


@pytest.mark.parametrize(("preactivation", "params"), [(False, 32 + 16), (True, 32)])
def test_a_projection_is_normalised_unless_the_block_is(make, preactivation, params):
    made = shortcut(make, "B", 4, 8, 2, preactivation=preactivation)
    assert count_params(made) == params


def test_squeeze_and_excitation_is_its_equation(make):
    gate = make(SqueezeExcite, 16, config=CONFIG)
    x = normal((2, 3, 3, 16))
    squeezed = np.asarray(x).mean((1, 2))
    w1, b1 = np.asarray(gate.reduce.kernel[...]), np.asarray(gate.reduce.bias[...])
    w2, b2 = np.asarray(gate.expand.kernel[...]), np.asarray(gate.expand.bias[...])
    hidden = np.maximum(squeezed @ w1 + b1, 0)
    weights = 1 / (1 + np.exp(-(hidden @ w2 + b2)))
    wanted = x * weights[:, None, None]
    np.testing.assert_allclose(gate(x), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("features", "reduced"), [(16, 8), (128, 8), (192, 16), (256, 16), (2048, 128)]
)
def test_squeeze_and_excitation_reduces_by_16_in_eights(make, features, reduced):
    gate = make(SqueezeExcite, features, config=CONFIG)
    assert gate.reduce.kernel[...].shape == (features, reduced)
