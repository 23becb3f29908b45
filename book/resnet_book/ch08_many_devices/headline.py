"""Chapter 8's number for the landing page."""

from resnet_book import record
from resnet_book.ch08_many_devices.norms import compared
from resnet_book.headlines import Headline


def headline() -> Headline:
    """What statistics of the smallest share cost."""
    results = record.load("local_norms")["results"]
    fewest = compared(results)[0]
    return Headline(
        f"{-fewest.difference.mean:.1f} points",
        f"of accuracy are lost when each of {results['devices']} devices normalises "
        f"with its own {fewest.share} images: {fewest.difference}.",
    )
