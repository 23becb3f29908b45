"""What chapter 6's ablation found: each shortened recipe against the whole one."""

import dataclasses

from resnet_book.experiments.statistics import LEAST, Difference, by_seed, together


@dataclasses.dataclass(frozen=True)
class Removal:
    """One piece removed.

    Attributes:
        piece: What.
        rate: The learning rate that was chosen without it; None before the first seed.
        at_the_edge: Whether that was the largest or smallest that was tried.
        points: Accuracy without it minus accuracy with it, on the test set, per seed.
        difference: Their mean and interval; None for fewer than `LEAST` seeds.
    """

    piece: str
    rate: float | None
    at_the_edge: bool
    points: list[float]
    difference: Difference | None

    @property
    def verdict(self) -> str:
        """`"costs"`, `"gains"` or `"undecided"`."""
        found = self.difference.verdict if self.difference else "undecided"
        return {"smaller": "costs", "larger": "gains"}.get(found, found)

    def __str__(self) -> str:
        """A line of the table."""
        found = self.difference or f"{len(self.points)} seeds, {LEAST} are needed"
        rate = "" if self.rate is None else f"rate {self.rate:g}"
        return f"{self.piece:17} {rate:9} {found}"


def removals(rows: list[dict], whole: str = "nothing") -> list[Removal]:
    """The rows of the ablation against its row `whole`, dearest first.

    All intervals hold `together`, so that at most one experiment in twenty of this kind
    would find a difference where there is none.
    """
    (first,) = (row["seeds"] for row in rows if row["removed"] == whole)
    level = together(len(rows) - 1)
    return sorted(
        (_removal(row, first, level) for row in rows if row["removed"] != whole),
        key=lambda removal: sum(removal.points) / max(1, len(removal.points)),
    )


def named(found: list[Removal]) -> str:
    """The pieces, as a sentence lists them; "none" for none."""
    return _listed([removal.piece for removal in found] or ["none"])


def edges(found: list[Removal]) -> str:
    """Without which pieces the smallest or largest rate was chosen, as sentences."""
    if not (ends := [removal for removal in found if removal.at_the_edge]):
        return "No chosen rate lies at the edge of the four tried."
    return (
        f"The smallest or largest of the four rates was chosen without {named(ends)}: "
        "a rate further out might have done better than the table says."
    )


def _listed(names):
    return " and ".join([", ".join(names[:-1]), *names[-1:]] if names[1:] else names)


def _removal(row, whole, level):
    first, without = (
        {seed: run["test"] for seed, run in runs.items()}
        for runs in (whole, row["seeds"])
    )
    both = sorted(first.keys() & without.keys())
    points = [without[seed] - first[seed] for seed in both]
    rate = row["seeds"][both[0]]["rate"] if both else None
    tried = sorted(float(rate) for rate in row["tried"])
    at_the_edge = rate in (tried[:1] + tried[-1:])
    difference = by_seed(first, without, level)
    return Removal(row["removed"], rate, at_the_edge, points, difference)
