"""What stands on an axis: per cent, whole numbers, powers of ten, given values."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)

from resnet_book.powers import power


def percent(axis: Axis) -> None:
    """Write 0.5 as 50 %."""
    axis.set_major_formatter(PercentFormatter(1, decimals=0))


def whole(axis: Axis, most: int | str = "auto") -> None:
    """Put ticks at whole numbers, at `most` so many and one."""
    axis.set_major_locator(MaxNLocator(most, integer=True))


def at(axis: Axis, values: Sequence[float], form: str = "g") -> None:
    """Put ticks at these values and nowhere else, written in a format."""
    axis.set_major_locator(FixedLocator(list(values)))
    axis.set_major_formatter(lambda value, _: f"{value:{form}}")
    axis.set_minor_locator(NullLocator())


def decades(axis: Axis) -> None:
    """Write 0.001 as 10⁻³ in plain text, with no ticks between powers of ten.

    Matplotlib's own formatter uses mathematical text, whose pieces are placed for its
    own font and drift apart in the font of the page.
    """
    axis.set_major_formatter(FuncFormatter(_power_of_ten))
    axis.set_minor_locator(NullLocator())


def _power_of_ten(value: float, _position: int | None = None) -> str:
    if value <= 0:
        return ""
    exponent = round(np.log10(value))
    if not np.isclose(value, 10.0**exponent, rtol=1e-6):
        return ""
    return power(10, exponent)


def plain_log(axis: Axis) -> None:
    """Put ticks at 1, 2 and 5 times powers of ten, as numbers; fewer on a long axis.

    Args:
        axis: a logarithmic `ax.xaxis` or `ax.yaxis` whose limits will not change.
    """
    low, high = sorted(axis.get_view_interval())
    steps = (1,) if high / low > 300 else (1, 2, 5)
    powers = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
    ticks = [step * 10.0**exponent for exponent in powers for step in steps]
    at(axis, [t for t in ticks if low <= t <= high])
