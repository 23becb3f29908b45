"""What crosses between devices, read from the text of a compiled program."""

import math
import re
from typing import NamedTuple

KINDS = "all-reduce|all-gather|reduce-scatter|all-to-all|collective-permute"
_LINE = re.compile(rf"= (\(?.*?\)?) ({KINDS})(?:-start)?\(")
_ARRAY = re.compile(r"\b([a-z]+\d+|pred)\[([\d,]*)\]")
_BYTES = {"pred": 1, "s8": 1, "u8": 1, "bf16": 2, "f16": 2, "f64": 8, "s64": 8}


class Collective(NamedTuple):
    """One array of one collective operation; an operation may carry several.

    Attributes:
        kind: Such as `"all-reduce"`.
        shape: Of the array that comes out of it.
        bytes: Of that array.
        operation: Which of the program's collectives it belongs to, from 0.
        looped: Whether it stands in the body of a loop.
    """

    kind: str
    shape: tuple[int, ...]
    bytes: int
    operation: int
    looped: bool


def read(text: str) -> list[Collective]:
    """Every array that a compiled program's collectives carry.

    Args:
        text: `compiled.as_text()`.
    """
    found, operation = [], 0
    for line in text.splitlines():
        match = _LINE.search(line)
        if not match:
            continue
        looped = "/while/body" in line
        for kind, sides in _ARRAY.findall(match[1]):
            shape = tuple(int(side) for side in sides.split(",") if side)
            size = math.prod(shape) * _BYTES.get(kind, 4)
            found.append(Collective(match[2], shape, size, operation, looped))
        operation += 1
    return found


def by_layer(found: list[Collective], sizes: dict[str, int]) -> dict[str, int]:
    """Bytes of the all-reduce of each layer's gradient, found by its size.

    Layers of one size are interchangeable: each takes one of the arrays of that size.

    Args:
        found: From `read`.
        sizes: Elements of each parameter, by name.

    Returns:
        Bytes by name; 0 where no array of the size is left.
    """
    left = [math.prod(one.shape) for one in found if one.kind == "all-reduce"]
    bytes_of = {}
    for name, size in sizes.items():
        bytes_of[name] = 4 * size if size in left else 0
        if size in left:
            left.remove(size)
    return bytes_of


def of_norms(widths: dict[str, int]) -> dict[str, int]:
    """Bytes of batch statistics, for the convolution in front of each norm.

    A norm adds up x and x² forward, and two more sums per channel back, in float32.

    Args:
        widths: Channels of each norm, by its path in the model.
    """
    return {n.replace("norm", "conv"): 4 * 4 * width for n, width in widths.items()}
