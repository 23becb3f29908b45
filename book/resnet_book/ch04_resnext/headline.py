"""Chapter 4's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline

_RECORD = "accelerator_groups"


def headline() -> Headline:
    """Time and arithmetic of grouped convolutions, over those of dense ones."""
    measured = record.load(_RECORD)
    device = measured["provenance"]["device"].split(",")[0]
    layers = measured["results"]["convolutions"].values()
    shares = [_seconds(each["native"]) / _seconds(each["dense"]) for each in layers]
    fewer = min(each["dense"]["macs"] / each["native"]["macs"] for each in layers)
    return Headline(
        f"{100 * min(shares):.0f}–{100 * max(shares):.0f}\N{NO-BREAK SPACE}%",
        "of a dense convolution’s time, gradients included, is what a grouped one "
        f"takes on an {device}, for 1/{fewer:.0f} of the arithmetic.",
        _RECORD,
    )


def _seconds(timed):
    return timed["forward"] + timed["gradients"]
