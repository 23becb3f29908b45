"""What the record `local_norms` says: statistics of the whole batch or of a share."""

import dataclasses

from resnet_book.experiments.statistics import Difference, by_seed, together
from resnet_book.tables import Rows


@dataclasses.dataclass(frozen=True)
class Compared:
    """Local against synchronised norms, at one share of the batch.

    Attributes:
        share: Images of each device.
        synchronised: Per cent of the test images right, by seed.
        local: The same with statistics of a device's own images.
        rates: Chosen for each, in this order.
        difference: Local minus synchronised; None for too few seeds.
        crossed: The same with local's rate for both.
        retaken: As `difference`, when both are judged with statistics of the same
            images in place of the running averages.
    """

    share: int
    synchronised: dict[str, float]
    local: dict[str, float]
    rates: tuple[float, float]
    difference: Difference | None
    crossed: Difference | None
    retaken: Difference | None


def compared(results: dict) -> list[Compared]:
    """One for each share, smallest first; intervals of a kind hold `together`."""
    rows = results["rows"].values()
    shares = sorted({row["share"] for row in rows})
    level, found = together(len(shares)), []
    for share in shares:
        both = sorted(
            (row for row in rows if row["share"] == share), key=lambda row: row["parts"]
        )
        test, retaken = (
            [_found(row["seeds"], what) for row in both] for what in ("test", "retaken")
        )
        pairs = test, (_found(both[0]["crossed"], "test"), test[1]), retaken
        rates = tuple(_rate(row["seeds"]) for row in both)
        differences = (by_seed(*pair, level) for pair in pairs)
        found.append(Compared(share, *test, rates, *differences))
    return found


def table(found: list[Compared]) -> Rows:
    """Rates, means over seeds, and differences in points."""
    columns = (
        "images per device",
        "rates (synchronised, local)",
        "synchronised, %",
        "local, %",
        "local minus synchronised",
        "both at local’s rate",
    )
    rows = [
        (
            one.share,
            ",\u00a0".join(f"{rate:g}" for rate in one.rates),
            _mean(one.synchronised),
            _mean(one.local),
            str(one.difference or ""),
            str(one.crossed or ""),
        )
        for one in found
    ]
    return Rows(columns, rows, ".2f")


def _found(seeds, what):
    return {seed: run[what] for seed, run in seeds.items()}


def _rate(seeds):
    return next(iter(seeds.values()))["rate"] if seeds else float("nan")


def _mean(values):
    return sum(values.values()) / len(values) if values else float("nan")
