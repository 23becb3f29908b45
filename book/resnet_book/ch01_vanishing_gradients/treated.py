"""What the treatments of plain-56 did, against plain-56 as it is."""

import dataclasses

import numpy as np

from resnet_book.experiments.statistics import Difference, by_seed, together
from resnet_book.names import title
from resnet_book.tables import Rows

WHOLE = "plain56"
LAST = 10
"""Windows at the end of a run over which the loss is averaged."""


@dataclasses.dataclass(frozen=True)
class Treated:
    """One network or treatment.

    Attributes:
        name: Of the arm.
        tried: Loss at the end (nats) by learning rate, of the seed that chooses; None
            where it was not finite.
        losses: Loss at the end of each other seed, with the best of the rates.
        coherence: Mean cosine between the gradients of batches at the start, over the
            layers that have a gradient; of each of those seeds, if there is any.
        difference: Of the mean loss from plain-56's, paired; None below `LEAST` seeds.
    """

    name: str
    tried: dict[float, float | None]
    losses: list[float]
    coherence: list[float]
    difference: Difference | None

    @property
    def best(self) -> tuple[float, float]:
        """The rate that is chosen, and its loss."""
        finite = {rate: loss for rate, loss in self.tried.items() if loss is not None}
        rate = min(finite, key=finite.get)
        return rate, finite[rate]

    @property
    def bracketed(self) -> bool:
        """Whether rates below and above the best were tried."""
        return min(self.tried) < self.best[0] < max(self.tried)


def treated(results: dict) -> list[Treated]:
    """All whose rates are chosen, lowest loss first; `results` of the record.

    Intervals hold `together`.
    """
    runs = {
        name: {int(seed): run for seed, run in seeds.items()}
        for name, seeds in results["runs"].items()
    }
    found = [
        _treated(name, tried, runs[name], runs[WHOLE], together(len(runs) - 1))
        for name, tried in results["tried"].items()
        if len(tried) >= 3
    ]
    return sorted(found, key=lambda one: one.best[1])


def table(found: list[Treated]) -> Rows:
    """Rate, loss at the end, its change, agreement at the start; means."""
    columns = ("", "rate", "loss, nats", f"minus {title(WHOLE)}", "agreement")
    rows = [
        (
            title(one.name),
            f"{one.best[0]:g}",
            f"{np.mean(one.losses or [np.nan]):.2f}",
            str(one.difference or ""),
            _spread(one.coherence) if one.coherence else "",
        )
        for one in found
    ]
    return Rows(columns, rows)


def gap(a: dict[str, float], b: dict[str, float]) -> str:
    """B − a over the seeds that both have, as prose gives it.

    An interval from `LEAST` seeds on, and the differences themselves below that.
    """
    if found := by_seed(a, b):
        return str(found)
    each = ", ".join(
        f"{b[seed] - a[seed]:+.1f}" for seed in sorted(a.keys() & b.keys())
    )
    return f"{each} (too few seeds for an interval)"


def final_loss(run: dict) -> float:
    """The mean loss of the last windows; infinite where it was not finite."""
    last = run["loss"][-LAST:]
    return float(np.mean(last)) if None not in last else float("inf")


def _treated(name, tried, runs, whole, level):
    ends = {seed: final_loss(run) for seed, run in sorted(runs.items())}
    of_whole = {seed: final_loss(run) for seed, run in whole.items()}
    tried = {float(rate): loss for rate, loss in tried.items()}
    starts = [
        [c for c in run["coherence"][0] if c is not None] for run in runs.values()
    ]
    return Treated(
        name,
        tried,
        list(ends.values()),
        [float(np.mean(start)) for start in starts if start],
        None if name == WHOLE else by_seed(of_whole, ends, level),
    )


def _spread(values: list[float]) -> str:
    ends = f"{min(values):.3f} to {max(values):.3f}"
    return f"{np.mean(values):.3f} ({ends})".replace(" ", "\u00a0")
