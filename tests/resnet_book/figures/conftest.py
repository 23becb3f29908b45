"""What the figures' tests read from a figure."""

import io
import re

import matplotlib as mpl
import pytest

from resnet_book.figures.style import COLORS


@pytest.fixture(scope="session")
def texts():
    """`texts(figure)`: everything that is written in it."""
    return lambda fig: [
        t.get_text() for t in fig.findobj(mpl.text.Text) if t.get_text()
    ]


@pytest.fixture(scope="session")
def foreign_colours():
    """`foreign_colours(figure)`: those that are not the book's."""
    known = {color.light for color in COLORS.values()}

    def foreign(fig):
        svg = io.StringIO()
        fig.savefig(svg, format="svg")
        return set(re.findall(r"#[0-9a-f]{6}\b", svg.getvalue())) - known

    return foreign
