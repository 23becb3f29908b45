"""What the record of lesions says: accuracy without some of a network's blocks."""

import numpy as np

from resnet_book.names import title
from resnet_book.tables import Rows

COUNTS = ("2", "4", "6")
"""Blocks removed at once, of those that the record tried."""


def table(runs: dict[str, dict]) -> Rows:
    """Per cent right by network: whole, one block removed, two swapped, more removed.

    Args:
        runs: By network and seed, of the record `lesions`.

    Returns:
        Of each seed the median over blocks or draws, and the least for the worst; as
        the mean over seeds with the smallest and the largest.
    """
    columns = ["", "whole", "one removed", "the worst one", "two neighbours swapped"]
    columns += [f"{count} removed" for count in COUNTS]
    rows = [
        (
            title(name),
            _spread([seed["whole"] for seed in seeds.values()]),
            _spread([median(seed["removed"]) for seed in seeds.values()]),
            _spread([np.nanmin(_floats(seed["removed"])) for seed in seeds.values()]),
            _spread([median(seed["swapped"]) for seed in seeds.values()]),
            *(
                _spread([median(seed["several"][count]) for seed in seeds.values()])
                for count in COUNTS
            ),
        )
        for name, seeds in runs.items()
    ]
    return Rows(columns, rows)


def median(values: list[float | None]) -> float:
    """Of those that there are; blocks that change the shape cannot be left out."""
    return float(np.nanmedian(_floats(values)))


def _floats(values):
    return np.array(values, float)


def _spread(values):
    # No line may end behind the dash.
    return f"{np.mean(values):.1f} ({min(values):.1f}–\N{WORD JOINER}{max(values):.1f})"
