"""Rates chosen on held-out images, arm by arm, by whole runs of another seed."""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple


class Run(NamedTuple):
    """What a cell trains."""

    name: str
    rate: float
    seed: int


class Tuning:
    """The arms of an experiment whose every row chooses its own learning rate.

    For each row there are arms `"{row} at {rate:g}"`, one run each with the seed
    `chosen_on`, and an arm of the row's own name with `seeds` runs at the best rate.

    Attributes:
        arms: As an experiment's `ARMS`.
        tried: The arms that try a rate.
        chosen_on: The seed of these.
    """

    def __init__(
        self,
        rates: Mapping[str, Sequence[float]],
        seeds: int,
        chosen_on: int,
        score: Callable[[dict], float] = operator.itemgetter("held_out"),
    ):
        """Takes the rates to try for each row, and of a cell how good it is.

        Raises:
            ValueError: When rates are chosen on one of the seeds that are compared.
        """
        if chosen_on < seeds:
            raise ValueError(f"chosen_on={chosen_on}: must not be below {seeds} seeds")
        self._rates, self._score, self.chosen_on = rates, score, chosen_on
        self.tried = {
            f"{name} at {rate:g}": (name, rate)
            for name, some in rates.items()
            for rate in some
        }
        self.arms = dict.fromkeys(self.tried, 1) | dict.fromkeys(rates, seeds)

    def run(self, arm: str, seed: int, done: dict) -> Run:
        """Row, rate and seed of a cell."""
        if arm in self.tried:
            return Run(*self.tried[arm], self.chosen_on)
        found = self.found(arm, done)
        return Run(arm, max(found, key=found.get), seed)

    def found(self, name: str, done: dict) -> dict[float, float]:
        """How good a row was, by the rates that have been tried."""
        return {
            rate: self._score(cells[0])
            for rate in self._rates[name]
            if (cells := done[f"{name} at {rate:g}"])
        }
