"""What the record `sorted_shards` says: each buffer against a shuffle of all places."""

import dataclasses

from resnet_book.ch09_streaming import orders
from resnet_book.experiments.statistics import Difference, by_seed, together
from resnet_book.tables import Rows


@dataclasses.dataclass(frozen=True)
class Row:
    """One way to order the images.

    Attributes:
        name: Of the arm.
        buffer: Images in it; None for a shuffle of all places.
        held_out: Per cent of the held-out images right, by seed.
        retaken: The same with BatchNorm's statistics of images of all classes.
        difference: Of `held_out` from that of all places; None for too few seeds.
        retaken_difference: The same of `retaken`.
        classes: In a batch, as expected, on average over a pass.
    """

    name: str
    buffer: int | None
    held_out: dict[str, float]
    retaken: dict[str, float]
    difference: Difference | None
    retaken_difference: Difference | None
    classes: float

    @property
    def mean(self) -> float:
        """Of `held_out`."""
        return _mean(self.held_out)


def rows(results: dict) -> list[Row]:
    """One for each buffer, smallest first, then all places; intervals hold together."""
    arms = results["rows"]
    level = together(len(arms) - 1)
    held, taken = (
        {n: {s: r[what] for s, r in arm["seeds"].items()} for n, arm in arms.items()}
        for what in ("held_out", "retaken")
    )
    (whole,) = (name for name, arm in arms.items() if arm["buffer"] is None)
    sizes, found = [results["images"] // 10] * 10, []
    for name, arm in arms.items():
        buffer = arm["buffer"]
        size = buffer or results["images"]
        expected = orders.expected_classes(sizes, size, results["batch"]).mean()
        pairs = [
            None if name == whole else by_seed(kind[whole], kind[name], level)
            for kind in (held, taken)
        ]
        found.append(Row(name, buffer, held[name], taken[name], *pairs, expected))
    return sorted(found, key=lambda row: row.buffer or float("inf"))


def table(found: list[Row]) -> Rows:
    """Classes per batch, means over seeds, and differences in points."""
    columns = (
        "order",
        "classes per batch",
        "seeds",
        "right, %",
        "minus all places",
        "statistics taken again, %",
    )
    lines = [
        (
            row.name,
            row.classes,
            len(row.held_out),
            row.mean,
            str(row.difference or ""),
            _mean(row.retaken),
        )
        for row in found
    ]
    return Rows(columns, lines, ".1f")


def _mean(values):
    return sum(values.values()) / len(values) if values else float("nan")
