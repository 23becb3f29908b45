"""Chapter 9's number for the landing page."""

from resnet_book import record
from resnet_book.ch09_streaming.found import rows
from resnet_book.headlines import Headline


def headline() -> Headline:
    """What a buffer that gives most classes in each batch still costs."""
    results = record.load("sorted_shards")["results"]
    *_, large, _, whole = rows(results)
    sure = f": {large.difference}" if large.difference else ""
    return Headline(
        f"{whole.mean - large.mean:.1f} points",
        f"of accuracy are lost when {results['images']:,} images, sorted by class, are "
        f"shuffled through a buffer of {large.buffer:,}{sure}.",
    )
