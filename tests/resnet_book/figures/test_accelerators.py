"""Figures of chapter 7."""

import re

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from resnet_book.ch07_accelerators import figures
from resnet_book.figures import narrow
from resnet_book.figures.style import COLORS

RATIOS = {
    "1×1": {"native": (0.9, 1.0, 1.1)},
    "grouped": {"native": (90.0, 120.0, 150.0), "torch": (0.5, 0.6, 0.7)},
}
DRAWN = {
    "curves": lambda: figures.curves(
        (1, 2), {"a": [0.1, 1.0], "b": [2.0, 3.0]}, xlabel="side", ylabel="time (ms)"
    ),
    "rounding": lambda: figures.rounding(
        *({"float32": np.arange(4.0), "bfloat16": np.ones(4)} for _ in range(2)), goal=1
    ),
    "tiles": lambda: figures.tiles((16, 32)),
    "dots": lambda: figures.dots({"ours": {"a": 1.0}, "native": {"a": 30.0}}, "ms"),
    "ratios": lambda: figures.ratios(RATIOS, "time / time"),
    "kinds": lambda: figures.kinds(
        {"net": dict(zip("abcde", range(1, 6), strict=True))}
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_use_the_books_colours_only(name, foreign_colours):
    assert not foreign_colours(DRAWN[name]())


@pytest.mark.parametrize("name", ["curves", "dots", "ratios"])
def test_axes_of_time_say_their_unit_or_what_is_divided(name):
    (ax,) = DRAWN[name]().axes
    label = ax.get_ylabel() if name == "curves" else ax.get_xlabel()
    assert re.search(r"ms|/", label)


def test_none_of_four_curves_is_left_out(texts):
    ms = {name: [1.0, 2.0] for name in "abcd"}
    fig = figures.curves((1, 2), ms, xlabel="depth", ylabel="ms")
    assert set("abcd") <= set(texts(fig))


def test_a_tile_is_filled_as_far_as_its_channels_go(texts):
    fig = DRAWN["tiles"]()
    filled = [ax.findobj(Rectangle)[0].get_width() for ax in fig.axes]
    assert filled == [16, 32]
    assert "16 channels\n12.5 % in use" in texts(fig)


def test_ratios_are_drawn_around_the_line_at_one():
    (ax,) = DRAWN["ratios"]().axes
    (line,) = (x for x in ax.lines if list(x.get_xdata()) == [1, 1])
    low, high = ax.get_xlim()
    assert low < 0.5 and high > 150
    assert line.get_color() == COLORS["ink"].light


@pytest.mark.parametrize("shown", [lambda fig: fig, narrow.narrowed])
def test_numbers_of_ratios_stand_right_of_everything_that_is_drawn(shown):
    fig = shown(DRAWN["ratios"]())
    fig.draw_without_rendering()
    (ax,) = fig.axes
    numbers = [t for t in ax.texts if t.get_text() in ("1.00", "120", "0.60")]
    assert len(numbers) == 3
    assert all(t.get_window_extent().x0 > ax.bbox.x1 for t in numbers)
    assert all(t.get_window_extent().x1 <= fig.bbox.x1 for t in numbers)


def test_a_contender_is_named_once_however_many_rows_it_is_in():
    (ax,) = DRAWN["ratios"]().axes
    named = [t.get_text() for t in ax.get_legend().get_texts()]
    assert named == ["native", "torch"]


def test_ticks_of_a_ratio_are_numbers_inside_the_axis():
    (ax,) = DRAWN["ratios"]().axes
    low, high = ax.get_xlim()
    ticks = ax.get_xticks()
    assert 1 in ticks and all(low <= tick <= high for tick in ticks)


def test_kinds_are_cut_by_their_shares_and_small_ones_go_without_a_number(texts):
    parts = {"a": 60.0, "b": 30.0, "c": 8.0, "d": 1.0, "e": 1.0}
    shown = texts(figures.kinds({"net": parts}))
    assert {"60", "30", "8"} <= set(shown) and "1" not in shown
