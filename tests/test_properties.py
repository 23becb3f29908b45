"""Whatever a valid configuration says, these hold."""

import dataclasses

import jax
import jax.numpy as jnp
import pytest
from flax import nnx
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_lib import ResNet, ResNetConfig, count_params, summary, unstack_blocks
from resnet_lib.config import STEM_STRIDE


@st.composite
def configs(draw, depth=3, stages=3):
    """Valid configurations of a few narrow blocks."""

    def pick(*values):
        return draw(st.sampled_from(values))

    count = draw(st.integers(1, stages))
    residual, preactivation = pick((True, False), (True, True), (False, False))
    bottleneck = draw(st.booleans())
    only_bottleneck = dict(
        groups=pick(1, 2, 3),
        width_per_group=pick(16, 32, 48),
        stride_in_1x1=not preactivation and draw(st.booleans()),
    )
    norm = pick("batch", "group", "none")
    # Flax's own GroupNorm promotes bfloat16.
    narrow = norm != "group" or jax.config.jax_numpy_dtype_promotion != "strict"
    zero = residual and (norm != "none" or preactivation) and draw(st.booleans())
    stem = pick("imagenet", "cifar", "deep", "strided")
    reach = STEM_STRIDE[stem] << count
    output_strides = [None, *(s for s in (8, 16) if STEM_STRIDE[stem] <= s < reach)]
    widths = st.lists(st.sampled_from([4, 6, 8]), min_size=count, max_size=count)
    return ResNetConfig(
        block="bottleneck" if bottleneck else "basic",
        depths=tuple(draw(st.integers(1, depth)) for _ in range(count)),
        widths=sorted(draw(widths)),
        residual=residual,
        preactivation=preactivation,
        stem=stem,
        stem_width=4,
        shortcut=pick("A", "B", "D"),
        **(only_bottleneck if bottleneck else {}),
        output_stride=pick(*output_strides),
        norm=norm,
        zero_init_residual=zero,
        squeeze_excite=draw(st.booleans()),
        num_classes=10,
        in_channels=pick(1, 3),
        dtype=pick("float32", "bfloat16") if narrow else "float32",
        remat=draw(st.booleans()),
    )


def parameters(config):
    """The same count, written layer by layer as the papers do."""
    normed, gate = config.norm != "none", config.squeeze_excite

    def layer(a, b, k, groups=1, norm=None):
        scales = 2 * (b if norm is None else norm)
        return a // groups * b * k * k + (scales if normed else b)

    def block(a, width, shrinks):
        pre, out = config.preactivation, width * config.expansion
        if config.block == "basic":
            total = layer(a, width, 3, norm=a if pre else None) + layer(width, width, 3)
        else:
            groups = config.groups
            inner = width * config.width_per_group // 64 * groups
            total = layer(a, inner, 1, norm=a if pre else None)
            total += layer(inner, inner, 3, groups)
            total += layer(inner, out, 1, norm=inner if pre else None)
        if gate:  # reduction 16, at least 8
            total += out * 8 + 8 + 8 * out + out
        if config.residual and config.shortcut != "A" and (shrinks or a != out):
            total += layer(a, out, 1, norm=0 if pre else None)
        return total

    a, half, total = config.in_channels, config.stem_width // 2, 0
    unnormed = config.stem_width * 2 if config.preactivation and normed else 0
    if config.stem == "deep":
        total += layer(a, half, 3) + layer(half, half, 3) + layer(half, 4, 3)
    else:
        total += layer(a, config.stem_width, 7 if config.stem == "imagenet" else 3)
    total, a = total - unnormed, config.stem_width
    for i, (depth, width) in enumerate(zip(config.depths, config.widths, strict=True)):
        for j in range(depth):  # a stage that dilates keeps the shortcut of a stride
            total += block(a, width, i > 0 and j == 0)
            a = width * config.expansion
    last = 2 * a if config.preactivation and normed else 0
    return total + last + a * config.num_classes + config.num_classes


@settings(max_examples=10)
@given(configs())
def test_parameters_are_those_of_the_layers(config):
    assert count_params(config) == parameters(config)
    unrolled = nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(0)))
    assert count_params(unrolled) == parameters(config)


@pytest.mark.filterwarnings("ignore:stem=")
@settings(max_examples=8)
@given(configs(), st.integers(8, 40), st.integers(8, 40), st.booleans())
def test_shapes_follow_strides_and_rows_add_up(config, height, width, scan):
    config = dataclasses.replace(config, scan=scan)
    model = nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(0)))
    x = jax.ShapeDtypeStruct((2, height, width, config.in_channels), jnp.float32)
    features = nnx.eval_shape(ResNet.features, model, x)
    stride = STEM_STRIDE[config.stem]
    for i, channels in enumerate(config.widths, start=1):
        if i > 1 and stride * 2 <= (config.output_stride or 1024):
            stride *= 2
        side = -(-height // stride), -(-width // stride)
        out = features[f"stage{i}"]
        assert out.shape == (2, *side, channels * config.expansion)
        assert out.dtype == config.compute_dtype
    assert features["pooled"].shape == (2, config.features)
    rows = summary(config, (height, width))
    assert rows[-2].shape == features[f"stage{len(config.widths)}"].shape[1:]
    assert sum(row.params for row in rows) == parameters(config)


def training_pass(model, x):
    """Logits and new statistics, compiled; `test_scan` compares gradients too."""
    graph, state = nnx.split(model)

    @jax.jit
    def run(state, x):
        model = nnx.merge(graph, state, copy=True)
        return model(x), nnx.state(model, nnx.BatchStat)

    logits, stats = run(state, x)
    nnx.update(model, stats)
    return logits, nnx.state(unstack_blocks(model), nnx.BatchStat)


@pytest.mark.filterwarnings("ignore:stem=")
@settings(max_examples=3)
@given(configs(stages=1))
def test_compiled_equals_eager(build, batch, assert_close, config):
    config = dataclasses.replace(config, depths=(1,) * len(config.depths))
    model = build(config, dtype="float32")
    x, _ = batch(n=2, h=12, w=12, c=config.in_channels)
    eager = nnx.clone(model)
    logits, stats = training_pass(model, x)
    assert_close(eager(x), logits, 2e-5)
    assert_close(nnx.state(eager, nnx.BatchStat), stats, 2e-5)


@pytest.mark.filterwarnings("ignore:stem=")
@settings(max_examples=3)
@given(configs(stages=1))
def test_a_scanned_pass_equals_the_unrolled_one(build, batch, assert_close, config):
    config = dataclasses.replace(config, depths=(3,), dtype="float32")
    x, _ = batch(n=4, h=12, w=12, c=config.in_channels)
    scanned = training_pass(build(config, scan=True), x)
    assert_close(scanned, training_pass(build(config), x), 2e-5)
