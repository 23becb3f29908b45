"""Chapter 1's number for the landing page."""

import numpy as np

from resnet_book import record
from resnet_book.ch01_vanishing_gradients.treated import WHOLE, treated
from resnet_book.headlines import Headline


def headline() -> Headline:
    """Where the deep plain net ends that starts as a linear map, beside the others."""
    found = treated(record.load("interventions")["results"])
    ends = {one.name: f"{np.mean(one.losses):.2f}" for one in found}
    depth = WHOLE.removeprefix("plain")
    return Headline(
        ends["looks-linear"],
        f"is the training loss of a plain net of {depth} layers that starts as a "
        f"linear map. The usual start ends at {ends[WHOLE]}, skips at "
        f"{ends[f'resnet{depth}']}: here initial values alone do what skips do.",
    )
