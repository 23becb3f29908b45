"""Batches in turn, from threads or processes, at a position that can be kept."""

from __future__ import annotations

import weakref

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

    def __init__(self, dataset, workers: int = 0):
        """Before the first batch; nothing is read until one is asked for.

        Args:
            dataset: Grain's `MapDataset` of batches.
            workers: processes that read and decode; 0 for threads of this one.
        """
        self._dataset, self._workers = dataset, workers
        self._next, self._iterator = 0, None

    def __iter__(self) -> Batches:
        """Itself."""
        return self

    def __next__(self) -> tuple[np.ndarray, np.ndarray]:
        """The next batch.

        Raises:
            StopIteration: there is none.
            DataError: a shard is damaged or foreign.
        """
        if self._iterator is None:
            self._start()
        try:
            batch = next(self._iterator)
        except DataError:
            raise
        except RuntimeError as error:  # of a worker, which sends its traceback
            _, ours, line = str(error).rpartition("DataError: ")
            if not ours:
                raise
            raise DataError(line.strip().splitlines()[0]) from None
        self._next += 1
        # What workers send lies in memory that is shared with them, and is scarce.
        return tuple(map(np.array, batch)) if self._workers else batch

    def get_state(self) -> dict[str, int]:
        """The position, as JSON can hold it."""
        return {"batch": self._next}

    def set_state(self, state: dict[str, int]) -> None:
        """Goes on at a position that `get_state` gave.

        Raises:
            ValueError: it is none.
        """
        at = state.get("batch") if isinstance(state, dict) else None
        if type(at) is not int or not 0 <= at <= len(self._dataset):
            raise ValueError(f"{state!r} is no position in these batches")
        self.close()
        self._next = at

    def close(self) -> None:
        """Ends what reads ahead; the next batch that is asked for begins it again."""
        if self._iterator is not None:
            self._end()
            self._iterator = None

    def __enter__(self) -> Batches:
        """Itself."""
        return self

    def __exit__(self, *_) -> None:
        """Closes it."""
        self.close()

    def _start(self):
        grain = needed("grain")
        each = grain.ReadOptions(*((1, _EACH) if self._workers else (AHEAD, AHEAD)))
        found = self._dataset[self._next :].to_iter_dataset(each)
        if self._workers:
            _parse_flags()
            found = found.mp_prefetch(
                grain.MultiprocessingOptions(self._workers, _EACH)
            )
        self._iterator = iter(found)
        self._end = weakref.finalize(self, self._iterator.close)


def _parse_flags():
    """Grain's workers look at Abseil's flags, which must have been parsed before."""
    from absl import flags

    if not flags.FLAGS.is_parsed():
        flags.FLAGS.mark_as_parsed()
