import dataclasses

import numpy as np
import pytest

from resnet_book.ch06_training.figures import recorded
from resnet_book.ch06_training.removals import removals
from resnet_book.figures.style import BLUE, MUTED, ORANGE
from resnet_lib import data


@pytest.fixture
def garments():
    return dataclasses.replace(
        data.load("test[:1]", source="standin"), source="fashion_mnist"
    )


TRIED = {"0.1": 90.0, "0.3": 91.0, "0.9": 90.5}


def runs(*accuracies):
    found = enumerate(accuracies)
    return {seed: {"rate": 0.3, "test": right} for seed, right in found}


def test_every_seed_has_a_curve_beside_this_pages_run(garments):
    fig = recorded.seeds([0.8, 0.9], [[0.7, 0.8, 0.9], [0.6, 0.8, 0.85]], garments)
    lines = fig.axes[0].lines
    assert [line.get_color() for line in lines] == [BLUE, BLUE, ORANGE]
    np.testing.assert_array_equal(lines[1].get_ydata(), [0.6, 0.8, 0.85])
    texts = [text.get_text() for text in fig.axes[0].texts]
    assert texts == ["recorded, one a seed", "this page"]


def test_intervals_are_drawn_where_there_are_enough_seeds():
    rows = [
        {"removed": "nothing", "tried": TRIED, "seeds": runs(91, 92, 93, 94, 95)},
        {"removed": "flips", "tried": TRIED, "seeds": runs(81, 82.1, 83, 84.1, 85)},
        {"removed": "decay", "tried": TRIED, "seeds": runs(91.2, 91.8)},
    ]
    ax = recorded.ablation(removals(rows)).axes[0]
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["flips", "decay"]
    dots = [line for line in ax.lines if line.get_marker() == "o"]
    assert [line.get_color() for line in dots] == [BLUE, MUTED]
    np.testing.assert_allclose(dots[0].get_xdata(), [-10, -9.9, -10, -9.9, -10])
    bars = [line for line in ax.lines if line.get_linewidth() == 3]
    assert len(bars) == 1
    assert bars[0].get_xdata()[1] < 0


def test_chance_is_a_dot_per_run():
    right = [91.4, 91.6, 91.62, 91.9]
    ax = recorded.chance(right).axes[0]
    dots = [line for line in ax.lines if line.get_marker() == "o"][1:]
    assert [len(line.get_xdata()) for line in dots] == [1, 2, 1]
