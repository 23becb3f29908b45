"""Chapter 3's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline


def headline() -> Headline:
    """Time and arithmetic of a norm, over those of the 3×3 convolution before it."""
    measured = record.load("accelerator_roofline")
    run = measured["results"]["float32"]
    norm, conv = run["layers"]["norm"], run["layers"]["3×3"]
    share = 100 * norm["flop"] / conv["flop"]
    return Headline(
        f"{norm['seconds'] / conv['seconds']:.1f}×",
        "the time of a 3×3 convolution is what a norm takes on an "
        f"{run['device']}, for {share:.0f}\N{NO-BREAK SPACE}% of the arithmetic.",
    )
