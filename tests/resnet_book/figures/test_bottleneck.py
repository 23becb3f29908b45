"""Figures of chapter 3."""

import itertools

import numpy as np
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from resnet_book.ch03_bottleneck_blocks import figures
from resnet_book.figures import narrow

POINTS = {"add": (0.2, 4e9), "1×1 down": (25.0, 5e10), "3×3": (140.0, 6e10)}
DRAWN = {
    "hourglasses": lambda: figures.hourglasses({"b": [(1, 8, 2), (3, 2, 2)]}),
    "pixel_maps": lambda: figures.pixel_maps({"a": np.eye(3), "b": np.ones((3, 3))}),
    "spectra": lambda: figures.spectra({"F": np.array([3.0, 1.0, 0.0])}, waist=2),
    "roofline": lambda: figures.roofline(6e10, 2e10, POINTS),
    "shares": lambda: figures.shares({"MACs": {"1×1": 1.0, "add": 0.0}}),
    "intensities": lambda: figures.intensities(
        np.array([1, 2]), {"first": np.array([25.0, 26.0])}, {"chip": 7.0}
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_use_the_books_colours_only(name, foreign_colours):
    assert not foreign_colours(DRAWN[name]())


def test_an_hourglass_says_each_kernels_size_and_the_sum(texts):
    shown = texts(DRAWN["hourglasses"]())
    assert {"1×1: 16", "3×3: 36", "52"} <= set(shown)


def test_pixels_that_are_not_read_stay_empty():
    left, right = DRAWN["pixel_maps"]().axes
    cells = [len(ax.findobj(Rectangle)) for ax in (left, right)]
    assert cells[1] - cells[0] == 6


def test_the_roof_bends_at_the_ridge(texts):
    (ax,) = DRAWN["roofline"]().axes
    x, y = ax.lines[0].get_xydata().T
    at = np.argmin(np.abs(x - 3.0))
    assert y[at:] == pytest.approx(60)
    assert (np.diff(y[: at + 1]) > 0).all()
    assert "ridge: 3.0 FLOP/byte" in texts(ax.figure)


def test_names_touch_neither_the_roof_nor_one_another():
    names = ["1×1 down", "1×1 up", "1×1, 14²", "3×3", "3×3, 14²"]
    close = {name: (20 + 5 * i, (5 + 0.1 * i) * 1e10) for i, name in enumerate(names)}
    fig = figures.roofline(6e10, 2e10, close)
    fig.draw_without_rendering()
    (ax,) = fig.axes
    boxes = [Text.get_window_extent(t) for t in ax.texts if t.get_text() in close]
    roof = ax.transData.transform((1, 60))[1]
    assert len(boxes) == 5 and all(box.y1 < roof or box.y0 > roof for box in boxes)
    pairs = itertools.combinations(boxes, 2)
    assert not any(a.overlaps(b) for a, b in pairs)


@pytest.mark.parametrize("shown", [lambda fig: fig, narrow.narrowed])
def test_a_name_without_a_leader_lies_nearest_to_its_own_dot(shown):
    layers = {"add": (0.17, 6e9), "norm 3": (0.5, 9e9), "1×1, 14²": (90.6, 11e10)}
    layers |= {"1×1 down": (25.5, 9e10), "1×1 up": (25.5, 16e10)}
    layers |= {"3×3": (142.4, 18e10), "3×3, 14²": (332.0, 19e10)}
    fig = shown(figures.roofline(2e11, 8e10, layers))
    fig.draw_without_rendering()
    (ax,) = fig.axes
    names = {t.get_text(): t for t in ax.texts if t.get_text() in layers}
    beside = {n: t for n, t in names.items() if t.arrow_patch is None}
    dots = {n: ax.transData.transform((x, y / 1e9)) for n, (x, y) in layers.items()}
    assert names.keys() == layers.keys() and len(beside) > 3
    for name, text in beside.items():
        box = Text.get_window_extent(text)
        away = {n: np.hypot(*(d - d.clip(box.min, box.max))) for n, d in dots.items()}
        assert min(away, key=away.get) == name


def test_names_of_dots_that_fall_together_keep_apart():
    layers = {"1×1 down": (25.5, 7e10), "1×1 up": (25.5, 7.1e10), "3×3": (26.0, 7e10)}
    fig = figures.roofline(1.2e11, 2e10, layers)
    fig.draw_without_rendering()
    boxes = [
        Text.get_window_extent(t) for t in fig.axes[0].texts if t.get_text() in layers
    ]
    assert len(boxes) == 3
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_a_ridge_ends_with_the_curves():
    (ax,) = DRAWN["intensities"]().axes
    assert {max(line.get_xdata()) for line in ax.lines} == {2}


def test_ridges_are_named(texts):
    assert "chip" in texts(DRAWN["intensities"]())


def test_shares_add_up_to_the_whole(texts):
    fig = figures.shares({"time": {"1×1": 3.0, "3×3": 1.0}})
    bars = [p for p in fig.axes[0].patches if p.get_width() > 0]
    assert sum(bar.get_width() for bar in bars) == pytest.approx(1)
    assert "1×1\n75 %" in texts(fig)
