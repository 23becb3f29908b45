"""Chapter 5's project: ResNet-1202 for a hundred steps, beside 110 layers."""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from resnet_book.ch05_stages.experiments import resnet1202

LAST = 10
"""Steps at the end of a run whose mean loss counts."""
STAY = ("depths", "widths", "stem", "scan", "in_channels")
"""Fields of the configuration that are the same in every run."""


def beside_110_layers(rate: float | Callable, seeds: int = 3, **changes) -> None:
    """Trains ResNet-1202 as you say, and prints its last losses beside 110 layers'.

    A run is one of the chapter's first figure: a hundred steps on batches of 16
    images. Both networks of a seed see the same batches.

    Args:
        rate: Learning rate: a number, or a function of the step, from 0 on, that JAX
            can trace.
        seeds: How many, from 0 on.
        **changes: Fields of `ResNetConfig`, all but those of `STAY`.

    Raises:
        ValueError: For a field that stays, and for a run that the figure shows.
    """
    if found := [name for name in STAY if name in changes]:
        raise ValueError(f"leave out {' and '.join(found)}: {', '.join(STAY)} stay")
    for arm, (blocks, shown, changed) in resnet1202.RUNS.items():
        same = blocks == resnet1202.DEEP and changed == changes
        if same and _is_constant(rate, shown):
            raise ValueError(f"the figure shows this run: {arm}")
    below = 0
    for seed in range(seeds):
        theirs, mine = _of_110_layers(seed), _of_yours(seed, rate, changes)
        print(f"seed {seed}: 110 layers {theirs:.2f} nats, yours {mine:.2f}")
        below += mine < theirs
    print(f"yours is below for {below} of {seeds} seeds")


def last_loss(losses: list[float | None]) -> float:
    """Mean loss of the last steps, in nats; infinite where one was not finite."""
    last = losses[-LAST:]
    return float("inf") if None in last else float(np.mean(last))


def _is_constant(rate, value):
    given = [rate(i) if callable(rate) else rate for i in range(resnet1202.STEPS)]
    return bool((np.float32(given) == np.float32(value)).all())


@functools.cache
def _of_110_layers(seed):
    return last_loss(resnet1202.train("110 layers", seed, resnet1202.STEPS)["loss"])


def _of_yours(seed, rate, changes):
    resnet1202.RUNS["yours"] = resnet1202.DEEP, rate, changes
    try:
        return last_loss(resnet1202.train("yours", seed, resnet1202.STEPS)["loss"])
    finally:
        del resnet1202.RUNS["yours"]
