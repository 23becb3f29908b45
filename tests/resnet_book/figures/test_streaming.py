"""Figures of chapter 9, and what its record says."""

import numpy as np
import pytest

from resnet_book.ch09_streaming import figures, found, pipeline
from resnet_lib import data


def arm(buffer, held_out, retaken=0.0):
    seeds = {
        str(i): {"held_out": value, "retaken": value - retaken}
        for i, value in enumerate(held_out)
    }
    return {"buffer": buffer, "seeds": seeds}


RESULTS = {
    "images": 1000,
    "batch": 20,
    "rows": {
        "all places": arm(None, [90, 91, 92, 91, 90]),
        "buffer of 100": arm(100, [80, 82, 82, 81, 80], 2.0),
        "buffer of 10": arm(10, [40.0]),
    },
}
ROWS = found.rows(RESULTS)


def line():
    return pipeline.run(0.002, 0.001, 2, 4)


DRAWN = {
    "buffers": lambda: figures.buffers(ROWS),
    "mixed": lambda: figures.mixed(
        {10: np.ones(5), 100: np.ones(5)}, {10: np.ones(5), 100: np.ones(5)}
    ),
    "timelines": lambda: figures.timelines({"one": line(), "two": line()}),
    "stalls": lambda: figures.stalls([("alone", 20.0, 0.0), ("threads", 30.0, 5.0)]),
}


def test_batches_that_lie_ready_bridge_one_that_comes_late():
    waits = [
        pipeline.run([0.001, 0.001, 0.04], 0.02, 1, 12, ahead).stall for ahead in (1, 4)
    ]
    assert waits[0] > 0.005 > waits[1]  # (40 - 20) / 3 ms, and none


@pytest.mark.parametrize("name", DRAWN)
def test_figures_use_the_books_colours_only(name, foreign_colours):
    assert not foreign_colours(DRAWN[name]())


def test_images_on_their_way_have_a_row_for_each_step(texts):
    garments = data.load("train[:3]", source="standin")
    fig = figures.on_the_way(dict.fromkeys(("one", "other"), garments.images), garments)
    assert {"one", "other", "draw 1", "draw 3"} <= set(texts(fig))


def test_rows_are_sorted_by_buffer_and_compared_with_all_places():
    assert [row.buffer for row in ROWS] == [10, 100, None]
    assert ROWS[1].difference.mean == pytest.approx(-9.8)
    assert ROWS[1].retaken_difference.mean == pytest.approx(-11.8)
    assert ROWS[1].difference.level == pytest.approx(1 - 0.05 / 2)
    assert ROWS[2].difference is None
    assert 1 < ROWS[0].classes < ROWS[1].classes < ROWS[2].classes <= 10


def test_too_few_seeds_have_no_interval_and_can_be_shown():
    assert ROWS[0].difference is None
    assert "40.0" in repr(found.table(ROWS))


def test_the_buffers_figure_has_a_dot_for_each_seed():
    (ax,) = figures.buffers(ROWS).axes
    dots = sum(len(line.get_xdata()) for line in ax.lines if line.get_marker() == "o")
    assert dots == 1 + 5 + 5


@pytest.mark.parametrize(("workers", "wait"), [(0, 0.06), (1, 0.03), (2, 0.0)])
def test_a_pipeline_waits_as_long_as_the_formula_says(workers, wait):
    found = pipeline.run(0.06, 0.03, workers, 8)
    assert found.stall == pytest.approx(wait, abs=0.015)
    device = [bar for bar in found.bars if bar.who == "device"]
    assert [bar.batch for bar in device] == list(range(8))
    readers = {bar.who for bar in found.bars} - {"device"}
    assert len(readers) == max(1, workers)
    assert {bar.batch for bar in found.until(3).bars} == {0, 1, 2}


def test_no_batch_is_computed_before_it_was_read():
    found = pipeline.run(0.004, 0.002, 3, 9)
    read = {bar.batch: bar.end for bar in found.bars if bar.who != "device"}
    assert all(
        bar.begin >= read[bar.batch] for bar in found.bars if bar.who == "device"
    )
