"""Figures of chapter 6."""

import numpy as np
import pytest

from resnet_book.ch06_training.figures import steps, training
from resnet_book.experiments.by_hand import Steps
from resnet_lib.data import CLASS_NAMES, Dataset

NOTHING = np.zeros((0, 28, 28, 1), np.uint8), np.zeros(0, np.int32)
REAL, STANDIN = (Dataset(*NOTHING, CLASS_NAMES, source=s) for s in ("", "standin"))


def matrix(data=REAL, **options):
    values = np.zeros((10, 10))
    values[6, 2], values[3, 4], values[5, 5] = 33.4, 0.4, 100
    return training.class_matrix(values, data, row="row", column="column", **options)


def smoothing():
    margin = np.linspace(0, 12, 49)
    hard = np.log1p(9 * np.exp(-margin))
    return training.smoothing(margin, hard, hard + 0.09 * margin, 0.1)


def modes(data=REAL):
    return training.modes((2, 50, 1000), (0.7, 0.8, 0.9), (0.2, 0.3, 0.8), 0.9, data)


def reliability(data=REAL):
    centres = (np.arange(5) + 0.5) / 5
    diagram = centres, centres, np.array([0, 0.1, 0.2, 0.3, 0.4])
    return training.reliability({"one": diagram, "other": diagram}, data)


ALL = [matrix, smoothing, modes, reliability]
OF_DATA = [matrix, modes, reliability]


@pytest.mark.parametrize("draw", ALL)
def test_every_axis_is_labelled(draw):
    fig = draw()
    lowest = fig.axes[-1:] if draw is reliability else fig.axes
    assert all(ax.get_ylabel() for ax in fig.axes)
    assert all(ax.get_xlabel() for ax in lowest)


@pytest.mark.parametrize("draw", OF_DATA)
def test_a_figure_of_the_stand_in_says_so(draw):
    assert "stand-in" in draw(STANDIN).get_supxlabel()
    assert draw(REAL).get_supxlabel() == ""


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_the_matrix_writes_large_numbers_and_leaves_small_ones_out():
    written = [text for text in texts(matrix().axes[0]) if text != "·"]
    assert written == ["33"]


def test_the_matrix_shades_only_what_it_writes():
    written = [text for text in texts(matrix().axes[0]) if text != "·"]
    assert len(matrix().axes[0].patches) == len(written)


def test_the_matrix_leaves_the_diagonal_out():
    assert "100" not in texts(matrix().axes[0])


def test_the_matrix_has_rows_from_the_top():
    (ax,) = matrix().axes
    written = next(text for text in ax.texts if text.get_text() == "33")
    assert written.get_position() == (2, 6)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]


def test_the_matrix_shades_by_value():
    fig = matrix(least=0.1)
    small, large = sorted(patch.get_alpha() for patch in fig.axes[0].patches)
    assert small < large <= 0.6


def test_smoothing_marks_the_least_loss():
    (ax,) = smoothing().axes
    (x,), (y,) = ax.lines[2].get_data()
    assert x == pytest.approx(np.log(0.91 / 0.01), abs=0.15)
    assert y == min(ax.lines[1].get_ydata())


def test_batch_sizes_are_the_ticks():
    labels = [label.get_text() for label in modes().axes[0].get_xticklabels()]
    assert labels == ["2", "50", "1,000"]


def test_empty_bins_are_not_drawn():
    top, _ = reliability().axes
    assert len(top.lines[1].get_xdata()) == 4


def test_fuller_bins_have_larger_dots():
    sizes = reliability().axes[0].collections[0].get_sizes()
    assert (np.diff(sizes) > 0).all()


def test_checks_draw_the_loss_of_a_guess_and_the_peak():
    rates = np.geomspace(1e-3, 1, 4)  # fewer than a mean is taken of
    left, right = steps.checks([2.3, 0.1], [2.3, 2.3], rates, rates, 0.3).axes
    assert {"one batch", "black images"} <= set(texts(left))
    assert [0.3, 0.3] in [list(line.get_xdata()) for line in right.lines]


def test_checks_centre_the_mean_and_mark_what_lies_above():
    rates, losses = np.arange(1.0, 13), np.r_[np.ones(10), 14.0, np.nan]
    _, right = steps.checks([2.3, 0.1], [2.3, 2.3], rates, losses, 0.3).axes
    marks = next(line for line in right.lines if line.get_marker() == "^")
    assert list(marks.get_xdata()) == [11, 12]
    mean = next(line for line in right.lines if len(line.get_xdata()) == 3)
    assert list(mean.get_xdata()) == [6, 7, 8]
    np.testing.assert_allclose(mean.get_ydata()[:2], [1, 2.3])


def test_steps_have_a_panel_each():
    run = Steps(*np.array([[3.0, 2.0], [1.0, 1.5], [0.1, 0.2]]))
    fig = steps.steps(run, [0.1, 0.2])
    assert [ax.get_ylabel() for ax in fig.axes][1] == "loss (nats)"
    drawn = [list(ax.lines[0].get_ydata()) for ax in fig.axes]
    assert drawn == [[0.1, 0.2], [3.0, 2.0], [1.0, 1.5], [0.1, 0.2]]
