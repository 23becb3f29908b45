"""You draw it: the reader's curve, then those of the record `shattering`."""

import numpy as np

from resnet_book import record

TITLE = "Draw how alike neighbouring gradients stay"
ON_PAPER = False
_KINDS = {"plain": "plain, norm", "residual": "residual, norm"}


def numbers() -> dict:
    """The depths, and each net's correlation of neighbouring gradients: seeds' mean."""
    results = record.load("shattering")["results"]
    curves = {
        name: np.mean([one["next"] for one in results["kinds"][kind].values()], axis=0)
        for name, kind in _KINDS.items()
    }
    rounded = {name: np.round(curve, 4).tolist() for name, curve in curves.items()}
    return {"depths": results["depth"], "curves": rounded}


def table(data: dict) -> list[list[str]]:
    """Both nets' correlation, one row per depth."""
    columns = zip(data["depths"], *data["curves"].values(), strict=True)
    rows = [
        [str(depth), *(f"{each:.2f}" for each in found)] for depth, *found in columns
    ]
    return [["layers", *data["curves"]], *rows]
