import dataclasses

import numpy as np
import pytest

from resnet_book.ch06_training.figures import recorded
from resnet_book.figures.style import BLUE, INK, ORANGE
from resnet_lib import data


@pytest.fixture
def garments():
    return dataclasses.replace(
        data.load("test[:1]", source="standin"), source="fashion_mnist"
    )


def test_every_seed_has_a_curve_beside_this_pages_run(garments):
    fig = recorded.seeds([0.8, 0.9], [[0.7, 0.8, 0.9], [0.6, 0.8, 0.85]], garments)
    lines = fig.axes[0].lines
    assert [line.get_color() for line in lines] == [BLUE, BLUE, ORANGE]
    np.testing.assert_array_equal(lines[1].get_ydata(), [0.6, 0.8, 0.85])
    texts = [text.get_text() for text in fig.axes[0].texts]
    assert texts == ["recorded, one a seed", "this page"]


def test_what_costs_most_when_removed_stands_at_the_bottom():
    right = {"nothing": [90.0, 91.0], "flips": [89.0, 89.5], "momentum": [80.0, 82.0]}
    ax = recorded.ablation(right, "nothing").axes[0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["momentum", "flips", "nothing"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_color() for line in dots] == [BLUE, BLUE, INK]
    np.testing.assert_array_equal(dots[0].get_xdata(), [80.0, 82.0])
