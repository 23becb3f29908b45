"""Chapter 4's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline


def headline() -> Headline:
    """Time and arithmetic of a grouped convolution, over those of the dense one."""
    measured = record.load("accelerator_groups")
    device = measured["provenance"]["device"].split(",")[0]
    layer = measured["results"]["convolutions"]["128 channels, 56²"]
    dense, grouped = layer["dense"], layer["native"]
    return Headline(
        f"{grouped['forward'] / dense['forward']:.2f}×",
        "the time of the dense convolution is what a grouped one takes on an "
        f"{device}, for 1/{dense['macs'] / grouped['macs']:.0f} of the arithmetic.",
    )
