import numpy as np
import pytest

from resnet_book.ch05_stages import figures as stages
from resnet_lib import summary


@pytest.fixture(scope="module")
def table():
    return summary("resnet18")


def test_shapes_names_every_map_and_its_field(table):
    fig = stages.shapes(table, 224)
    text = [t.get_text() for ax in fig.axes for t in ax.texts]
    assert "stage4\n7×7×512" in text
    assert str(table[-1].receptive_field) in text
    assert fig.axes[1].get_ylabel() == "field, pixels"


def test_shares_add_up_to_the_whole_for_each_network(table):
    fig = stages.shares({"resnet18": table})
    for ax in fig.axes:
        ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
        assert max(ends) == pytest.approx(100)
        assert "per cent" in ax.get_xlabel()


def test_field_of_view_draws_the_square_of_the_formula():
    influence = np.outer(np.hanning(64), np.hanning(64))
    fig = stages.field_of_view(influence, 40)
    (square,) = fig.axes[0].patches
    assert square.get_width() == square.get_height() == 40


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
        (
            stages.family((20, 32), (1e5, 2e5), (1e7, 2e7)),
            {"parameters", "multiply-accumulates"},
        ),
    ):
        (ax,) = fig.axes
        assert ax.get_xlabel() and ax.get_ylabel()
        assert {t.get_text() for t in ax.texts} == labels
