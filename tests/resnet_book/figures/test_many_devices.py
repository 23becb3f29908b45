"""Figures of chapter 8."""

import pytest

from resnet_book.ch08_many_devices import figures

PARTS = {"parameters": 300.0, "momenta": 300.0, "batch statistics": 2.0}
DRAWN = {
    "data_parallel": lambda: figures.data_parallel(4, 64),
    "layers": lambda: figures.layers({"stem": 576, "fc": 2560}, {"stem": 256}),
    "held": lambda: figures.held({"copies": PARTS, "parts": PARTS}),
    "scaling": lambda: figures.scaling(
        [2, 4], {"arithmetic": [20.0, 10.0], "all-reduce": [2.0, 3.0]}, {}
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_use_the_books_colours_only(name, foreign_colours):
    assert not foreign_colours(DRAWN[name]())


def test_layers_are_named_in_words():
    names = ("stem.convs.0", "stages.0.first.conv1", "stages.2.first.conv2", "head")
    labels = figures.layers(dict.fromkeys(names, 576), {}).axes[0].get_yticklabels()
    words = ["stem", "stage 1, first", "stage 3, second", "head"]
    assert [label.get_text() for label in labels] == words


def test_a_measurement_is_drawn_beside_the_lines():
    line = {"arithmetic": [20.0, 10.0]}
    without, with_one = (
        figures.scaling([2, 4], line, given).axes[0] for given in ({}, {2: 25.0})
    )
    points = [axes.lines[-1].get_xydata().tolist() for axes in (without, with_one)]
    assert points == [[], [[2.0, 25.0]]]
