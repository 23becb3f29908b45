"""Values from outside, taken as what they are: Python's own, or refused by name.

What refuses raises ValueError, `name=value: …`.
"""

import contextlib
import math
import numbers
import reprlib

import jax
import numpy as np

_MOST = 2**31 - 1


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


def whole(name: str, value, least: int = 1, most: int | None = _MOST) -> int:
    """A whole number within limits, by default those of a dimension."""
    number = plain(value)
    if not _is_whole(number, least, math.inf if most is None else most):
        limits = f"≥ {least}" if most in (None, _MOST) else f"from {least} to {most}"
        raise ValueError(f"{name}={shown(number)}: must be a whole number {limits}")
    return int(number)


def wholes(name: str, values) -> tuple[int, ...]:
    """Whole numbers ≥ 1, of a list, tuple or array."""
    given = plain(values)
    each = [plain(one) for one in given] if isinstance(given, list | tuple) else [None]
    if not all(_is_whole(one, 1, _MOST) for one in each):
        raise ValueError(
            f"{name}={shown(given)}: must be whole numbers ≥ 1, such as (2, 2)"
        )
    return tuple(map(int, each))


def real(name: str, value) -> float:
    """A number; NaN and infinity are numbers here."""
    number = plain(value)
    if isinstance(number, numbers.Real) and not isinstance(number, bool):
        with contextlib.suppress(OverflowError):
            return float(number)
    raise ValueError(f"{name}={shown(number)}: must be a number")


def share(name: str, value) -> float:
    """A number in [0, 1)."""
    number = real(name, value)
    if not 0 <= number < 1:
        raise ValueError(f"{name}={shown(number)}: must lie in [0, 1)")
    return number


def flag(name: str, value) -> bool:
    """`True` or `False`, and nothing that only counts as one of them."""
    given = plain(value)
    if not isinstance(given, bool):
        raise ValueError(f"{name}={shown(given)}: must be True or False")
    return given


def choice(name: str, value, *choices):
    """One of `choices`, in type too: 8.0 is not 8."""
    given = plain(value)
    for one in choices:
        if isinstance(given, type(one)) and given == one:
            return one
    raise ValueError(f"{name}={shown(given)}: choose one of {choices}")


def instance(name: str, value, kind, example: str):
    """A value of a type, or of one of several; `example` says how to make one."""
    if not isinstance(value, kind):
        raise ValueError(f"{name}={shown(value)}: must be {example}")
    return value


def differing(first: dict, second: dict, prefix: str = ""):
    """Name, first and second value of each entry that differs, nested ones by path."""
    for name in sorted(first.keys() | second.keys()):
        one, other = first.get(name), second.get(name)
        if isinstance(one, dict) and isinstance(other, dict):
            yield from differing(one, other, f"{prefix}{name}.")
        elif one != other:
            yield f"{prefix}{name}", one, other


def _is_whole(number, least: float, most: float) -> bool:
    is_whole = isinstance(number, numbers.Integral) and not isinstance(number, bool)
    return is_whole and least <= number <= most
