"""Numbers from whomever: NumPy's and JAX's are taken as what they are."""

import contextlib
import numbers
import textwrap

import numpy as np


def scalar(value):
    """A NumPy or JAX scalar as Python's own; anything else as it is."""
    is_one = isinstance(getattr(value, "dtype", None), np.dtype) and value.ndim == 0
    return value.item() if is_one else value


def shown(value) -> str:
    """A value in a line of an error, of however many lines it is."""
    return textwrap.shorten(repr(value), 80)


def whole(value, name: str, least: int | None = None) -> int:
    """A whole number, and not below `least`.

    Raises:
        ValueError: For anything else, with its name.
    """
    found = scalar(value)
    is_whole = isinstance(found, numbers.Integral) and not isinstance(found, bool)
    if is_whole and (least is None or found >= least):
        return int(found)
    limit = "" if least is None else f" ≥ {least}"
    raise ValueError(f"{name}={shown(value)}: must be a whole number{limit}")


def real(value, name: str) -> float:
    """A number; NaN and infinity are numbers here.

    Raises:
        ValueError: For anything else, with its name.
    """
    found = scalar(value)
    if isinstance(found, numbers.Real) and not isinstance(found, bool):
        with contextlib.suppress(OverflowError):
            return float(found)
    raise ValueError(f"{name}={shown(value)}: must be a number")
