"""Chapter 3's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline

_RECORD, _DTYPE = "accelerator_roofline", "bfloat16"  # as in the chapter's table


def headline() -> Headline:
    """Time and arithmetic of a bottleneck's last norm over its 3×3 convolution's."""
    measured = record.load(_RECORD)
    run = measured["results"][_DTYPE]
    norm, conv = run["layers"]["norm"], run["layers"]["3×3"]
    share = 100 * norm["flop"] / conv["flop"]
    return Headline(
        f"{norm['seconds'] / conv['seconds']:.1f}×",
        "the time of its 3×3 convolution is what a bottleneck’s last norm takes on an "
        f"{run['device']} ({_DTYPE}), with {share:.0f}\N{NO-BREAK SPACE}% of the "
        "arithmetic.",
        _RECORD,
    )
