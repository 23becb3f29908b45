import jax
import numpy as np
import pytest
from flax import nnx

from resnet_lib import (
    count_params,
    create_model,
    get_config,
    stack_blocks,
    unstack_blocks,
    weights,
)


def abstract(name, **overrides):
    return nnx.eval_shape(lambda: create_model(name, rngs=nnx.Rngs(0), **overrides))


def test_a_fresh_head_has_the_classes_asked_for_and_nothing_else_changes(
    build, tiny, batch
):
    model = build(tiny)
    before = jax.tree.map(np.array, (nnx.state(model.stages), nnx.state(model.stem)))
    model.reset_head(3, rngs=nnx.Rngs(0))
    model.eval()
    assert model(batch()[0]).shape == (8, 3)
    after = nnx.state(model.stages), nnx.state(model.stem)
    jax.tree.map(np.testing.assert_array_equal, before, after)


@pytest.mark.parametrize("scan", [False, True])
def test_the_configuration_follows_a_fresh_head(build, tiny, scan):
    model = build(tiny, scan=scan)
    model.reset_head(np.int64(3), rngs=nnx.Rngs(0))
    assert repr(model.config) == repr(get_config(tiny, num_classes=3, scan=scan))
    assert count_params(model.config) == count_params(model)
    for copy in (
        nnx.clone(model),
        nnx.merge(*nnx.split(model)),
        stack_blocks(model),
        unstack_blocks(model),
    ):
        assert copy.config.num_classes == copy.head.out_features == 3
    other = abstract(model.config)
    weights.load(other, weights.to_torch(model))
    jax.tree.map(np.testing.assert_array_equal, nnx.state(other), nnx.state(model))


@pytest.mark.parametrize("classes", [0, -1, "5", True, 5.0, None, [5], float("nan")])
def test_a_head_of_no_classes_is_refused_and_the_old_one_stays(build, tiny, classes):
    model = build(tiny)
    head = model.head
    with pytest.raises(ValueError, match="^num_classes=.*: must be a whole number"):
        model.reset_head(classes, rngs=nnx.Rngs(0))
    assert model.head is head and model.config == tiny


def test_a_head_starts_uniform_within_one_over_root_features_and_unbiased(build, tiny):
    model = build(tiny)
    model.reset_head(500, rngs=nnx.Rngs(0))
    kernel = np.abs(model.head.kernel[...])
    assert 0.99 / 8**0.5 < kernel.max() <= 1 / 8**0.5
    np.testing.assert_array_equal(model.head.bias[...], np.zeros(500))
