"""A data set in shards, where one in memory would stand."""

from __future__ import annotations

import dataclasses
import hashlib
import os

from resnet_lib import paths, values
from resnet_lib.data.dataset import DataError, Scale
from resnet_lib.data.stream import index
from resnet_lib.data.stream.batches import Batches, of_grain
from resnet_lib.data.stream.cropping import SHARED, Cropped, mixed
from resnet_lib.data.stream.extra import needed
from resnet_lib.data.stream.reading import Records


@dataclasses.dataclass(frozen=True, eq=False)
class Stream(Cropped):
    """One split of a data set in shards; `fit` and `evaluate` take it as a `Dataset`.

    Images are read and decoded when their turn comes, a few batches ahead, so that
    memory holds as little of a large data set as of a small one. Opening one looks at
    the index and at the sizes of the shards; `verify` reads them all.

    Attributes:
        folder: what `python -m resnet_lib.data shards` has made.
        split: such as `"train"`.
        size: the edge of the square that each image becomes, in pixels; None for images
            as they are, which must then be of one size.
        augment: crop at random and mirror at random, where `flips` allows it, rather
            than crop the middle; for training.
        workers: processes that read and decode; 0 for threads of this one, which
            suffice until decoding keeps a core busy.
        class_names: in the order of the labels.
        mean: as in `Dataset`; it is the training split's, before cropping.
        std: likewise.
        flips: likewise.
        source: likewise.
        shape: (n, h, w, c) of all images, after cropping.

    Raises:
        DataError: there are no finished shards, one is missing, truncated or foreign,
            there is no such split, or `grain` is not installed.
        ValueError: for a size that cannot be.
    """

    folder: str | os.PathLike
    split: str = "train"
    size: int | None = None
    augment: bool = False
    workers: int = 0
    class_names: tuple[str, ...] = dataclasses.field(init=False, repr=False)
    mean: Scale = dataclasses.field(init=False, repr=False)
    std: Scale = dataclasses.field(init=False, repr=False)
    flips: bool = dataclasses.field(init=False, repr=False)
    source: str = dataclasses.field(init=False)
    shape: tuple[int, int, int, int] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Reads the index, and looks at the shards."""
        needed("grain")
        folder = paths.expand(self.folder)
        found = index.read(folder)
        if self.split not in found.splits:
            known = ", ".join(found.splits)
            raise DataError(f"{folder} has no split {self.split!r}: choose {known}")
        for shard in found.splits[self.split]:
            shard.check(folder)
        if self.size is not None:
            values.whole("size", self.size)
        elif self.augment:
            raise ValueError("augment=True crops at random: give the size to crop to")
        elif found.shape is None:
            raise DataError(
                f"the images in {folder} are of different sizes: give size, the edge "
                "in pixels of the square that each becomes"
            )
        values.whole("workers", self.workers, 0)
        count = sum(shard.images for shard in found.splits[self.split])
        h, w = found.shape if self.size is None else (self.size, self.size)
        given = {name: getattr(found, name) for name in SHARED}
        given |= {"shape": (count, h, w, found.channels)}
        given |= {"folder": folder, "_index": found}
        for name, value in given.items():
            object.__setattr__(self, name, value)

    @property
    def fingerprint(self) -> str:
        """A digest of the images, and of what is done to them before they come."""
        about = f"{self._index.fingerprint(self.split)} {self.size} {self.augment}"
        return hashlib.sha256(about.encode()).hexdigest()[:16]

    def verify(self) -> None:
        """Reads every shard of every split.

        Raises:
            DataError: a bit is not as it was written.
        """
        self._index.verify(self.folder)

    def batches(
        self,
        batch_size: int,
        seed: int | None = None,
        *,
        process_index: int = 0,
        process_count: int = 1,
    ) -> Batches:
        """Batches of images `(b, h, w, c)` uint8 and labels `(b,)` int32.

        Args:
            batch_size: of all processes together; each gets its equal part.
            seed: of an endless sequence, shuffled anew for each pass, which leaves out
                what would fill no batch; crops and mirror images follow from it too.
                None for one pass in order, the last batch as large as what is left.
            process_index: which process this is, from 0.
            process_count: how many share the images, none of them twice.

        Raises:
            ValueError: the batch is larger than the data set, or cannot be shared out.
        """
        share = self.share(batch_size, process_index, process_count)
        found = needed("grain").MapDataset.source(
            Records(self.folder, self._index, self.split)
        )
        if seed is None:
            found = found.map(self.middle)[process_index::process_count]
            found = found.batch(share)
            return of_grain(found, self.workers)
        steps = len(self) // batch_size
        if not steps:
            raise ValueError(
                f"batch_size={batch_size} is larger than the {len(self)} images of "
                f"{self.split}"
            )
        found = found.seed(mixed(seed)).shuffle()
        drawn = found.random_map(self.drawn) if self.augment else found.map(self.middle)
        mine = drawn[process_index : steps * batch_size : process_count]
        found = mine.batch(share, drop_remainder=True).repeat()
        return of_grain(found, self.workers)
