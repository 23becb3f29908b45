"""What measures the open projects: shapes, rows, MACs, images that are held out."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from resnet_book.ch01_vanishing_gradients import deep_plain
from resnet_book.ch02_residual_blocks import thirty
from resnet_book.ch03_bottleneck_blocks import budget
from resnet_book.exercises import held_out
from resnet_lib import data


@pytest.fixture(autouse=True)
def few_steps(monkeypatch):
    monkeypatch.setattr(held_out, "STEPS", 2)


def plain(width, hidden=28):
    def begin(key):
        shapes = (784, width), (hidden, width, width), (width, 10)
        return [0.1 * jax.random.normal(key, shape) for shape in shapes]

    return begin


def matrix(key):
    return 0.01 * jax.random.normal(key, (784, 10))


def flat(weights, images):
    return images.reshape(len(images), -1) @ weights


def test_the_images_asked_were_not_trained_on():
    unseen, labels = held_out._images(held_out._HELD_OUT)
    assert np.array_equal(labels, data.load("train[55000:]").labels)
    assert held_out.BATCH * 200 <= 55_000


def test_five_draws_differ_and_each_has_an_accuracy():
    weights = held_out.draws(matrix)
    assert weights.shape == (5, 784, 10)
    assert len({float(one.sum()) for one in weights}) == 5
    found = held_out.accuracy(flat, weights)
    assert found.shape == (5,) and (found > 0).all() and (found < 40).all()


def test_training_makes_them_better():
    weights = held_out.draws(matrix)
    trained = held_out.trained(flat, weights, 0.1)
    before, after = (held_out.accuracy(flat, each) for each in (weights, trained))
    assert (after > before + 10).all()


def test_an_accuracy_of_what_is_no_number_is_none():
    weights = held_out.draws(matrix).at[2].multiply(jnp.nan)
    assert np.isnan(held_out.accuracy(flat, weights)).tolist() == [
        *[False, False, True, False, False]
    ]


@pytest.mark.parametrize("begin", [plain(65), plain(8, hidden=27), plain(8, hidden=1)])
def test_a_plain_net_of_other_shapes_is_refused(begin):
    with pytest.raises(ValueError, match="with a w of at most 64"):
        deep_plain.scores(begin, 0.1)


def test_a_plain_net_has_thirty_matrices_and_no_skip():
    first, hidden, last = plain(8)(jax.random.key(0))
    images = jax.random.normal(jax.random.key(1), (3, 28, 28, 1))
    h = jnp.maximum(images.reshape(3, 784) @ first, 0)
    for w in hidden:
        h = jnp.maximum(h @ w, 0)
    found = deep_plain.logits((first, hidden, last), images)
    np.testing.assert_allclose(found, h @ last, rtol=1e-4, atol=1e-6)
    silent = deep_plain.logits((first, 0 * hidden, last), images)
    assert (np.asarray(silent) == 0).all()


def test_a_branch_that_sees_the_batch_is_refused():
    def batch_norm(weights, h):
        return weights * (h - h.mean(0))

    with pytest.raises(ValueError, match="depends on the batch"):
        thirty.scores(batch_norm, lambda key: jnp.ones(thirty.WIDTH))


def test_a_branch_of_nothing_is_worth_nothing():
    found = thirty.scores(lambda weights, h: 0 * h, lambda key: jnp.ones(1))
    assert found.shape == (5, 2)
    np.testing.assert_array_equal(found[:, 0], found[:, 1])


def test_each_of_thirty_blocks_adds_its_branch():
    ends = jnp.ones((784, 32)) / 784, jnp.ones((32, 10)) / 32
    weights = ends[0], jnp.arange(30.0), ends[1]
    found = thirty.logits(
        lambda w, h: w * jnp.ones_like(h), weights, jnp.ones((1, 784))
    )
    np.testing.assert_allclose(found, 1 + sum(range(30)), rtol=1e-5)


def test_a_budget_counts_one_image():
    macs, found = budget.scores(flat, matrix, 0.1)
    assert macs == 7840
    assert found.shape == (5,)
