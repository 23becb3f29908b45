"""Figures of chapter 6 from records."""

import numpy as np

from resnet_book.ch06_training.figures import recorded
from resnet_book.ch06_training.removals import removals
from resnet_book.figures.style import BLUE, MUTED

TRIED = {"0.1": 90.0, "0.3": 91.0, "0.9": 90.5}


def runs(*accuracies):
    found = enumerate(accuracies)
    return {seed: {"rate": 0.3, "test": right} for seed, right in found}


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


def test_chance_counts_whole_images_so_that_no_half_is_rounded():
    ax = recorded.chance([91.55, 91.59, 91.75, 91.79]).axes[0]
    dots = [line for line in ax.lines if line.get_marker() == "o"][1:]
    middles = [round(float(line.get_xdata()[0]), 3) for line in dots]
    assert middles == [91.545, 91.745]


def test_optimisers_have_a_curve_per_decay_a_ring_and_a_dot_per_seed():
    worse = {rate: right - 1 for rate, right in TRIED.items()}
    pair = {"rate": 0.9, "decay": 0.05}  # not the best: it was not run again
    seeds = {seed: pair | {"test": right} for seed, right in enumerate((91.0, 92.0))}
    found = {
        name: {"tried": {"0.05": TRIED, "0.5": worse}, "seeds": seeds}
        for name in ("SGD", "AdamW", "Adam, coupled decay")
    }
    left, right = recorded.optimisers(found).axes
    curves = [line for line in left.lines if line.get_linestyle() == "-"]
    assert [len(line.get_xdata()) for line in curves] == [3] * 6
    pale = [line for line in left.lines if line.get_alpha()]
    assert [list(line.get_ydata()) for line in pale] == [list(worse.values())] * 3
    rings = [line for line in left.lines if line.get_markerfacecolor() == "none"]
    assert [line.get_xydata().tolist() for line in rings] == [[[0.9, 90.5]]] * 3
    assert [list(line.get_ydata()) for line in right.lines] == [[91.0, 92.0]] * 3
