"""The path walker: the gradient along each path through the section's network.

`python -m in_page walker` runs the chapter's cells and writes `walker.json`.
"""

import json
import math
from pathlib import Path

import numpy as np

from resnet_book.powers import scientific

TITLE = "Send the gradient back along one path"
ON_PAPER = False


def numbers() -> dict:
    """Each path's norm, as `in_page.walker.packed` writes it, and each length's sum."""
    kept = Path(__file__).with_name("walker.json")
    return json.loads(kept.read_text(encoding="utf-8"))


def norms(data: dict) -> np.ndarray:
    """The norm along each path over that along the path through no branch."""
    place = {letter: at for at, letter in enumerate(data["letters"])}
    high, low = np.array([place[each] for each in data["paths"]]).reshape(-1, 2).T
    return 10 ** (data["low"] + data["step"] * (len(place) * high + low))


def lengths(paths: int) -> np.ndarray:
    """How many branches each path passes: the ones in its number."""
    return np.array([path.bit_count() for path in range(paths)])


def table(data: dict) -> list[list[str]]:
    """Of each length: its paths, their norms, and the sum over them."""
    header = ["branches", "paths", "smallest norm", "mean", "largest"]
    header += ["norms added up", "norm of the sum", "share"]
    found, sums = norms(data), data["sums"]
    passed = lengths(len(found))
    rows = []
    for k, total in enumerate(sums):
        at = found[passed == k]
        shown = at.min(), at.mean(), at.max(), at.sum(), total
        share = 100 * total / math.fsum(sums)
        said = f"{share:.2g} %" if share > 0.01 else "under 0.01 %"
        rows.append([str(k), f"{len(at):,}", *map(_short, shown), said])
    return [header, *rows]


def _short(norm: float) -> str:
    return f"{norm:.2g}" if norm > 0.001 else scientific(norm, 1)
