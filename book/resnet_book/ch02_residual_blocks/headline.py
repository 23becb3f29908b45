"""Chapter 2's number for the landing page."""

import numpy as np

from resnet_book import record
from resnet_book.headlines import Headline

_RECORD = "shattering"


def headline() -> Headline:
    """How alike gradients at neighbouring inputs are, without a skip and with one."""
    results = record.load(_RECORD)["results"]
    depth = results["depth"][-1]
    kept = {
        name: np.mean([seed["next"][-1] for seed in seeds.values()])
        for name, seeds in results["kinds"].items()
    }
    return Headline(
        f"{kept['plain, looks-linear']:.2f}",
        f"is the correlation of gradients at neighbouring inputs behind {depth} plain "
        "layers without norms that start as a linear map. The usual start gives "
        f"{kept['plain']:.2f}, skips {kept['residual']:.2f}: these are not the only "
        "way to gradients that agree.",
        _RECORD,
    )
