"""Figures of chapter 4."""

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from resnet_book.ch04_resnext import figures
from resnet_book.experiments.statistics import paired
from resnet_book.figures.style import MUTED

GROUPS = np.array([1, 4])
SERIES = {"slow": [1.0, 9.0], "fast": [1.0, 0.5], "if as MACs": [1.0, 0.25]}
NAMES = ("1×64d", "32×4d")
DRAWN = {
    "three_forms": lambda: figures.three_forms(256, 32, 4),
    "connections": lambda: figures.connections(8, {"two": [(4, 0.5), (2, 1.0)]}),
    "ladder": lambda: figures.ladder({"a": [16e3, 37e3, 16e3]}, [64]),
    "opening": lambda: figures.opening(NAMES, [23.9, 22.2], [2.0, 3.0], [9, 8]),
    "differences": lambda: figures.differences({"2×20d": paired([1] * 5, range(5))}),
    "times": lambda: figures.times(GROUPS, {"forward": SERIES, "gradients": SERIES}),
    "same_cost": lambda: figures.same_cost(NAMES, [5, 5], {"a": [1.0, 4.0]}),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_use_the_books_colours_only(name, foreign_colours):
    assert not foreign_colours(DRAWN[name]())


def test_the_forms_name_their_convolutions(texts):
    shown = texts(DRAWN["three_forms"]())
    assert shown.count("4, 3×3, 4") == 4
    assert shown.count("128, 1×1, 256") == 2
    assert "128, 3×3, 128\n32 groups" in shown


def test_blocks_lie_on_the_diagonal_and_cover_all_channels():
    (ax,) = DRAWN["connections"]().axes
    squares = [r for r in ax.patches if isinstance(r, Rectangle)]
    assert [(r.get_x(), r.get_width()) for r in squares[:2]] == [(0, 4), (4, 4)]
    assert all(r.get_x() == r.get_y() for r in squares)
    assert len(squares) == 2 + 4


def test_time_and_arithmetic_start_from_one():
    _, ax = DRAWN["opening"]().axes
    assert [line.get_ydata()[0] for line in ax.lines] == [1, 1]


def test_a_difference_is_a_dot_within_its_interval_beside_zero():
    (ax,) = DRAWN["differences"]().axes
    bar, dot, zero = ax.lines
    low, high = bar.get_xdata()
    assert low < dot.get_xdata()[0] < high and list(zero.get_xdata()) == [0, 0]


def test_expected_times_are_dashed_and_only_the_first_panel_is_labelled():
    left, right = DRAWN["times"]().axes
    assert right.lines[2].get_linestyle() == "--"
    assert right.lines[2].get_color() == MUTED
    named = [t.get_text() for t in left.get_legend().get_texts()]
    assert named == ["slow", "fast", "as MACs"] and right.get_legend() is None


def test_published_errors_can_be_read_off(texts):
    assert {"23.9", "22.2"} <= set(texts(DRAWN["opening"]()))


def test_each_part_of_a_bar_is_named_once(texts):
    shown = texts(figures.ladder({"a": [16e3, 37e3, 9e3], "b": [9e3] * 3}, [64, 80]))
    assert [shown.count(name) for name in ("1×1 down", "3×3", "1×1 up")] == [1, 1, 1]
    assert shown.count("9") == 4


def test_times_are_relative_to_the_first_rung():
    (ax,) = DRAWN["same_cost"]().axes
    assert [line.get_ydata().tolist() for line in ax.lines] == [[1, 1], [1, 4]]
