"""Chapter 9's number for the landing page."""

from resnet_book import record
from resnet_book.ch09_streaming.found import rows
from resnet_book.headlines import Headline, interval

_RECORD = "sorted_shards"


def headline() -> Headline:
    """What a buffer that gives most classes in each batch still costs."""
    results = record.load(_RECORD)["results"]
    *_, large, _, whole = rows(results)
    lost = large.difference
    where = interval(-lost.high, -lost.low, lost.n)
    return Headline(
        f"{whole.mean - large.mean:.1f} points",
        "of accuracy are lost in an epoch of a small network when "
        f"{results['images']:,} images, sorted by class, are shuffled through a buffer "
        f"of {large.buffer:,}, not all at once {where}.",
        _RECORD,
    )
