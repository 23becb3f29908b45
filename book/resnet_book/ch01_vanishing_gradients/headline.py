"""Chapter 1's number for the landing page."""

import numpy as np

from resnet_book import record
from resnet_book.ch01_vanishing_gradients.treated import WHOLE
from resnet_book.headlines import Headline

_RECORD = "interventions"


def headline() -> Headline:
    """How many training images the deep plain net gets wrong, beside the shallow one.

    The chapter asks its readers to foresee what mends that: not told here.
    """
    results = record.load(_RECORD)["results"]
    names = WHOLE, "plain20"
    wrong, few = (_per_cent_wrong(results["runs"][name].values()) for name in names)
    deep, shallow = (name.removeprefix("plain") for name in names)
    return Headline(
        wrong,
        f"of the training images a plain net of {deep} layers still gets wrong after "
        f"{results['settings']['steps']:,} steps; for one of {shallow} layers, {few}.",
        _RECORD,
    )


def _per_cent_wrong(runs):
    mean = np.mean([run["train_error"] for run in runs])
    return f"{mean:.0f}\N{NO-BREAK SPACE}%"
