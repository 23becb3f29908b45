import dataclasses
import types

import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.train import Recipe, evaluate, evaluate_flipped, fit, predict


def first(data, n):
    return dataclasses.replace(data, images=data.images[:n], labels=data.labels[:n])


def test_a_padded_last_batch_changes_no_answer(tiny, garments):
    some = first(garments, 50)
    whole = predict(tiny, some, batch_size=50)
    np.testing.assert_allclose(
        predict(tiny, some, batch_size=16), whole, rtol=1e-4, atol=1e-5
    )
    assert whole.shape == (50, 10) and whole.dtype == np.float32


def test_evaluation_uses_running_averages_and_leaves_the_mode_alone(tiny, garments):
    x = (jnp.asarray(garments.images[:8]) / 255 - 0.2860) / 0.3530
    logits = predict(tiny, first(garments, 8))
    assert tiny.stem.norms[0].use_running_average is False
    tiny.eval()
    np.testing.assert_allclose(tiny(x), logits, rtol=1e-4, atol=1e-5)
    tiny.train()
    assert np.abs(np.asarray(tiny(x)) - logits).max() > 0.01


def test_accuracy_and_loss_agree_with_the_logits(tiny, garments):
    logits = predict(tiny, garments)
    found = evaluate(tiny, garments)
    assert found.accuracy == (logits.argmax(-1) == garments.labels).mean()
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    mean = -log_p[np.arange(len(logits)), garments.labels].mean()
    assert found.loss == pytest.approx(mean, rel=1e-5)


def test_an_empty_data_set_is_refused(tiny, garments):
    empty = dataclasses.replace(
        garments, images=garments.images[:0], labels=garments.labels[:0]
    )
    with pytest.raises(ValueError, match="there are no images"):
        evaluate(tiny, empty)


@pytest.mark.parametrize("scale", [(0.2860, 0.3530), ((0.2860,), (0.3530,))])
def test_images_are_normalised_as_their_data_set_says(tiny, garments, scale):
    mean, std = scale
    named = dataclasses.replace(first(garments, 8), mean=mean, std=std)
    bare = types.SimpleNamespace(images=named.images)
    by_hand = types.SimpleNamespace(images=named.images, mean=mean, std=std)
    np.testing.assert_array_equal(predict(tiny, by_hand), predict(tiny, named))
    usual = types.SimpleNamespace(images=named.images, mean=0, std=1)
    np.testing.assert_array_equal(predict(tiny, bare), predict(tiny, usual))
    assert np.abs(predict(tiny, bare) - predict(tiny, named)).max() > 1e-3


def test_images_alone_do_not_say_how_they_are_normalised(tiny, garments):
    with pytest.raises(ValueError, match="predict takes a data set, by whose mean"):
        predict(tiny, garments.images)


def test_a_test_set_with_another_scale_is_refused(tiny, garments):
    other = dataclasses.replace(garments, mean=0.5)
    with pytest.raises(
        ValueError, match="mean and std are .0.286, 0.353. of train and"
    ):
        fit(tiny, garments, other, Recipe())


def test_images_that_may_not_be_mirrored_are_not(tiny, garments):
    digits = dataclasses.replace(garments, flips=False)
    with pytest.raises(ValueError, match="augmentation='crop_flip': the mirror"):
        fit(tiny, digits, None, Recipe(augmentation="crop_flip"))
    with pytest.raises(ValueError, match="the mirror images of this data set"):
        evaluate_flipped(tiny, digits)
