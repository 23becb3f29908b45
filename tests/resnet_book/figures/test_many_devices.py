"""Figures of chapter 8."""

import pytest

from resnet_book.ch08_many_devices import figures

DRAWN = {
    "data_parallel": lambda: figures.data_parallel(4, 64),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_use_the_books_colours_only(name, foreign_colours):
    assert not foreign_colours(DRAWN[name]())
