"""How long a call takes on a device to which calls are handed without waiting."""

import math
import time
from collections.abc import Callable

import jax

STRETCH, STRETCHES = 0.02, 5  # seconds, number


def seconds_a_call(call: Callable, *operands) -> float:
    """Seconds of one call among many in a row; of several stretches the shortest.

    The first call compiles; a second says how many make up a stretch. The device has
    the next call before it is done with one, so that launching them costs no time.
    """
    jax.block_until_ready(call(*operands))
    calls = max(1, math.ceil(STRETCH / _seconds(call, operands, 1)))
    return min(_seconds(call, operands, calls) for _ in range(STRETCHES)) / calls


def _seconds(call, operands, calls):
    began = time.perf_counter()
    for _ in range(calls):
        found = call(*operands)
    jax.block_until_ready(found)
    return time.perf_counter() - began
