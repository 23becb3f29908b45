"""What the record `optimisers` says: each optimiser against SGD, in pairs of seeds."""

from collections.abc import Mapping

import numpy as np

from resnet_book.experiments.statistics import LEAST, Difference, by_seed, together


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


def chosen(tried: Mapping[str, Mapping[str, float]]) -> tuple[float, float]:
    """Rate and decay with the most held-out images right; `tried` by decay and rate."""
    right = {
        (float(rate), float(decay)): value
        for decay, some in tried.items()
        for rate, value in some.items()
    }
    return max(right, key=right.get)


def at_the_edge(found: Mapping[str, dict]) -> str:
    """Which optimisers chose the smallest or largest that was tried, as a list."""
    said = []
    for name, of in found.items():
        decays = {float(decay) for decay in of["tried"]}
        rates = {float(rate) for some in of["tried"].values() for rate in some}
        for what, one, values in zip(
            ("rate", "decay"), chosen(of["tried"]), (rates, decays), strict=True
        ):
            ends = {min(values): "smallest", max(values): "largest"}
            if one in ends:
                said.append(f"{name} (the {ends[one]} {what})")
    return " and ".join(said) or "none"


def rows(found: Mapping[str, dict], compared: Mapping) -> list[tuple]:
    """Optimiser, rate, decay, number of seeds, mean accuracy, difference."""
    return [_row(name, of, compared) for name, of in found.items()]


def _row(name, of, compared):
    if not of["seeds"]:
        return (name, "", "", 0, "", "")
    right = [run["test"] for run in of["seeds"].values()]
    difference = compared.get(name) or ("no interval" if name in compared else "")
    pair = (f"{value:g}" for value in chosen(of["tried"]))
    return (name, *pair, len(right), float(np.mean(right)), str(difference))


def _sentence(name, difference):
    if difference is None:
        return (
            f"{name} against SGD: undecided, for fewer than {LEAST} seeds are recorded."
        )
    words = {"larger": "better than SGD", "smaller": "worse than SGD"}
    found = words.get(difference.verdict, "undecided against SGD")
    return f"{name} is {found}: {difference} points."
