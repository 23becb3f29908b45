"""The law of gradients behind residual layers with BatchNorm, and what it foretells."""

import numpy as np
import pytest

from resnet_book import record
from resnet_book.ch02_residual_blocks import alike


def test_without_a_layer_two_relus_are_on_together_by_chance():
    assert alike.law(0) == pytest.approx(0.5)


def test_in_small_batches_gradients_that_add_up_to_zero_are_opposed():
    assert alike.law(64, inputs=16) < -0.02 < alike.law(64, inputs=10**6)


def test_it_holds_for_every_depth_of_the_record():
    results = record.load("shattering")["results"]
    seeds = results["kinds"]["residual, norm"].values()
    found = np.mean([seed["cosine"] for seed in seeds], axis=0)
    laws = [alike.law(depth) for depth in results["depth"]]
    np.testing.assert_allclose(laws, found, rtol=0.06, atol=0.003)


def test_it_holds_for_variances_that_the_record_does_not_have():
    variances = (2, 9)
    laws = [alike.law(4, variance) for variance in variances]
    found = alike.measured(4, variances).mean(1)
    np.testing.assert_allclose(found, laws, rtol=0.08)
