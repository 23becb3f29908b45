"""In which order images come: shuffled as a whole, or through a buffer."""

from __future__ import annotations

import dataclasses
import itertools
import sys
from collections.abc import Iterable, Iterator

import numpy as np

from resnet_lib.data.dataset import Dataset
from resnet_lib.data.stream import Batches
from resnet_lib.data.stream.cropping import SHARED, Cropped


def buffered(items: Iterable, size: int, rng: np.random.Generator) -> Iterator:
    """The items as a shuffle buffer gives them.

    The buffer holds the first `size` of them. Each time one of those it holds is drawn,
    and the next item takes its place; at the end, what is left comes in random order.

    Args:
        items: read once, from the beginning on.
        size: how many are held, from 1.
        rng: decides every draw.
    """
    items = iter(items)
    held = [*itertools.islice(items, size)]
    for item in items:
        place = rng.integers(len(held))
        yield held[place]
        held[place] = item
    rng.shuffle(held)
    yield from held


def by_class(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Places of images in shards of one class each, `(n,)`, the shards shuffled."""
    classes = rng.permutation(np.unique(labels))
    return np.concatenate([np.flatnonzero(labels == one) for one in classes])


def drawn(labels: np.ndarray, buffer: int | None, rng: np.random.Generator):
    """Places of images as a pass gives them, `(n,)`.

    Args:
        labels: of all images, `(n,)`.
        buffer: images in the buffer behind shards of one class each; None for a
            shuffle of all places.
        rng: decides every draw.
    """
    if buffer is None:
        return rng.permutation(len(labels))
    return np.fromiter(buffered(by_class(labels, rng), buffer, rng), int, len(labels))


def classes_per_batch(labels: np.ndarray, batch: int) -> np.ndarray:
    """How many classes each whole batch holds, `(steps,)`.

    Args:
        labels: in the order in which they come, `(n,)`.
        batch: images in each.
    """
    whole = labels[: len(labels) // batch * batch].reshape(-1, batch)
    return np.array([len(np.unique(one)) for one in whole])


def expected_classes(sizes: list[int], buffer: int, batch: int) -> np.ndarray:
    """How many classes a batch holds on average, by the place of its first image.

    The buffer's mean content follows n_c ← n_c (1 − 1/B) + [the image read is of c].
    Of a batch of b images drawn with shares p_c = n_c/B, Σ_c 1 − (1 − p_c)^b classes
    are expected; that the content changes within a batch is left out.

    Args:
        sizes: images of each class, in the order of their shards.
        buffer: B, in images.
        batch: b, in images.

    Returns:
        `(steps,)`.
    """
    ends = np.cumsum(sizes)
    held = np.diff(np.minimum(ends, buffer), prepend=0).astype(float)
    total, found = int(ends[-1]), []
    for place in range(total):
        if place % batch == 0 and place + batch <= total:
            share = held / held.sum()
            found.append((1 - (1 - share) ** batch).sum())
        held -= held / held.sum()
        if place + buffer < total:
            held[np.searchsorted(ends, place + buffer, side="right")] += 1
    return np.array(found)


@dataclasses.dataclass(frozen=True, eq=False)
class Ordered(Cropped):
    """Images in memory that `fit` takes in the order that shards would give.

    Attributes:
        images: all of them, with labels.
        buffer: as in `drawn`.
    """

    images: Dataset
    buffer: int | None
    size = None

    def __post_init__(self) -> None:
        """Says what the images say of themselves."""
        for name in SHARED:
            object.__setattr__(self, name, getattr(self.images, name))
        object.__setattr__(self, "shape", self.images.images.shape)

    def batches(self, batch_size, seed=None, *, process_index=0, process_count=1):
        """Batches without end, for one process; in their own order without a seed."""

        def begin(at):
            yield from itertools.islice(self._all(batch_size, seed), at, None)

        return Batches(begin, sys.maxsize)

    def order(self, rng: np.random.Generator) -> np.ndarray:
        """Places of the images in a pass, `(n,)`."""
        return drawn(self.images.labels, self.buffer, rng)

    def _all(self, batch_size, seed):
        labels, rng = self.images.labels, np.random.default_rng(seed)
        while True:
            order = np.arange(len(labels)) if seed is None else self.order(rng)
            for first in range(0, len(order) - batch_size + 1, batch_size):
                rows = order[first : first + batch_size]
                yield self.images.images[rows], labels[rows].astype(np.int32)
