"""What chapter 6's ladder found: accuracy and seconds of each rung."""

import dataclasses

import numpy as np

from resnet_book.experiments.statistics import Difference, by_seed, together
from resnet_book.tables import Rows


@dataclasses.dataclass(frozen=True)
class Rung:
    """One way to train.

    Attributes:
        name: Of the arm.
        rate: The peak learning rate that was chosen; None before the first seed.
        accuracy: Per cent of the held-out images right, per seed.
        flipped: The same with the logits of mirror images added.
        seconds: Of the whole schedule's steps; None where they were not timed.
        difference: From the rung that it is compared with, paired; None for too few
            seeds or for that rung itself.
    """

    name: str
    rate: float | None
    accuracy: list[float]
    flipped: list[float]
    seconds: float | None
    difference: Difference | None

    @property
    def mean(self) -> float:
        """Of the accuracy over seeds; nan for none."""
        return float(np.mean(self.accuracy)) if self.accuracy else float("nan")

    def reaches(self, target: float, seeds: int) -> bool:
        """Whether the mean of as many seeds as are wanted is the target or more."""
        return len(self.accuracy) >= seeds and self.mean >= target


def ladder(results: dict, timed: dict, beside: str = "1 epoch") -> list[Rung]:
    """The rungs in the record's order, each compared with the rung `beside`.

    Args:
        results: Of the record `speedrun`.
        timed: Of the record `speedrun_seconds`.
        beside: Whose accuracies the others' are compared with, seed by seed.
    """
    runs = {name: about["seeds"] for name, about in results["rungs"].items()}
    level = together(len(runs) - 1)
    right = {
        name: {seed: _reported(run) for seed, run in seeds.items()}
        for name, seeds in runs.items()
    }
    found = []
    for name in runs:
        chosen = runs[name][min(runs[name])]["rate"] if runs[name] else None
        found.append(
            Rung(
                name,
                chosen,
                list(right[name].values()),
                [_mirrored(run) for run in runs[name].values()],
                timed.get(name, {}).get("seconds"),
                None if name == beside else by_seed(right[beside], right[name], level),
            )
        )
    return found


def soonest(rungs: list[Rung], target: float, seeds: int) -> Rung | None:
    """The rung that takes fewest seconds among those that reach the target."""
    able = [rung for rung in rungs if rung.seconds and rung.reaches(target, seeds)]
    return min(able, key=lambda rung: rung.seconds, default=None)


def table(rungs: list[Rung]) -> Rows:
    """What each rung needs and reaches; means over seeds."""
    columns = (
        "",
        "rate",
        "seconds",
        "right, %",
        "minus 1 epoch",
        "with mirror images, %",
    )
    rows = [
        (
            rung.name,
            f"{rung.rate:g}",
            f"{rung.seconds:.1f}" if rung.seconds else "",
            rung.mean,
            str(rung.difference or ""),
            float(np.mean(rung.flipped)),
        )
        for rung in rungs
        if rung.accuracy
    ]
    return Rows(columns, rows, ".2f")


def _reported(run):
    return run["held_out"].get("averaged", run["held_out"]["plain"])


def _mirrored(run):
    return run["held_out"].get("averaged_flipped", run["held_out"]["flipped"])
