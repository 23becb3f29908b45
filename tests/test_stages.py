import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import ResNetConfig, Stage, Stem, get_config
from resnet_lib.stages import stage_strides

V1 = dict(stride_in_1x1=True)
CONFIG = ResNetConfig(stem="cifar", stem_width=4, depths=(4,), widths=(4,))


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), jnp.float32)


def stem(make, kind, **changes):
    return make(Stem, ResNetConfig(stem=kind, stem_width=8, **changes))


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("imagenet", (8, 6)),
        ("deep", (8, 6)),
        ("cifar", (31, 24)),
        ("strided", (16, 12)),
    ],
)
def test_a_stem_shrinks_odd_sides_rounded_up(make, kind, shape):
    made, x = stem(make, kind), jnp.ones((2, 31, 24, 3))
    out = nnx.eval_shape(lambda stem, x: stem(x), made, x)
    assert out.shape == (2, *shape, 8)


@pytest.mark.parametrize(
    ("kind", "kernels"),
    [
        ("imagenet", [(7, 7, 3, 8)]),
        ("deep", [(3, 3, 3, 4), (3, 3, 4, 4), (3, 3, 4, 8)]),
        ("cifar", [(3, 3, 3, 8)]),
        ("strided", [(3, 3, 3, 8)]),
    ],
)
def test_a_stem_has_the_layers_of_its_name(make, kind, kernels):
    made = stem(make, kind)
    assert [layer.kernel[...].shape for layer in made.convs] == kernels
    assert len(made.norms) == len(kernels)


@pytest.mark.parametrize(
    ("kind", "norms"), [("imagenet", 0), ("deep", 2), ("cifar", 0)]
)
def test_a_preactivation_stem_leaves_its_last_norm_to_the_first_block(
    make, kind, norms
):
    made = stem(make, kind, preactivation=True)
    assert len(made.norms) == norms
    if kind == "cifar":
        x = normal((1, 4, 4, 3))
        np.testing.assert_array_equal(made(x), made.convs[0](x))


def plan(**changes):
    rows = stage_strides(ResNetConfig(**changes))
    return [tuple(row.values()) for row in rows]  # stride, dilation, first dilation


@pytest.mark.parametrize(
    ("output_stride", "rows"),
    [
        (None, [(1, 1, 1), (2, 1, 1), (2, 1, 1), (2, 1, 1)]),
        (32, [(1, 1, 1), (2, 1, 1), (2, 1, 1), (2, 1, 1)]),
        (16, [(1, 1, 1), (2, 1, 1), (2, 1, 1), (1, 2, 1)]),
        (8, [(1, 1, 1), (2, 1, 1), (1, 2, 1), (1, 4, 2)]),
    ],
)
def test_a_stage_dilates_by_what_it_does_not_stride(output_stride, rows):
    assert plan(output_stride=output_stride) == rows


def test_a_small_stem_leaves_more_stages_to_stride():
    assert plan(stem="cifar", output_stride=8) == plan()
    assert plan(stem="strided", output_stride=8)[-1] == (1, 2, 1)


POSITIONS = [dict(), dict(block="bottleneck"), dict(preactivation=True)]
POSITIONS += [dict(block="bottleneck", **more) for more in (POSITIONS[2], V1)]


@pytest.mark.parametrize("widths", [(4, 6, 8, 10), (6, 6, 6, 6)])
@pytest.mark.parametrize("shortcut", "ABD")
@pytest.mark.parametrize("changes", POSITIONS)
def test_a_dilated_network_computes_the_strided_one_and_the_pixels_between(
    build, assert_close, changes, shortcut, widths
):
    # À trous (Chen et al. 2017): the strided map is every 2nd or 4th pixel.
    base = dict(stem_width=4, depths=(1, 1, 1, 2), widths=widths, shortcut=shortcut)
    x, maps = normal((1, 72, 64, 3)), {}
    for output_stride in (None, 16, 8):
        config = ResNetConfig(**base, **changes, output_stride=output_stride)
        model = build(config, native_ops=True)
        model.eval()
        maps[output_stride] = model.features(x)["stage4"]
    assert [y.shape[1:3] for y in maps.values()] == [(3, 2), (5, 4), (9, 8)]
    assert_close(maps[16][:, ::2, ::2], maps[None], 3e-5)
    assert_close(maps[8][:, ::4, ::4], maps[None], 3e-5)


def stage(make, **changes):
    config = get_config(CONFIG, **changes)
    made = make(Stage, 4, 4, 4, config=get_config(config, scan=False))
    made.eval()
    if config.scan:
        made.stack()
    return made


@pytest.mark.parametrize("scan", [False, True])
def test_a_preactivation_stage_adds_up_its_branches(make, assert_close, scan):
    made = stage(make, preactivation=True, scan=scan)
    x = normal((2, 5, 5, 4))

    def visit(block, x, _):
        return block(x), block.terms(x)[1]

    y, branches = made.walk(visit, x, None)
    assert branches.shape == (4, *x.shape)
    assert_close(y, x + branches.sum(0))


@pytest.mark.parametrize("remat", [False, True])
@pytest.mark.parametrize("scan", [False, True])
def test_each_visit_gets_its_slice_and_is_seen_in_order(make, scan, remat):
    made = stage(make, scan=scan, remat=remat)

    def visit(block, x, given):
        return block(x), given["a"] * 10

    _, seen = made.walk(visit, normal((1, 3, 3, 4)), {"a": jnp.arange(4.0)})
    np.testing.assert_array_equal(seen, [0, 10, 20, 30])


@pytest.mark.parametrize("scan", [False, True])
def test_a_stage_hands_each_block_its_own_key_and_rate(make, assert_close, scan):
    made, x = stage(make, scan=scan), normal((8, 3, 3, 4))
    keys, rates = jax.random.split(jax.random.key(0), 4), jnp.linspace(0, 0.6, 4)
    got = made(x, keys, rates)
    made.unstack()
    for block, key, rate in zip([made.first, *made.rest], keys, rates, strict=True):
        x = block(x, key, rate)
    assert_close(got, x)


def test_the_same_seed_starts_both_forms_at_the_same_values():
    def start(scan):
        config = get_config(CONFIG, scan=scan)
        made = Stage(4, 4, 3, config=config, rngs=nnx.Rngs(3))
        made.unstack()
        return nnx.state(made)

    both = jax.jit(lambda: (start(True), start(False)))()
    jax.tree.map(np.testing.assert_array_equal, *both)


def test_a_stage_of_one_or_two_blocks_has_no_tail_to_scan(make):
    for depth in (1, 2):
        made = make(Stage, 4, 4, depth, config=get_config(CONFIG, scan=True))
        assert not made.scanned
        made.stack()
        assert not made.scanned and len(made.rest) == depth - 1


def test_stacking_twice_or_unstacking_twice_changes_nothing(make):
    made = stage(make)
    before = jax.tree.map(np.array, nnx.state(made))
    made.stack(), made.stack()
    assert made.scanned and made.rest.conv1.kernel[...].shape == (3, 3, 3, 4, 4)
    made.unstack(), made.unstack()
    assert not made.scanned
    jax.tree.map(np.testing.assert_array_equal, before, nnx.state(made))
