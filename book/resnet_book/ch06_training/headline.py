"""Chapter 6's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline

_RECORD = "compact"


def headline() -> Headline:
    """How far apart runs end that differ in their seeds alone."""
    runs = record.load(_RECORD)["results"]["runs"]
    right = [run["test"]["plain"] for run in runs]
    return Headline(
        f"{max(right) - min(right):.1f} points",
        f"of accuracy lie between the best and the worst of {len(runs)} runs that "
        "differ in nothing but their seed.",
        _RECORD,
    )
