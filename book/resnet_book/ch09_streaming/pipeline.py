"""A pipeline whose times are known: readers that wait, and a device that computes."""

import dataclasses
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np


class Bar(NamedTuple):
    """What one part of the pipeline did, in seconds from the beginning."""

    who: str
    batch: int
    begin: float
    end: float


@dataclasses.dataclass(frozen=True)
class Timeline:
    """What was done when.

    Attributes:
        bars: of the readers and of the device.
        waits: seconds that the device waited before each step, `(steps,)`.
    """

    bars: Sequence[Bar]
    waits: Sequence[float]

    @property
    def stall(self) -> float:
        """Mean wait of a step in the second half, when the pipeline is filled."""
        late = self.waits[len(self.waits) // 2 :]
        return sum(late) / len(late)

    def until(self, batch: int) -> "Timeline":
        """The same without this batch and later ones."""
        return Timeline([bar for bar in self.bars if bar.batch < batch], self.waits)


def run(
    read: float | Sequence[float], step: float, workers: int, steps: int, ahead: int = 2
) -> Timeline:
    """A pipeline in which reading and computing are sleeps of known length.

    A sleep takes no core, as a disk that answers or an accelerator that computes take
    none.

    Args:
        read: seconds that a batch takes one reader; of each batch, or in turn.
        step: seconds of a step.
        workers: readers; 0 reads between the steps.
        steps: how many.
        ahead: batches that each reader may read before they are asked for.
    """
    reads = np.resize(read, steps)
    bars, waits, began = [], [], time.perf_counter()

    def spend(who, batch, seconds):
        begin = time.perf_counter() - began
        time.sleep(seconds)
        bars.append(Bar(who, batch, begin, time.perf_counter() - began))

    names = {}

    def fetch(batch):
        me = names.setdefault(threading.get_ident(), f"reader {len(names) + 1}")
        spend(me, batch, reads[batch])

    with ThreadPoolExecutor(max(1, workers)) as pool:
        asked, most = [], workers * ahead
        for batch in range(steps):
            asked_at = time.perf_counter()
            if not workers:
                spend("reader 1", batch, reads[batch])
            else:
                while len(asked) < min(batch + 1 + most, steps):
                    asked.append(pool.submit(fetch, len(asked)))
                asked[batch].result()
            waits.append(time.perf_counter() - asked_at)
            spend("device", batch, step)
    return Timeline(bars, waits)
