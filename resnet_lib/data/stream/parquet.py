"""Parquet files of images, read in turn by Hugging Face's `datasets`."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import itertools
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from resnet_lib import paths, values
from resnet_lib.data.dataset import DataError, Scale, one_line, scale_of
from resnet_lib.data.stream.batches import Batches
from resnet_lib.data.stream.cropping import Cropped, mixed
from resnet_lib.data.stream.extra import needed
from resnet_lib.data.stream.images import decode


@dataclasses.dataclass(frozen=True, eq=False)
class ParquetStream(Cropped):
    """Local Parquet files with a column of images and one of `ClassLabel`s.

    A table is read from its beginning on, so it can be shuffled only through a buffer:
    files that are sorted by class stay so, but for `buffer` images. To go on at a
    position what comes before it is read again, and every process reads all files.
    A shuffled pass ends with a pause of five seconds from `datasets` 5 on, which lets
    PyArrow's threads end, else a process may abort when it exits
    (https://github.com/apache/arrow/issues/45214). Its
    `config.SLEEP_TIME_ON_THREADS_SHUTDOWN = 0` takes the pause and the safety away.
    Shards of ArrayRecord, read by `Stream`, know none of these limits.

    Attributes:
        files: one or several, in their order; each pass shuffles them.
        size: the edge of the square that each image becomes, in pixels.
        mean: of the training set's pixels, as in `Dataset`; from another pass over it.
        std: likewise.
        augment: as in `Stream`.
        flips: as in `Dataset`.
        channels: 1 or 3.
        image: the column of images, each the content of a JPEG or PNG file.
        label: the column of labels.
        buffer: images among which the next ones are drawn; from version 5.2 on,
            `datasets` empties half of it at once before it fills it again.
        class_names: as the files have them.
        source: the first file's folder.
        shape: (n, size, size, channels) of all images.

    Raises:
        DataError: a file cannot be read, lacks a column or has other classes than the
            first, or `datasets` is not installed. Later, an image cannot be decoded, or
            has a label that is none of the classes.
        ValueError: for a size that cannot be.
    """

    files: str | os.PathLike | Sequence[str | os.PathLike]
    size: int
    mean: Scale = 0.0
    std: Scale = 1.0
    augment: bool = False
    flips: bool = True
    channels: int = 3
    image: str = "image"
    label: str = "label"
    buffer: int = 1000
    class_names: tuple[str, ...] = dataclasses.field(init=False, repr=False)
    source: str = dataclasses.field(init=False)
    shape: tuple[int, int, int, int] = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        """Reads what the files say of themselves."""
        datasets, parquet = needed("datasets"), needed("pyarrow.parquet")
        values.whole("size", self.size)
        values.whole("buffer", self.buffer)
        values.choice("channels", self.channels, 1, 3)
        scale_of(self, self.channels)
        alone = isinstance(self.files, str | os.PathLike)
        files = tuple(map(paths.expand, [self.files] if alone else self.files))
        if not files:
            raise DataError("there are no Parquet files: give the paths of some")
        counts = []
        for file in files:
            try:
                counts.append(parquet.read_metadata(file).num_rows)
            except (OSError, ValueError) as error:
                raise DataError(
                    f"{file} is no whole Parquet file: {one_line(error)}; write it "
                    "again"
                ) from None
        table = datasets.load_dataset(
            "parquet", data_files=[*map(str, files)], split="train", streaming=True
        )
        features = table.features or {}
        if self.image not in features or not hasattr(features.get(self.label), "names"):
            raise DataError(
                f"{files[0]} needs an image column {self.image!r} and a ClassLabel "
                f"column {self.label!r}, and has {', '.join(features)}: name them, or "
                "cast the labels with datasets' cast_column and write the files again"
            )
        names = tuple(features[self.label].names)
        for file in files[1:]:
            own = datasets.Features.from_arrow_schema(parquet.read_schema(file))
            if tuple(getattr(own.get(self.label), "names", ())) != names:
                raise DataError(
                    f"{file} has other classes in {self.label!r} than {files[0]}: "
                    "write both with the same ClassLabel"
                )
        table = table.select_columns([self.image, self.label])
        table = table.cast_column(self.image, datasets.Image(decode=False))
        about = [(file.name, file.stat().st_size) for file in files]
        about += [counts, scale_of(self), self.size, self.augment, self.buffer]
        about += [self.channels, self.image, self.label]
        about += [] if self.flips else ["no flips"]
        for name, value in {
            "files": files,
            "class_names": names,
            "source": files[0].resolve().parent.name,
            "shape": (sum(counts), self.size, self.size, self.channels),
            "fingerprint": hashlib.sha256(repr(about).encode()).hexdigest()[:16],
            "_table": table,
        }.items():
            object.__setattr__(self, name, value)

    def batches(
        self,
        batch_size: int,
        seed: int | None = None,
        *,
        process_index: int = 0,
        process_count: int = 1,
    ) -> Batches:
        """Batches of images `(b, h, w, c)` uint8 and labels `(b,)` int32.

        As those of `Stream.batches`, but for how they are shuffled.
        """
        place = process_index, process_count
        mine = *place, self.share(batch_size, *place)
        steps = len(self) // batch_size
        if seed is None:
            steps = -(-len(self) // batch_size)
            return Batches(lambda at: self._pass(self._table, None, at, mine), steps)
        if not steps:
            raise ValueError(
                f"batch_size={batch_size} is larger than the {len(self)} images"
            )

        def begin(at):
            shuffled = self._table.shuffle(seed=mixed(seed), buffer_size=self.buffer)
            for number in itertools.count(at // steps):
                shuffled.set_epoch(number)
                batches = self._pass(shuffled, (seed, number), at % steps, mine)
                yield from itertools.islice(batches, steps - at % steps)
                at = 0

        return Batches(begin, sys.maxsize)

    def _pass(self, table, draws, at, mine):
        """The batches of a pass from this one on; `draws` seeds what is cropped."""
        index, count, share = mine
        rows = itertools.islice(
            enumerate(table), at * share * count + index, None, count
        )

        def example(numbered):
            place, row = numbered
            found = self._decoded(row)
            if draws is None or not self.augment:
                return self.middle(found)
            return self.drawn(found, np.random.default_rng((*draws, place)))

        with concurrent.futures.ThreadPoolExecutor() as pool:
            while few := [*itertools.islice(rows, share)]:
                images, labels = zip(*pool.map(example, few), strict=True)
                yield np.stack(images), np.array(labels, np.int32)

    def _decoded(self, row):
        held, label = row[self.image], row[self.label]
        if label not in range(len(self.class_names)):
            raise DataError(
                f"an image of {self.source} has the label {label}, where classes are 0 "
                f"to {len(self.class_names) - 1}: take it out of the Parquet files"
            )
        try:
            content = held["bytes"] or Path(held["path"]).read_bytes()
            return decode(content, self.channels), label
        except (OSError, ValueError, TypeError) as error:
            name = (held or {}).get("path") or f"an image of {self.source}"
            raise DataError(
                f"{name} cannot be decoded: {one_line(error)}; take it out of the "
                "Parquet files"
            ) from None
