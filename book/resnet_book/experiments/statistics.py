"""What a handful of seeds can say: intervals of paired differences, or "undecided"."""

import dataclasses
import math
from collections.abc import Mapping, Sequence

import numpy as np
from scipy import stats

LEAST = 5
"""Seeds below which no interval is given."""


@dataclasses.dataclass(frozen=True)
class Difference:
    """A mean difference over n pairs, and where the true one lies.

    Attributes:
        mean: b̄ − ā.
        low: Lower end of the interval.
        high: Upper end.
        n: Pairs.
        level: Share of such intervals that hold the true difference.
    """

    mean: float
    low: float
    high: float
    n: int
    level: float

    @property
    def verdict(self) -> str:
        """`"larger"`, `"smaller"`, or `"undecided"` where the interval holds 0."""
        if self.low <= 0 <= self.high:
            return "undecided"
        return "larger" if self.mean > 0 else "smaller"

    def __str__(self) -> str:
        """As prose gives it: minus signs, and an n that no line break parts."""
        ends = f"{self.low:+.2f} to {self.high:+.2f}"
        return f"{self.mean:+.2f} ({ends}, n\u00a0=\u00a0{self.n})".replace("-", "−")


def paired(a: Sequence[float], b: Sequence[float], level: float = 0.95) -> Difference:
    """B − a over pairs, with Student's interval d̄ ± t·s/√n.

    Args:
        a: One value per seed.
        b: The other arm's, of the same seeds in the same order.
        level: Of confidence.

    Raises:
        ValueError: For fewer than `LEAST` pairs, or sequences of two lengths.
    """
    d = _differences(a, b)
    half = stats.t.ppf((1 + level) / 2, len(d) - 1) * d.std(ddof=1) / math.sqrt(len(d))
    return Difference(d.mean(), d.mean() - half, d.mean() + half, len(d), level)


def by_seed(
    a: Mapping[str, float], b: Mapping[str, float], level: float = 0.95
) -> Difference | None:
    """As `paired`, over the seeds that both have; None for fewer than `LEAST`."""
    both = sorted(a.keys() & b.keys())
    if len(both) < LEAST:
        return None
    return paired([a[seed] for seed in both], [b[seed] for seed in both], level)


def together(count: int, level: float = 0.95) -> float:
    """The level of each of m intervals that all hold with probability `level`.

    1 − (1 − `level`)/m (Bonferroni), whatever they have to do with each other.
    """
    return 1 - (1 - level) / count


def seeds_needed(
    sd: float, difference: float, power: float = 0.8, level: float = 0.95
) -> int:
    """Pairs with which a true difference is found with probability `power`.

    The smallest n for which Student's test on n pairs whose difference has standard
    deviation `sd` has that power.

    Raises:
        ValueError: For an sd or a difference that is not above 0.
    """
    if not (sd > 0 and difference > 0):
        raise ValueError(f"sd={sd:g}, difference={difference:g}: both must be above 0")
    for n in range(2, 100_000):
        critical = stats.t.ppf((1 + level) / 2, n - 1)
        shift = difference / sd * math.sqrt(n)
        reached = stats.nct.sf(critical, n - 1, shift)
        if reached + stats.nct.cdf(-critical, n - 1, shift) >= power:
            return n
    raise ValueError(f"a difference of {difference:g} needs over 100,000 pairs")


def _differences(a, b):
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"pairs are needed: {a.shape} against {b.shape}")
    if len(a) < LEAST:
        raise ValueError(f"{len(a)} seeds: an interval needs at least {LEAST}")
    return b - a
