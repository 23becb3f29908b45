import numpy as np
import pytest

from resnet_book.ch05_stages.figures import deep, stages
from resnet_lib import summary


@pytest.fixture(scope="module")
def table():
    return summary("resnet18")


def test_shapes_names_every_map_and_its_field(table):
    fig = stages.shapes(table, 224)
    text = [t.get_text() for ax in fig.axes for t in ax.texts]
    assert "stage4\n7²×512" in text
    assert str(table[-1].receptive_field) in text
    assert fig.axes[1].get_ylabel() == "field, pixels"


def test_shares_add_up_to_the_whole_for_each_network(table):
    fig = stages.shares({"resnet18": table})
    for ax in fig.axes:
        ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
        assert max(ends) == pytest.approx(100)
        assert "per cent" in ax.get_xlabel()


def test_the_field_is_drawn_as_squares_to_scale():
    influence = np.outer(np.hanning(64), np.hanning(64))
    fig = deep.field(influence, {"half": 11, "nine tenths": 25}, 40)
    assert [square.get_width() for square in fig.axes[0].patches] == [11, 25, 40]
    assert "the formula’s field" in {t.get_text() for t in fig.axes[0].texts}


def test_the_trained_field_has_a_line_per_seed_and_the_flat_one():
    shares = [[0.1, 0.6, 1.0], [0.2, 0.5, 1.0]]
    (ax,) = deep.trained_field(shares, shares, 5).axes
    assert len(ax.lines) == 5
    np.testing.assert_allclose(ax.lines[-1].get_ydata(), [0.04, 0.36, 1])


def test_losses_are_running_means_with_their_labels_apart():
    runs = {
        "20 layers": {"loss": [2.0] * 20},
        "110 layers": {"loss": [2.01] * 20},
        "lost": {"loss": [None] * 20},
    }
    (ax,) = deep.losses(runs, np.log(10)).axes
    labels = {t.get_text(): t for t in ax.texts}
    assert {"20 layers", "110 layers"} <= labels.keys()
    assert labels["110 layers"].xyann[1] > 5


def test_profiles_are_relative_to_the_last_block():
    runs = {"before": ([8.0, 4.0, 2.0], "blue")}
    (ax,) = deep.profiles(runs, np.array([3.0, 1.5, 1.0])).axes
    measured, law = ax.lines
    np.testing.assert_allclose(measured.get_ydata(), [4, 2, 1])
    np.testing.assert_allclose(law.get_ydata(), [3, 1.5, 1])
    assert list(law.get_xdata()) == [1, 2, 3]


def test_each_stage_has_its_draws_their_median_and_both_laws():
    found = [np.array([[6.0, 3.0], [8.0, 2.0], [9.0, 3.0]])] * 3
    said, law = [10 * one for one in found], np.array([2.0, 1.0])
    axes = deep.by_stage(found, said, law).axes
    assert [ax.get_title() for ax in axes] == ["stage 1", "stage 2", "stage 3"]
    firsts = [line.get_ydata()[0] for line in axes[1].lines]
    draws = [2, 4, 3, 8 / 3]  # relative to the last, and the median draw likewise
    np.testing.assert_allclose(firsts, [*draws, *draws, 2])


def test_the_other_figures_label_axes_and_lines():
    rows = [
        {"depth": d, "trace_seconds": [1.0, 2.0], "compile_seconds": [d / 10, d / 10]}
        for d in (8, 20)
    ]
    for fig, labels in (
        (stages.shift_sensitivity([0, 1], [0, 0.5], [0, 0.1]), {"flattened", "pooled"}),
        (
            stages.compile_times({"unrolled": rows, "scanned": rows}),
            {"unrolled", "scanned"},
        ),
    ):
        (ax,) = fig.axes
        assert ax.get_xlabel() and ax.get_ylabel()
        assert {t.get_text() for t in ax.texts} == labels
