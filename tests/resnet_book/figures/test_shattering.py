"""Shattering against depth: every kind has a line, noise has none."""

import numpy as np

from resnet_book.ch02_residual_blocks.figures import shattering

DEPTH = [1, 10, 100]


def seeds(cosine, following):
    one = {"cosine": cosine, "next": following}
    return {0: one, 1: {name: [v / 2 for v in values] for name, values in one.items()}}


def test_means_are_drawn_and_cosines_that_are_noise_are_not():
    kinds = dict.fromkeys(shattering.COLORS, {})
    kinds["plain"] = seeds([0.4, 0.1, 0.001], [0.9, 0.5, 0.1])
    fig = shattering.against_depth({"depth": DEPTH, "kinds": kinds})
    at_inputs, along = fig.axes
    (drawn,) = [line for line in at_inputs.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(drawn.get_ydata()[:2], [0.3, 0.075])
    assert np.isnan(drawn.get_ydata()[2])
    (band,) = at_inputs.collections
    corners = np.concatenate([path.vertices for path in band.get_paths()])
    assert corners[:, 0].max() == 10 and corners[:, 1].min() >= shattering.LEAST
    (drawn,) = along.lines
    np.testing.assert_allclose(drawn.get_ydata(), [0.675, 0.375, 0.075])
    texts = {text.get_text() for text in at_inputs.texts}
    assert set(shattering.LAWS) == texts
