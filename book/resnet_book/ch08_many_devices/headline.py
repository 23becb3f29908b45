"""Chapter 8's number for the landing page."""

from resnet_book import record
from resnet_book.ch08_many_devices.norms import compared
from resnet_book.headlines import Headline, interval

_RECORD = "local_norms"


def headline() -> Headline:
    """What statistics of the smallest share cost."""
    results = record.load(_RECORD)["results"]
    fewest = compared(results)[0]
    lost = fewest.difference
    where = interval(-lost.high, -lost.low, lost.n)
    return Headline(
        f"{-lost.mean:.1f} points",
        "of accuracy are lost in an epoch of a small network when each of "
        f"{results['devices']} parts of a batch is normalised by its own "
        f"{fewest.share} images, not by all of it {where}.",
        _RECORD,
    )
