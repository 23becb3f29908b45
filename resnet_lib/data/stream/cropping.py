"""What streams have in common: their images become squares of one size."""

from __future__ import annotations

import itertools

import numpy as np

from resnet_lib import values
from resnet_lib.data.dataset import Dataset
from resnet_lib.data.stream.images import centre_crop, flip, random_resized_crop

SHARED = ("class_names", "mean", "std", "flips", "source")
"""What a stream says in the words of a `Dataset`."""


class Cropped:
    """A stream with `shape`, `size`, `flips` and `batches`."""

    def __len__(self) -> int:
        """The number of images."""
        return self.shape[0]

    def head(self, count: int) -> Dataset:
        """The first `count` images, in memory, cropped as for evaluation."""
        size, count = min(count, 256), min(count, len(self))
        with self.batches(size) as batches:
            found = [*itertools.islice(batches, -(-count // size))]
        arrays = (np.concatenate(part)[:count] for part in zip(*found, strict=True))
        return Dataset(*arrays, **{name: getattr(self, name) for name in SHARED})

    def share(self, batch_size: int, process_index: int, process_count: int) -> int:
        """How many images of a batch each process gets.

        Raises:
            ValueError: it cannot be shared out, or there is no such process.
        """
        values.whole("batch_size", batch_size)
        values.whole("process_count", process_count)
        values.whole("process_index", process_index, 0, process_count - 1)
        if batch_size % process_count:
            raise ValueError(
                f"batch_size={batch_size} does not divide over {process_count} "
                "processes: choose a multiple"
            )
        return batch_size // process_count

    def middle(self, example):
        """An image `(h, w, c)` cropped in its middle, if at all, and its label."""
        image, label = example
        if self.size is not None:
            image = centre_crop(image, self.size)
        return image, label

    def drawn(self, example, rng: np.random.Generator):
        """An image `(h, w, c)` cropped and mirrored at random, and its label."""
        image, label = example
        image = random_resized_crop(rng, image, self.size)
        return (flip(rng, image) if self.flips else image), label


def mixed(seed: int) -> int:
    """A seed far from its neighbours': passes are told apart by adding their number."""
    return int(np.random.SeedSequence(seed).generate_state(1)[0])
