"""Networks of one configuration are of one structure, and share compiled programs."""

import jax
import numpy as np
import pytest
from flax import nnx

from resnet_lib import ResNet, ResNetConfig, create_model
from resnet_lib.data import Dataset
from resnet_lib.train import Recipe, fit

KINDS = {
    "basic": dict(shortcut="A"),
    "bottleneck": dict(block="bottleneck", groups=4, width_per_group=16),
    "gated": dict(squeeze_excite=True, shortcut="D", stem="deep"),
    "pre-activation": dict(preactivation=True, zero_init_residual=True),
    "group": dict(norm="group"),
    "without norms": dict(norm="none"),
    "native": dict(native_ops=True, stem="imagenet"),
    "scanned": dict(scan=True, drop_path=0.1),
    "rematerialised": dict(remat=True, dtype="bfloat16"),
}


@pytest.mark.parametrize("changes", KINDS.values(), ids=KINDS)
def test_whatever_the_seed_the_structure_is_equal(changes):
    sizes = dict(depths=(1, 3), widths=(8, 8), stem_width=8)
    config = ResNetConfig(**{"stem": "cifar", **sizes, **changes})

    def structure(seed):
        model = nnx.eval_shape(lambda: ResNet(config, rngs=nnx.Rngs(seed)))
        model.reset_head(5, rngs=nnx.Rngs(seed))
        return nnx.graphdef(model)

    assert structure(0) == structure(1)
    assert hash(structure(0)) == hash(structure(1))


def test_a_second_model_is_trained_by_the_first_ones_programs(tiny):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (8, 32, 32, 3), np.uint8)
    data = Dataset(images, rng.integers(0, 10, 8).astype(np.int32))
    compiled = []
    jax.monitoring.register_event_duration_secs_listener(
        lambda name, seconds, **more: compiled.append(name)
    )

    def programs(seed):
        compiled.clear()
        model = create_model(tiny, rngs=nnx.Rngs(seed))
        fit(model, data, data, Recipe(epochs=1, batch_size=4, seed=seed))
        return sum("backend_compile" in name for name in compiled)

    assert programs(0) > 0
    assert programs(1) == 0
