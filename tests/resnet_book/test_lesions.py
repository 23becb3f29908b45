"""A lesion by the jitted program is the network with the block taken out by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_book.ch02_residual_blocks.lesions import Bench, _unit, descent
from resnet_lib import ResNetConfig, create_model

CONFIG = dict(block="basic", depths=(3, 3), widths=(4, 8), stem="strided", stem_width=4)


@pytest.fixture(scope="module")
def images():
    return jax.random.normal(jax.random.key(0), (60, 12, 12, 1))


@pytest.fixture(scope="module", params=[True, False], ids=["residual", "plain"])
def model(request, images):
    config = ResNetConfig(**CONFIG, residual=request.param, in_channels=1)
    model = create_model(config, rngs=nnx.Rngs(0))
    run = nnx.jit(lambda model, x: model(x))
    for _ in range(20):  # running averages that are those of the images
        run(model, images)
    model.eval()
    return model


def answers(model, x, blocks):
    h = model.stem(x)
    for block in blocks:
        h = block(h)
    return np.asarray(model.head(model.pool(h)).argmax(-1))


def blocks_of(model):
    return [block for stage in model.stages for block in (stage.first, *stage.rest)]


@pytest.mark.parametrize("gone", [(0,), (2,), (1, 5)])
def test_a_removed_block_hands_its_input_on(model, images, gone):
    blocks = blocks_of(model)
    left = [block for i, block in enumerate(blocks) if i not in gone]
    labels = answers(model, images, left)
    keep = [i not in gone for i in range(len(blocks))]
    bench = Bench(model, images, labels)
    assert bench.accuracy(keep) == 100
    assert bench.accuracy() < 100


def test_swapped_blocks_change_places(model, images):
    blocks = blocks_of(model)
    blocks[1], blocks[2] = blocks[2], blocks[1]
    bench = Bench(model, images, answers(model, images, blocks))
    assert bench.swapped()[1] == 100
    assert [pair is None for pair in bench.swapped()] == [
        True,
        False,
        True,
        True,
        False,
    ]
    assert bench.accuracy() < 100


def test_what_changes_the_shape_is_not_removed(model, images):
    bench = Bench(model, images, np.zeros(60, int))
    assert [found is None for found in bench.removed()] == [False] * 3 + [True] + [
        False
    ] * 2
    assert len(bench.several(2, 3, np.random.default_rng(0))) == 3


def test_a_branch_that_steps_down_the_loss_has_cosine_one(images):
    config = ResNetConfig(**CONFIG, in_channels=1, norm="none")
    model = create_model(config, rngs=nnx.Rngs(1))
    model.eval()
    labels = np.zeros(len(images), int)

    def loss(added):
        h = model.stem(images)
        for block in blocks_of(model)[:-1]:
            h = block(h)
        logits = model.head(model.pool(nnx.relu(h + added)))
        return -jax.nn.log_softmax(logits)[:, 0].sum()

    last = blocks_of(model)[-1]
    shape = jax.eval_shape(lambda: model.stages[0](model.stem(images))).shape
    slope = jax.grad(loss)(jnp.zeros((60, shape[1] // 2, shape[2] // 2, 8)))
    last.residual = lambda x: -1e-6 * slope
    found = descent(model, images, labels)
    assert found.shape == (6,)
    assert np.isnan(found[3])
    assert found[-1] == pytest.approx(1, abs=1e-3)


def test_a_direction_counts_however_small_its_numbers_are():
    rows = jnp.array([[3e-30, 4e-30], [0, 0], [3e20, 4e20]])
    np.testing.assert_allclose(_unit(rows), [[0.6, 0.8], [0, 0], [0.6, 0.8]], rtol=1e-5)
