"""Look inside and break it: two trained nets in the page, and what the record says.

The page loads the nets themselves from `in_page/trained.js` when the reader asks.
"""

import numpy as np

from resnet_book import record

TITLE = "Look inside two trained nets, and break them"
ON_PAPER = False
_ARMS = {"residual net": "resnet20", "plain net": "plain20"}


def numbers() -> dict:
    """Per cent right without each block, by net: one number for each seed."""
    runs = record.load("lesions")["results"]["runs"]
    nets = {name: list(runs[arm].values()) for name, arm in _ARMS.items()}
    rows = {"none": {name: [s["whole"] for s in seeds] for name, seeds in nets.items()}}
    for block in range(len(nets["plain net"][0]["removed"])):
        rows[str(block + 1)] = {
            name: [seed["removed"][block] for seed in seeds]
            for name, seeds in nets.items()
        }
    return {"removed": rows}


def table(data: dict) -> list[list[str]]:
    """One row per block that is off: median, smallest and largest of the seeds."""
    rows = [
        [block, *(_spread(found[name]) for name in _ARMS)]
        for block, found in data["removed"].items()
    ]
    return [
        ["block that is off", *(f"{name}, per cent right" for name in _ARMS)],
        *rows,
    ]


def _spread(found: list[float | None]) -> str:
    """The first block of a later stage changes the shape: the record leaves it in."""
    if None in found:
        return "–"
    return f"{np.median(found):.1f} ({min(found):.1f} to {max(found):.1f})"
