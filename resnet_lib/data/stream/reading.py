"""The records of a split, decoded, by their place."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np

from resnet_lib.data.dataset import DataError, one_line
from resnet_lib.data.stream import images, index, records
from resnet_lib.data.stream.extra import needed


@dataclasses.dataclass(frozen=True)
class _Part:
    """A file of records, as ArrayRecord wants it told: nothing is opened before."""

    filename: str
    take: int
    examples_in_shard: int
    skip: int = 0


class Records:
    """Images `(h, w, c)` and labels by their place in a split, as Grain takes them.

    It travels to workers, which open the shards for themselves.
    """

    def __init__(self, folder: Path, found: index.Index, split: str):
        """Opens nothing yet."""
        self.classes, self.channels = len(found.class_names), found.channels
        self.parts = [
            _Part(str(folder / shard.name), shard.images, shard.images)
            for shard in found.splits[split]
        ]
        self.source = needed("grain").sources.ArrayRecordDataSource(self.parts)

    def __len__(self) -> int:
        """The number of images."""
        return len(self.source)

    def __getitem__(self, place: int) -> tuple[np.ndarray, np.int32]:
        """An image, uint8, and its label.

        Raises:
            DataError: the record cannot be read.
        """
        try:
            content, label = records.unpack(self.source[place], self.classes)
            return images.decode(content, self.channels), np.int32(label)
        except (RuntimeError, ValueError, IndexError) as error:
            raise DataError(self._fault(place, error)) from None

    def _fault(self, place, error):
        for part in self.parts:
            if place < part.take:
                break
            place -= part.take
        path = Path(part.filename)
        return (
            f"{path} is damaged or foreign at record {place}: {one_line(error)}; "
            f"delete it and {index.again(path.parent)}"
        )
