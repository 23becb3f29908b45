import dataclasses

import jax.numpy as jnp
import numpy as np
import pytest

from resnet_lib.train import evaluate, predict
from resnet_lib.train.augment import normalise


def test_a_padded_last_batch_changes_no_answer(tiny, garments):
    images = garments.images[:50]
    whole = predict(tiny, images, batch_size=50)
    np.testing.assert_allclose(
        predict(tiny, images, batch_size=16), whole, rtol=1e-4, atol=1e-5
    )
    assert whole.shape == (50, 10) and whole.dtype == np.float32


def test_evaluation_uses_running_averages_and_leaves_the_mode_alone(tiny, garments):
    x = normalise(jnp.asarray(garments.images[:8]))
    logits = predict(tiny, garments.images[:8])
    assert tiny.stem.norms[0].use_running_average is False
    tiny.eval()
    np.testing.assert_allclose(tiny(x), logits, rtol=1e-4, atol=1e-5)
    tiny.train()
    assert np.abs(np.asarray(tiny(x)) - logits).max() > 0.01


def test_accuracy_and_loss_agree_with_the_logits(tiny, garments):
    logits = predict(tiny, garments.images)
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
