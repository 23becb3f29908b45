"""Chapter 1's number for the landing page."""

from resnet_book import record
from resnet_book.headlines import Headline, power_of_ten


def headline() -> Headline:
    """What is left of a gradient behind the deepest sigmoid net, and with skips."""
    results = record.load("gradient_norms")["results"]
    depth = results["depths"][-1]
    plain, residual = (
        run["profiles"][-1][0]
        for run in sorted(results["runs"], key=lambda run: run["residual"])
        if run["activation"] == "sigmoid"
    )
    return Headline(
        power_of_ten(plain),
        f"of the gradient is left at the first of {depth} sigmoid layers. With skips "
        f"it is {residual:.2g} times as large as at the last.",
    )
