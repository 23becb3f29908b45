import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from flax import nnx

from resnet_lib import create_model, stack_blocks
from resnet_lib.train import Checkpoints, Recipe, cross_entropy, feeds, fit, init
from resnet_lib.train.diagnosis import gradient_norms
from resnet_lib.train.step import guarded_step

RECIPE = Recipe(epochs=1, batch_size=64, peak_lr=0.05, augmentation="none")


class Touchy(nnx.Module):
    """A small network whose answers are not finite when a batch holds one image."""

    def __init__(self):
        self.net = nnx.Linear(28, 10, rngs=nnx.Rngs(0))

    def __call__(self, x):
        poisoned = x[:, 0, 0, 0].max() > 1
        return self.net(x.mean((2, 3))) * jnp.where(poisoned, jnp.nan, 1.0)


@pytest.fixture(scope="module")
def poisoned(garments):
    """Drawn garments of which one, in the third batch, has a white corner."""
    images = garments.images.copy()
    images[feeds.order(RECIPE, 1, len(garments))[2, 5], 0, 0] = 255
    return dataclasses.replace(garments, images=images)


@pytest.mark.parametrize("dispatch", [False, True])
def test_a_step_that_is_not_finite_stops_the_run_and_is_described(
    poisoned, tmp_path, dispatch
):
    model, kept = Touchy(), Checkpoints(tmp_path, minutes=0)
    words = (
        "^step 3 in epoch 1 is not finite, at learning rate 0.05: lower peak_lr .now "
        "0.05.*on_nan='skip'; {}; gradient norm by block: net nan$"
    )
    where = "no checkpoint was kept" if dispatch else "the .* is step_00000002"
    with pytest.raises(FloatingPointError, match=words.format(where)):
        fit(model, poisoned, None, RECIPE, checkpoints=kept, dispatch_epochs=dispatch)
    assert np.isfinite(model.net.kernel[...]).all()


def test_skipping_goes_on_as_if_the_batch_had_not_been_there(poisoned):
    model, twin = Touchy(), Touchy()
    history = fit(model, poisoned, poisoned, RECIPE, on_nan="skip")
    assert history.skipped == [1] and np.isfinite(history.train_loss[0])

    setup, state = init(twin, RECIPE, 8, poisoned)
    step = jax.jit(functools.partial(guarded_step, setup, False))
    run = state
    for i, rows in enumerate(feeds.order(RECIPE, 1, len(poisoned))):
        if i != 2:
            run = step(run, poisoned.images[rows], poisoned.labels[rows])
    leaves = jax.tree.leaves(nnx.state(model, nnx.Param))
    for ours, theirs in zip(leaves, run.params, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-7)
    assert history.train_loss[0] == pytest.approx(
        float(run.totals[0]) / (7 * 64), rel=1e-5
    )


def test_an_epoch_without_a_finite_step_stops_even_a_run_that_skips(garments):
    model = Touchy()
    model.net.bias[...] = model.net.bias[...] * np.nan
    with pytest.raises(FloatingPointError, match="no step of epoch 1 was finite"):
        fit(model, garments, None, RECIPE, on_nan="skip")


def test_an_unknown_way_to_go_on_is_refused(garments):
    with pytest.raises(ValueError, match="on_nan='hope': choose one of"):
        fit(Touchy(), garments, None, RECIPE, on_nan="hope")


def test_norms_are_those_of_each_blocks_gradient_stacked_or_not(garments):
    model = create_model(
        "resnet20",
        depths=(3, 1),
        widths=(4, 4),
        stem_width=4,
        stem="strided",
        in_channels=1,
        rngs=nnx.Rngs(0),
    )
    batch = garments.images[:16], garments.labels[:16]
    setup, state = init(model, RECIPE, 10, garments)
    norms = gradient_norms(setup, state, *batch)
    assert list(norms) == [
        "head",
        "stage1.block1",
        "stage1.block2",
        "stage1.block3",
        "stage2.block1",
        "stem",
    ]

    @jax.jit
    def head_gradient(params):
        def loss(head):
            net = setup.model(params, state.rest)
            net.head.kernel[...], net.head.bias[...] = head
            x = (jnp.asarray(batch[0]) / 255 - 0.2860) / 0.3530
            return cross_entropy(net(x), batch[1], RECIPE.label_smoothing).mean()

        net = setup.model(params, state.rest)
        return jax.grad(loss)((net.head.kernel[...], net.head.bias[...]))

    kernel, bias = head_gradient(state.params)
    by_hand = np.sqrt((kernel**2).sum() + (bias**2).sum())
    assert norms["head"] == pytest.approx(float(by_hand), rel=1e-4)

    setup, state = init(stack_blocks(model), RECIPE, 10, garments)
    assert gradient_norms(setup, state, *batch) == pytest.approx(norms, rel=1e-3)
