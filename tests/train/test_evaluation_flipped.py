import dataclasses

import numpy as np
import pytest

from resnet_lib.train import evaluate_flipped, predict


def test_the_answer_is_the_mean_over_an_image_and_its_mirror_image(tiny, garments):
    mirrored = dataclasses.replace(garments, images=garments.images[:, :, ::-1])
    logits = (predict(tiny, garments) + predict(tiny, mirrored)) / 2
    found = evaluate_flipped(tiny, garments)
    assert found.accuracy == (logits.argmax(1) == garments.labels).mean()
    assert found == evaluate_flipped(tiny, mirrored)
    log_p = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    mean = -log_p[np.arange(len(logits)), garments.labels].mean()
    assert found.loss == pytest.approx(mean, rel=1e-5)
