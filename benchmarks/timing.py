"""Ratios that two noisy cores cannot fool: contenders take turns; medians compare."""

import statistics
import time

BUDGET = 60.0  # seconds a row, compilation aside
ROUNDS = (3, 15)  # at least, at most


def alternate(contenders: dict, budget: float = BUDGET) -> dict[str, list[float]]:
    """Seconds of each call, `{name: [round, …]}`: every round calls each one once.

    Whatever slows the machine for a while slows all contenders of that round.

    Args:
        contenders: Functions of nothing that return when their work is done. Each is
            called twice before the clock starts, which compiles it.
        budget: Seconds to spend on the rounds, within the limits of `ROUNDS`.
    """
    seconds = {name: [] for name in contenders}
    for call in contenders.values():
        call()
        call()
    began = time.perf_counter()
    for number in range(ROUNDS[1]):
        if number >= ROUNDS[0] and time.perf_counter() - began > budget:
            break
        for name, call in contenders.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
    return seconds


def summarise(seconds: dict[str, list[float]], ours: str = "ours") -> dict[str, dict]:
    """Median milliseconds of each contender, and its time over ours.

    Returns:
        For each name `ms`, `ratio` (the median of each round's ratio; above 1 is slower
        than ours), and `low` and `high`, the quartiles of the ratio.
    """
    table = {}
    for name, values in seconds.items():
        ratios = [a / b for a, b in zip(values, seconds[ours], strict=True)]
        low, middle, high = statistics.quantiles(ratios, n=4, method="inclusive")
        table[name] = {
            "ms": round(1e3 * statistics.median(values), 2),
            "ratio": round(middle, 3),
            "low": round(low, 3),
            "high": round(high, 3),
        }
    return table
