"""How long calls take, as chapters 3, 4 and 8 time them: until the result is there."""

import math
import time
from collections.abc import Callable, Mapping

import jax


def in_turns(calls: Mapping[str, Callable], rounds: int = 11) -> dict[str, list[float]]:
    """Seconds of each call, `{name: [round, …]}`: a round calls each of them once.

    Whatever slows the machine for a while slows all calls of that round. Before the
    first round each is called once, which compiles it.
    """
    for call in calls.values():
        jax.block_until_ready(call())
    taken = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(_seconds(call))
    return taken


def alone(f: Callable, *args, runs: int = 5, patience: float = math.inf) -> list[float]:
    """Seconds of each run of a function, compiled and called once beforehand.

    No run begins when `patience` seconds have passed, but one there is.
    """
    f = jax.jit(f)
    jax.block_until_ready(f(*args))
    taken = []
    while len(taken) < runs and (not taken or sum(taken) < patience):
        taken.append(_seconds(f, *args))
    return taken


def _seconds(call, *args):
    began = time.perf_counter()
    jax.block_until_ready(call(*args))
    return time.perf_counter() - began
