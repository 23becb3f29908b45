"""Training by hand."""

import jax
import numpy as np
import optax
import pytest
from flax import nnx

from resnet_book.experiments import by_hand
from resnet_lib import ResNetConfig, create_model, data
from resnet_lib.train import Recipe, decay_mask, schedule

TINY = ResNetConfig(
    depths=(1,),
    widths=(4,),
    stem="strided",
    stem_width=4,
    num_classes=10,
    in_channels=1,
)


def view(_, images):
    return images / 255.0


@pytest.fixture(scope="module")
def few():
    return data.load("train[:64]", source="standin")


def run(tx=None, **options):
    model = create_model(TINY, rngs=nnx.Rngs(0))
    return by_hand.Run(model, tx or optax.sgd(0.1), view, **options)


def test_an_update_of_plain_sgd_is_the_rate_times_the_gradient(few):
    one = run()
    before = nnx.state(one.model, nnx.Param)
    one.step(few.images[:32], few.labels[:32])
    size = np.sqrt(sum(float((leaf**2).sum()) for leaf in jax.tree.leaves(before)))
    steps = one.steps
    np.testing.assert_allclose(
        steps.update[0] * size, 0.1 * steps.gradient[0], rtol=1e-5
    )


def test_a_run_leaves_the_model_that_it_was_given_alone(few):
    model = create_model(TINY, rngs=nnx.Rngs(0))
    kernel = np.asarray(model.head.kernel[...])
    taken = by_hand.Run(model, optax.sgd(0.1), view)
    taken.step(few.images[:32], few.labels[:32])
    np.testing.assert_array_equal(model.head.kernel[...], kernel)
    assert (np.asarray(taken.model.head.kernel[...]) != kernel).any()


def test_the_schedule_ends_where_it_says():
    rate = schedule(Recipe(peak_lr=0.3), 100)
    found = [float(rate(step)) for step in (0, 30, 100)]
    np.testing.assert_allclose(found, [0.012, 0.3, 0.0003], rtol=1e-5)


def test_kernels_are_told_by_name():
    params = nnx.split(create_model(TINY, rngs=nnx.Rngs(0)), nnx.Param, ...)[1]
    head = decay_mask(params)["head"]
    assert jax.tree.leaves(head["kernel"]) == [True]
    assert jax.tree.leaves(head["bias"]) == [False]


def test_an_epoch_draws_each_image_at_most_once(few):
    labels = [y for _, y in by_hand.batches(few, 24, seed=0)]
    assert [len(y) for y in labels] == [24, 24]
    again = [y for _, y in by_hand.batches(few, 24, seed=0)]
    np.testing.assert_array_equal(labels, again)


def test_accuracy_counts_the_last_short_batch_too(few):
    model = create_model(TINY, rngs=nnx.Rngs(0))
    whole, parts = (by_hand.per_cent_right(model, few, view, n) for n in (64, 24))
    assert whole == parts
    assert not model.stem.norms[0].use_running_average
