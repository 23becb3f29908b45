import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import (
    ResNet,
    ResNetConfig,
    Stage,
    count_params,
    create_model,
)


def abstract(name, **overrides):
    return nnx.eval_shape(lambda: create_model(name, rngs=nnx.Rngs(0), **overrides))


def shapes(model, side, method=ResNet.features):
    x = jax.ShapeDtypeStruct((2, side, side, model.config.in_channels), jnp.float32)
    return nnx.eval_shape(method, model, x)


@pytest.mark.parametrize("name", ["resnet50d", "resnetv2_50", "plain18"])
def test_features_are_the_stem_the_stages_and_the_pooled_vector(name):
    model = abstract(name, scan=True)
    features, top = shapes(model, 64), model.config.features
    assert {key: out.shape for key, out in features.items()} == {
        "stem": (2, 16, 16, 64),
        "stage1": (2, 16, 16, top // 8),
        "stage2": (2, 8, 8, top // 4),
        "stage3": (2, 4, 4, top // 2),
        "stage4": (2, 2, 2, top),
        "pooled": (2, top),
    }
    assert shapes(model, 64, ResNet.__call__).shape == (2, 1000)


@pytest.mark.parametrize(
    ("output_stride", "sides"),
    [
        (8, [16, 8, 8, 8]),
        (16, [16, 8, 4, 4]),
        (32, [16, 8, 4, 2]),
        (None, [16, 8, 4, 2]),
    ],
)
@pytest.mark.parametrize("block", ["basic", "bottleneck"])
def test_the_output_stride_is_kept_by_all_later_stages(block, output_stride, sides):
    config = ResNetConfig(block=block, depths=(1,) * 4, output_stride=output_stride)
    features = shapes(abstract(config), 64)
    assert [features[f"stage{i}"].shape[1] for i in (1, 2, 3, 4)] == sides


@pytest.mark.skipif(
    jax.config.jax_numpy_dtype_promotion == "strict",
    reason="Flax's own GroupNorm promotes bfloat16",
)
@pytest.mark.parametrize("scan", [False, True])
def test_every_option_can_be_built_at_once(scan):
    model = abstract(
        "resnext50_32x4d",
        stem="deep",
        shortcut="D",
        squeeze_excite=True,
        zero_init_residual=True,
        norm="group",
        output_stride=16,
        dtype="bfloat16",
        remat=True,
        scan=scan,
        in_channels=1,
        depths=(1, 3, 1, 1),
    )
    features = shapes(model, 48)
    assert features["stage4"].shape == (2, 3, 3, 2048)
    assert features["stage4"].dtype == jnp.bfloat16


def test_logits_are_the_head_of_the_pooled_mean(build, tiny, batch, assert_close):
    model = build(tiny)
    model.eval()
    x, _ = batch()
    features = model.features(x)
    assert_close(features["pooled"], features["stage1"].mean((1, 2)))
    assert_close(model(x), model.head(features["pooled"]))


def test_a_preactivation_network_is_normalised_before_pooling(build, tiny, batch):
    model = build(tiny, preactivation=True)
    model.eval()
    features = model.features(batch()[0])
    last = jnp.maximum(model.norm(features["stage1"]), 0)
    np.testing.assert_allclose(features["pooled"], last.mean((1, 2)), rtol=1e-5)
    assert float(features["stage1"].min()) < 0


def test_parameters_statistics_and_logits_stay_float32_in_bfloat16(
    build, tiny, batch, one_pass
):
    x, y = batch()
    half = one_pass(build(tiny, dtype="bfloat16"), x, y)
    assert half.logits.dtype == half.loss.dtype == jnp.float32
    leaves = jax.tree.leaves((half.grads, half.stats, nnx.state(half.model)))
    assert all(leaf.dtype == "float32" for leaf in leaves)
    features = shapes(abstract(tiny, dtype="bfloat16"), 8)
    dtypes = {key: str(out.dtype) for key, out in features.items()}
    assert dtypes == dict(stem="bfloat16", stage1="bfloat16", pooled="float32")
    full = one_pass(build(tiny), x, y)
    # Eight bits of mantissa, a few layers: two or three digits agree.
    np.testing.assert_allclose(half.logits, full.logits, rtol=0, atol=0.05)
    assert (half.logits != full.logits).any()


@pytest.mark.parametrize(
    "changes",
    [
        dict(depths=(1, 1, 1), widths=(4, 8, 8)),
        dict(block="bottleneck", groups=2),
        dict(preactivation=True, shortcut="A"),
    ],
)
def test_compiled_equals_eager(build, tiny, batch, one_pass, assert_close, changes):
    net = build(tiny, **changes)
    jitted, eager = (one_pass(net, *batch(), jit=jit) for jit in (True, False))
    assert_close(jitted.loss, eager.loss)
    assert_close(jitted.logits, eager.logits)
    assert_close(jitted.stats, eager.stats)
    # Each batch norm subtracts sums that nearly cancel.
    assert_close(jitted.grads, eager.grads, 3e-5)


@pytest.mark.filterwarnings("ignore:stem=")
@pytest.mark.parametrize(
    "changes",
    [
        dict(stem="imagenet", depths=(1,)),
        dict(block="bottleneck", groups=2),
    ],
)
def test_native_operations_give_the_same_pass(
    build, tiny, batch, one_pass, assert_close, changes
):
    ours = one_pass(build(tiny, **changes), *batch())
    native = one_pass(build(tiny, **changes, native_ops=True), *batch())
    assert_close(ours.loss, native.loss)
    assert_close(ours.logits, native.logits)
    for pair in zip(ours.values()[2:], native.values()[2:], strict=True):
        assert_close(*map(jax.tree.leaves, pair), 5e-5)


def test_remat_recomputes_each_block(build, tiny, batch):
    model, x = build(tiny, remat=True), batch()[0]
    graph, state = nnx.split(model)
    program = jax.make_jaxpr(lambda state: nnx.merge(graph, state, copy=True)(x))(state)
    assert str(program).count("remat") >= sum(tiny.depths)


def test_stochastic_depth_asks_for_its_key_in_training_only(build, tiny, batch):
    model, x = build(tiny, drop_path=0.2), batch()[0]
    with pytest.raises(ValueError, match="needs a key in training: call model.x, key."):
        model(x)
    model.eval()
    np.testing.assert_array_equal(model(x), model(x, jax.random.key(0)))


def test_the_rate_grows_linearly_from_nothing_to_drop_path(
    monkeypatch, build, tiny, batch
):
    rates = []
    monkeypatch.setattr(
        Stage, "__call__", lambda _, x, keys, given: rates.append(given) or x
    )
    config = dict(depths=(2, 3), widths=(4, 4), drop_path=0.4)
    build(tiny, **config).features(batch()[0], jax.random.key(0))
    assert [len(stage) for stage in rates] == [2, 3]
    wanted = [0, 0.1, 0.2, 0.3, 0.4]
    np.testing.assert_allclose(jnp.concatenate(rates), wanted, rtol=1e-6)


def test_a_model_is_created_from_a_name_or_a_configuration():
    by_name = abstract("resnet20", num_classes=7, in_channels=1)
    by_value = abstract(by_name.config)
    assert by_name.config == by_value.config
    assert count_params(by_name) == count_params(by_value) == 269_722 - 288 - 3 * 65


def test_an_unknown_name_is_refused_before_anything_is_built():
    with pytest.raises(ValueError, match="did you mean resnet20"):
        create_model("resnet-20", rngs=nnx.Rngs(0))


def test_evaluation_uses_what_training_has_averaged(build, tiny, batch, one_pass):
    model, (x, y) = build(tiny), batch()
    trained = one_pass(model, x, y).model
    model.eval(), trained.eval()
    assert float(jnp.abs(model(x) - trained(x)).max()) > 1e-3


def test_a_new_network_starts_near_the_loss_of_a_guess(start, tiny, batch, one_pass):
    loss = float(one_pass(start(ResNet, tiny), *batch()).loss)
    assert loss == pytest.approx(np.log(10), abs=0.5)


@pytest.mark.parametrize(
    "given",
    [{}, {"preactivation": True}, {"norm": "none"}, {"squeeze_excite": True}]
    + [{"residual": False}, {"native_ops": True}, {"scan": True}, {"shortcut": "D"}],
    ids=str,
)
def test_a_model_can_be_pickled_and_copied(given):
    model = create_model("resnet8", in_channels=1, rngs=nnx.Rngs(0), **given)
    x = jnp.ones((2, 8, 8, 1))
    np.testing.assert_array_equal(copy.deepcopy(model)(x), model(x))
    if not hasattr(model.head, "kernel_init"):  # Flax 0.11's, a function in a function
        again = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(again(x), model(x))


def test_a_batch_of_nothing_leaves_the_running_averages_alone():
    model = create_model("resnet8", in_channels=1, rngs=nnx.Rngs(0))
    with pytest.raises(ValueError, match=r"shape \(0, 8, 8, 16\) has no mean"):
        model(jnp.ones((0, 8, 8, 1)))
    assert all(jnp.isfinite(x).all() for x in jax.tree.leaves(nnx.state(model)))
    model.eval()
    assert model(jnp.ones((0, 8, 8, 1))).shape == (0, 10)


@pytest.mark.parametrize("rngs", [0, None, jax.random.key(0)])
def test_random_numbers_are_asked_for_by_name(rngs):
    with pytest.raises(ValueError, match=r"rngs=.*must be random numbers: nnx.Rngs"):
        create_model("resnet8", rngs=rngs)


@pytest.mark.parametrize("shape", [(8, 8, 1), (2, 8, 8, 3), (1, 2, 8, 8, 1), (8, 8)])
@pytest.mark.parametrize("training", [True, False])
def test_what_is_no_batch_of_its_images_is_refused(shape, training):
    model = abstract("resnet8", in_channels=1)
    model.train() if training else model.eval()
    with pytest.raises(ValueError, match=r"must be \(n, h, w, 1\)"):
        nnx.eval_shape(lambda m: m(jnp.ones(shape)), model)
