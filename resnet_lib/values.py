"""Values from outside, taken as what they are: Python's own, or refused by name."""

import numbers
import reprlib

import jax
import numpy as np


def shown(value, most: int = 80) -> str:
    """The value in one short line without control characters, for a message."""
    short = reprlib.Repr()
    short.maxstring = short.maxother = most
    try:
        return " ".join(short.repr(value).split())
    except ValueError:  # a whole number of thousands of digits
        return f"a huge {type(value).__name__}"


def printable(text, most: int = 80) -> str:
    """A name from outside, as `shown` and without its quotes."""
    return shown(str(text), most)[1:-1]


def plain(value):
    """NumPy's and JAX's scalars and arrays as Python's; anything else as it is."""
    if isinstance(value, np.generic | np.ndarray | jax.Array):
        try:
            return np.asarray(value).tolist()
        except (TypeError, RuntimeError):  # traced, a key, or deleted
            return value
    return value


def whole(name: str, value) -> int:
    """A whole number ≥ 1 that fits a dimension."""
    number = plain(value)
    if not _is_count(number):
        raise ValueError(
            f"{name} must be a whole number ≥ 1 and < 2³¹, not {shown(number)}"
        )
    return int(number)


def wholes(name: str, values) -> tuple[int, ...]:
    """Whole numbers ≥ 1, of a list, tuple or array."""
    given = plain(values)
    each = [plain(one) for one in given] if isinstance(given, list | tuple) else [None]
    if not all(map(_is_count, each)):
        raise ValueError(
            f"{name} must be whole numbers ≥ 1 and < 2³¹, such as (2, 2), "
            f"not {shown(given)}"
        )
    return tuple(map(int, each))


def share(name: str, value) -> float:
    """A number in [0, 1)."""
    number = plain(value)
    real = isinstance(number, numbers.Real) and not isinstance(number, bool)
    if not real or not 0 <= number < 1:
        raise ValueError(f"{name} must lie in [0, 1), not {shown(number)}")
    return float(number)


def flag(name: str, value) -> bool:
    """`True` or `False`, and nothing that only counts as one of them."""
    given = plain(value)
    if not isinstance(given, bool):
        raise ValueError(f"{name} must be True or False, not {shown(given)}")
    return given


def choice(name: str, value, *choices):
    """One of `choices`, in type too: 8.0 is not 8."""
    given = plain(value)
    for one in choices:
        if isinstance(given, type(one)) and given == one:
            return one
    raise ValueError(f"{name}={shown(given)}: choose one of {choices}")


def _is_count(number) -> bool:
    is_whole = isinstance(number, int) and not isinstance(number, bool)
    return is_whole and 1 <= number < 2**31
