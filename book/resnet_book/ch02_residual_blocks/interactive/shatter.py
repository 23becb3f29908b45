"""The shatter dial: what the page computes with, and the record `shattering`."""

import numpy as np

from resnet_book import record

TITLE = "Shatter dial"
ON_PAPER = False
WIDTH, INPUTS, LAGS, LAYERS = 64, 256, 16, 50
"""Of the page's networks: narrower than the chapter's, so that they answer at once."""
_KINDS = ("plain", "plain, norm", "residual", "residual, norm")


def numbers() -> dict:
    """Sizes, the answers to choose from, and the recorded correlation of neighbours."""
    results = record.load("shattering")["results"]
    next_by_kind = {
        kind: np.mean([one["next"] for one in results["kinds"][kind].values()], axis=0)
        for kind in _KINDS
    }
    return {
        "width": WIDTH,
        "inputs": INPUTS,
        "lags": LAGS,
        "layers": LAYERS,
        "guesses": [3, 6, 12, 25, 50],
        "depths": results["depth"],
        "next": {kind: each.round(4).tolist() for kind, each in next_by_kind.items()},
    }


def table(data: dict) -> list[list[str]]:
    """Correlation of neighbours' gradients in the recorded networks, by depth."""
    columns = zip(data["depths"], *data["next"].values(), strict=True)
    rows = [
        [str(depth), *(f"{each:.2f}" for each in found)] for depth, *found in columns
    ]
    return [["layers", *data["next"]], *rows]
