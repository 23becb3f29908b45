"""Split names with TFDS's slicing: `"train"`, `"train[:5000]"`, `"test[-10%:]"`."""

from __future__ import annotations

import re

_BOUNDARY = r"(?:(-?[\d_.]+)(%?))?"
_SLICE = re.compile(rf"(\w+)(?:\[(?!:\]){_BOUNDARY}:{_BOUNDARY}\])?")


def parse(split: str, sizes: dict[str, int]) -> tuple[str, int, int]:
    """Resolve a split, sliced or not, to a range of examples.

    The slicing is that of TensorFlow Datasets: whole numbers or per cent, negative
    ones count from the end, per cent are rounded to the closest example, and a `%` at
    one end holds for both (https://www.tensorflow.org/datasets/splits).

    Args:
        split: such as `"train"`, `"train[5000:]"`, `"train[80%:]"`.
        sizes: the number of examples of each split there is.

    Returns:
        The split's name, the first example, and one past the last.

    Raises:
        ValueError: no such split, or a slice that is empty or reaches outside it.
    """
    match = _SLICE.fullmatch(split) if isinstance(split, str) else None
    if match is None or match[1] not in sizes:
        raise _unknown(split, sizes)
    name, first, first_unit, last, last_unit = match.groups()
    size, per_cent = sizes[name], "%" in (first_unit, last_unit)
    try:
        start = 0 if first is None else _absolute(first, size, per_cent)
        stop = size if last is None else _absolute(last, size, per_cent)
    except ValueError:  # such as "1.5" examples, "1.2.3%", "101%"
        raise _unknown(split, sizes) from None
    if not 0 <= start < stop <= size:
        raise ValueError(
            f"split {split!r} asks for examples {start} to {stop}: "
            f"{name} has {size:,}, and a slice needs at least one of them"
        )
    return name, start, stop


def _absolute(boundary: str, size: int, per_cent: bool) -> int:
    if per_cent and abs(float(boundary)) > 100:
        raise ValueError("more than all of it")
    value = round(float(boundary) * size / 100) if per_cent else int(boundary)
    return value + size if value < 0 else value


def _unknown(split: object, sizes: dict[str, int]) -> ValueError:
    names = " or ".join(f'"{name}"' for name in sizes)
    return ValueError(
        f"unknown split {split!r}: choose {names}, or a slice of one such as "
        f'"{next(iter(sizes))}[:5000]"'
    )
