"""Batches in turn, from threads or processes, at a position that can be kept."""

from __future__ import annotations

import contextlib
import weakref
from collections.abc import Callable, Generator

import numpy as np

from resnet_lib.data.dataset import DataError
from resnet_lib.data.stream.extra import needed

AHEAD = 8  # batches that are read before they are asked for, each by a thread
_EACH = 2  # the same, of each worker


class Batches:
    """An iterator over batches: images `(b, h, w, c)` uint8 and labels `(b,)` int32.

    Its position is the number of the next batch. So it is the same for any number of
    workers and of processes, and what comes next is the same to the last bit.

    `close`, or `with`, ends the workers; so does the end of the program.
    """

    def __init__(self, begin: Callable[[int], Generator], count: int):
        """Before the first batch; nothing is read until one is asked for.

        Args:
            begin: reads the batches from this one on.
            count: how many there are.
        """
        self._begin, self._count = begin, count
        self._next, self._reader = 0, None

    def __iter__(self) -> Batches:
        """Itself."""
        return self

    def __next__(self) -> tuple[np.ndarray, np.ndarray]:
        """The next batch.

        Raises:
            StopIteration: there is none.
            DataError: a shard is damaged or foreign.
        """
        if self._reader is None:
            self._reader = self._begin(self._next)
            self._end = weakref.finalize(self, self._reader.close)
        try:
            batch = next(self._reader)
        except DataError:
            raise
        except RuntimeError as error:  # of a worker, which sends its traceback
            _, ours, line = str(error).rpartition("DataError: ")
            if not ours:
                raise
            raise DataError(line.strip().splitlines()[0]) from None
        self._next += 1
        return batch

    def get_state(self) -> dict[str, int]:
        """The position, as JSON can hold it."""
        return {"batch": self._next}

    def set_state(self, state: dict[str, int]) -> None:
        """Goes on at a position that `get_state` gave.

        Raises:
            ValueError: it is none.
        """
        at = state.get("batch") if isinstance(state, dict) else None
        if type(at) is not int or not 0 <= at <= self._count:
            raise ValueError(f"{state!r} is no position in these batches")
        self.close()
        self._next = at

    def close(self) -> None:
        """Ends what reads ahead; the next batch that is asked for begins it again."""
        if self._reader is not None:
            self._end()
            self._reader = None

    def __enter__(self) -> Batches:
        """Itself."""
        return self

    def __exit__(self, *_) -> None:
        """Closes it."""
        self.close()


def of_grain(dataset, workers: int = 0) -> Batches:
    """The batches of Grain's `MapDataset`.

    Args:
        dataset: its elements are the batches.
        workers: processes that read and decode; 0 for threads of this one.
    """

    def begin(at):
        grain = needed("grain")
        each = grain.ReadOptions(*((1, _EACH) if workers else (AHEAD, AHEAD)))
        found = dataset[at:].to_iter_dataset(each)
        if workers:
            _parse_flags()
            found = found.mp_prefetch(grain.MultiprocessingOptions(workers, _EACH))
        with contextlib.closing(iter(found)) as reader:
            for batch in reader:
                # What workers send lies in memory shared with them, which is scarce.
                yield tuple(map(np.array, batch)) if workers else batch

    return Batches(begin, len(dataset))


def _parse_flags():
    """Grain's workers look at Abseil's flags, which must have been parsed before."""
    from absl import flags

    if not flags.FLAGS.is_parsed():
        flags.FLAGS.mark_as_parsed()
