"""The settings of JAX that careful users turn on: nothing is promoted in silence."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import ResNet, ResNetConfig, create_model, data, summary
from resnet_lib.probes import probe
from resnet_lib.train import Recipe, evaluate, evaluate_flipped, fit
from resnet_lib.train.augment import normalise

VARIANTS = {
    "basic": dict(shortcut="A"),
    "bottleneck": dict(block="bottleneck", shortcut="B"),
    "grouped": dict(block="bottleneck", groups=4, width_per_group=16),
    "gated": dict(squeeze_excite=True, shortcut="D"),
    "dilated": dict(
        output_stride=8, stem="deep", shortcut="D", depths=(1,) * 4, widths=(8,) * 4
    ),
    "pre-activation": dict(preactivation=True, shortcut="B"),
    "plain": dict(residual=False),
    "group": dict(norm="group"),
    "without norms": dict(norm="none"),
    "deep": dict(stem="deep"),
    "native": dict(native_ops=True, stem="imagenet"),
    "scanned": dict(scan=True, drop_path=0.1),
    "rematerialised": dict(remat=True, drop_path=0.1),
    "zero": dict(zero_init_residual=True),
}


@pytest.fixture(autouse=True)
def compiled_quickly():
    """Without optimising: what is promoted shows when a program is traced."""
    jax.config.update("jax_disable_most_optimizations", True)
    yield
    jax.config.update("jax_disable_most_optimizations", False)


@pytest.mark.parametrize("training", [True, False], ids=["training", "evaluation"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("changes", VARIANTS.values(), ids=VARIANTS)
def test_no_kind_of_network_promotes(changes, dtype, training):
    if changes.get("norm") == "group" and dtype == "bfloat16":
        pytest.skip("Flax's own GroupNorm promotes bfloat16")
    sizes = dict(depths=(1, 3), widths=(8, 8), stem_width=8)
    config = ResNetConfig(**{"stem": "cifar", "dtype": dtype, **sizes, **changes})

    def loss(params, rest, x, key):
        model = nnx.merge(graph, params, rest, copy=True)
        return model(x, key).mean()

    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        model = nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(0)))
        model.train() if training else model.eval()
        graph, *states = nnx.split(model, nnx.Param, ...)
        x, key = jnp.ones((2, 64, 64, 3)), jax.random.key(0)
        grads = jax.eval_shape(jax.grad(loss), *states, x, key)

    def shapes(tree):
        return [leaf.shape for leaf in jax.tree.leaves(tree)]

    assert shapes(grads) == shapes(states[0])


@pytest.mark.parametrize(
    "schedule, dispatch", [("one_cycle", False), ("cosine", True), ("constant", False)]
)
def test_a_model_trains_and_is_measured_without_any_promotion(schedule, dispatch):
    garments = data.load("train[:64]", source="standin")
    recipe = Recipe(
        epochs=1,
        batch_size=32,
        schedule=schedule,
        augmentation="crop_flip_erase",
        ema=0.9,
    )
    with jax.numpy_dtype_promotion("strict"), jax.numpy_rank_promotion("raise"):
        model = create_model(
            "resnet8",
            widths=(4, 8, 8),
            stem_width=4,
            stem="strided",
            in_channels=1,
            shortcut="D",
            drop_path=0.1,
            dtype="bfloat16" if dispatch else "float32",
            rngs=nnx.Rngs(0),
        )
        history = fit(model, garments, garments, recipe, dispatch_epochs=dispatch)
        found = probe(
            model,
            normalise(garments.images, garments.mean, garments.std),
            garments.labels,
        )
        assert np.isfinite(history.train_loss + history.test_loss).all()
        assert evaluate(model, garments).loss == history.test_loss[0]
        assert np.isfinite(evaluate_flipped(history.averaged, garments).loss)
        assert np.isfinite(found.gradient_norm).all()
        assert "stage1" in str(summary(model.config, 28))
