"""What the record `optimisers` says: each optimiser against SGD, in pairs of seeds."""

from collections.abc import Mapping

import numpy as np

from resnet_book.experiments.statistics import LEAST, Difference, by_seed, together
from resnet_book.powers import scientific


def against(first: str, found: Mapping[str, dict]) -> dict[str, Difference | None]:
    """Differences in test accuracy from the first, paired; None below `LEAST` seeds.

    Intervals hold `together`.
    """
    others = [name for name in found if name != first]
    right = {
        name: {seed: run["test"] for seed, run in of["seeds"].items()}
        for name, of in found.items()
    }
    level = together(len(others))
    return {name: by_seed(right[first], right[name], level) for name in others}


def verdict(compared: Mapping[str, Difference | None]) -> str:
    """What the intervals allow to be said, as sentences."""
    return " ".join(_sentence(*item) for item in compared.items())


def chosen(of: Mapping) -> tuple[float, float]:
    """Rate and decay with which an optimiser's seeds ran.

    It need not have the most right of all that were tried: only the two best pairs of
    the first runs have more than one.
    """
    [pair] = {(run["rate"], run["decay"]) for run in of["seeds"].values()}
    return pair


def lost_above(of: Mapping) -> float:
    """Points lost at the next larger rate than the chosen one, with its decay.

    nan where none was tried.
    """
    rate, decay = chosen(of)
    (some,) = (some for tried, some in of["tried"].items() if float(tried) == decay)
    right = {float(one): value for one, value in some.items()}
    above = min((one for one in right if one > rate), default=None)
    return float("nan") if above is None else right[rate] - right[above]


def at_the_edge(found: Mapping[str, dict]) -> str:
    """Which optimisers chose the smallest or largest that was tried, as sentences."""
    said = []
    for name, of in found.items():
        decays = {float(decay) for decay in of["tried"]}
        rates = {float(rate) for some in of["tried"].values() for rate in some}
        for what, one, values in zip(
            ("rate", "decay"), chosen(of), (rates, decays), strict=True
        ):
            ends = {min(values): "smallest", max(values): "largest"}
            if one in ends:
                said.append(f"{name} (the {ends[one]} {what})")
    if not said:
        return "No choice lies at the edge of what was tried."
    return (
        f"At the edge of what was tried lies the choice of {' and '.join(said)}. "
        "A value further out might do better still."
    )


def rows(found: Mapping[str, dict], compared: Mapping) -> list[tuple]:
    """Optimiser, rate, decay, number of seeds, mean accuracy, difference."""
    return [_row(name, of, compared) for name, of in found.items()]


def _row(name, of, compared):
    right = [run["test"] for run in of["seeds"].values()]
    difference = compared.get(name) or ("no interval" if name in compared else "")
    rate, decay = chosen(of)
    pair = f"{rate:g}", f"{decay:g}" if decay >= 1e-3 else scientific(decay, 0)
    return (name, *pair, len(right), float(np.mean(right)), str(difference))


def _sentence(name, difference):
    if difference is None:
        return (
            f"{name} against SGD: undecided, for fewer than {LEAST} seeds are recorded."
        )
    words = {"larger": "better than SGD", "smaller": "worse than SGD"}
    found = words.get(difference.verdict, "undecided against SGD")
    return f"{name} is {found}: {difference} points."
