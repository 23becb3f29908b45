"""The largest number that fits, for checks and their wrong answers."""

from collections.abc import Callable


def largest(fits: Callable[[int], bool], least: int = 0) -> int:
    """The largest number from `least` to 2²⁰ that fits, if any after it does not."""
    low, high = least, 1 << 20
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return low
