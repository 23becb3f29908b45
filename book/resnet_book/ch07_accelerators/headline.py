"""Chapter 7's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline

_RECORD = "benchmark_cpu"


def headline() -> Headline:
    """PyTorch's step over the library's, where it is shortest and longest."""
    measured = record.load(_RECORD)
    device = measured["provenance"]["device"].removeprefix("cpu, ")
    ratios = [row["step"]["torch"]["ratio"] for row in measured["results"]["rows"]]
    return Headline(
        f"{min(ratios):.2f} to {max(ratios):.2f}×",
        "the time of this library’s training step: so long does PyTorch’s take, for "
        f"{len(ratios)} networks on {device}.",
        _RECORD,
    )
