"""A figure as a cell shows it: one SVG that holds the figure in two widths.

The narrow one lies in a `metadata` element, which nothing draws. The book takes it out
and shows it where there is no room for the wide one.
"""

import io
import re

from matplotlib.figure import Figure

from resnet_book.figures.narrow import narrowed

_PROLOG = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_PLACES = re.compile(r' (?:d|x|y|points|transform)="[^"]*"')
_DIGITS = re.compile(r"\d+\.\d{3,}")


def svg(fig: Figure) -> str:
    """Return a figure's SVG, with the narrow one inside."""
    wide, narrow = _drawn(fig), _drawn(narrowed(fig))
    body, end = wide.rsplit("</svg>", 1)
    narrow = _PROLOG.sub("", narrow)
    return f'{body}<metadata class="narrow">{narrow}</metadata></svg>{end}'


def _drawn(fig: Figure) -> str:
    file = io.StringIO()
    # Without the date the same figure gives the same file.
    fig.savefig(file, format="svg", bbox_inches="tight", metadata={"Date": None})
    return _PLACES.sub(_round, _METADATA.sub("", file.getvalue(), count=1))


def _round(match: re.Match) -> str:
    """A hundredth of a point is finer than any screen."""
    return _DIGITS.sub(lambda number: f"{float(number[0]):.2f}", match[0])
