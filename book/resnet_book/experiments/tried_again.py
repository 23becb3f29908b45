"""Rates chosen with more care: what was best in a single run may have been lucky."""

import statistics

from resnet_book.experiments.tuning import Run, Tuning

PLACES, RUNS = ("best", "second"), (2, 3)


class TriedAgain(Tuning):
    """A tuning that decides between the two best rates of a row by three runs of each.

    Every rate has one run, as in `Tuning`. The best and the second best of these have
    two more, with the seeds after `chosen_on`, and the higher mean of three is chosen.
    A rule decides what is repeated, and nobody picks it by hand. A third
    rate is out, even if the means of three come down to less than its one run. Of a tie
    the lower rate is chosen.
    """

    def __init__(self, rates, seeds, chosen_on, **score):
        """As `Tuning`."""
        super().__init__(rates, seeds, chosen_on, **score)
        self._again = {
            f"{name}, {place}, run {run}": (name, rank, run)
            for name in rates
            for rank, place in enumerate(PLACES)
            for run in RUNS
        }
        self.arms = (
            dict.fromkeys(self.tried, 1)
            | dict.fromkeys(self._again, 1)
            | dict.fromkeys(rates, seeds)
        )
        self.tried |= {arm: (name, None) for arm, (name, *_) in self._again.items()}

    def run(self, arm: str, seed: int, done: dict) -> Run:
        """Row, rate and seed of a cell.

        Raises:
            ValueError: Not all that decides its rate has been run.
        """
        if arm in self._again:
            name, rank, run = self._again[arm]
            return Run(name, self._two(name, done)[rank], self.chosen_on + run - 1)
        if arm in self.tried:
            return super().run(arm, seed, done)
        means, two = self.found(arm, done), self._two(arm, done)
        return Run(arm, max(sorted(two), key=means.get), seed)

    def found(self, name: str, done: dict) -> dict[float, float]:
        """How good a row was, by rate: the mean of its runs, of which there are."""
        right = {rate: [once] for rate, once in super().found(name, done).items()}
        for arm, (row, rank, _) in self._again.items():
            if row == name and done[arm]:
                right[self._two(name, done)[rank]].append(self._score(done[arm][0]))
        return {rate: statistics.mean(runs) for rate, runs in right.items()}

    def _two(self, name, done):
        """The two rates of a row whose first runs were best."""
        once = super().found(name, done)
        if len(once) < len(self._rates[name]):
            raise ValueError(
                f"{name}: which rate is best is not known before all have been run: "
                "make those cells first"
            )
        return sorted(once, key=once.get, reverse=True)[: len(PLACES)]
