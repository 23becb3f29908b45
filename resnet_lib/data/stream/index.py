"""What a folder of shards holds: `index.json`, written when all of them are whole."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

from resnet_lib import files
from resnet_lib.data.dataset import DataError, Scale, one_line, scale_of

NAME = "index.json"
FORMAT = 1  # grows when what shards or their index hold becomes another
_ANEW = "make the shards anew with python -m resnet_lib.data shards, in another folder"


@dataclasses.dataclass(frozen=True)
class Shard:
    """One file of records.

    Attributes:
        name: of the file.
        images: how many records it has.
        bytes: its size.
        sha256: of its content.
    """

    name: str
    images: int
    bytes: int
    sha256: str

    def check(self, folder: Path, whole: bool = False) -> None:
        """Raises DataError unless the file is there and of its size.

        Args:
            folder: where it lies.
            whole: read it, and compare its digest too.
        """
        path = folder / self.name
        try:
            found = path.stat().st_size
            if found == self.bytes and not (
                whole and files.sha256(path) != self.sha256
            ):
                return
        except OSError as error:
            raise DataError(
                f"cannot read {path}: {one_line(error)}; {again(folder)}"
            ) from None
        if found < self.bytes:
            what = f"is truncated: {found:,} of {self.bytes:,} bytes are there"
        else:
            what = f"is not the shard that {NAME} tells of"
        raise DataError(f"{path} {what}; delete it and {again(folder)}")


@dataclasses.dataclass(frozen=True)
class Index:
    """A data set in shards; `mean`, `std` and `flips` are as in `Dataset`.

    Attributes:
        source: where the images are from.
        plan: digest of what the shards were made of.
        class_names: in the order of the labels.
        channels: 1 or 3.
        shape: (h, w) of every image, or None where they differ.
        mean: of the training set's pixels, as fractions of 255; one number, or one per
            channel.
        std: their standard deviation, likewise.
        flips: whether a mirror image is of its class too.
        skipped: the files that could not be decoded and were left out.
        splits: the shards of each split, in their order.
    """

    source: str
    plan: str
    class_names: tuple[str, ...]
    channels: int
    shape: tuple[int, int] | None
    mean: Scale
    std: Scale
    flips: bool
    skipped: tuple[str, ...]
    splits: dict[str, tuple[Shard, ...]]

    def write(self, folder: Path) -> None:
        """Puts the index into the folder, whole or not at all."""
        about = {"format": FORMAT, **dataclasses.asdict(self)}
        files.write(folder / NAME, files.to_json(about, 1) + "\n")

    def fingerprint(self, split: str) -> str:
        """A digest of a split: of its images, and by what they are normalised."""
        parts = [self.mean, self.std, self.class_names, self.channels]
        parts += [shard.sha256 for shard in self.splits[split]]
        return hashlib.sha256(files.to_json(parts).encode()).hexdigest()[:16]

    def verify(self, folder: Path) -> None:
        """Reads every shard, and raises DataError unless each bit is as written."""
        for shards in self.splits.values():
            for shard in shards:
                shard.check(folder, whole=True)


def read(folder: Path) -> Index:
    """The index of a folder of shards.

    Raises:
        DataError: there is none, or it is not one of this version's.
    """
    path = folder / NAME
    try:
        with files.open_plain(path) as file:
            about = json.loads(file.read())
    except FileNotFoundError:
        raise DataError(
            f"{folder} holds no finished shards ({NAME} is missing): make them with "
            f"python -m resnet_lib.data shards SOURCE {folder}"
        ) from None
    except (OSError, ValueError) as error:
        raise DataError(f"cannot read {path}: {one_line(error)}; {_ANEW}") from None
    try:
        if about.pop("format") != FORMAT:
            raise ValueError("of another version")
        about["splits"] = {
            split: tuple(Shard(**shard) for shard in shards)
            for split, shards in about["splits"].items()
        }
        for name in ("class_names", "skipped", "shape", "mean", "std"):
            if isinstance(about[name], list):
                about[name] = tuple(about[name])
        index = Index(**about)
        scale_of(index, index.channels)
        for shards in index.splits.values():
            if any(Path(shard.name).name != shard.name for shard in shards):
                raise ValueError("a shard that lies elsewhere")
    except (ValueError, TypeError, KeyError, AttributeError):
        raise DataError(f"{path} is not one of this version's; {_ANEW}") from None
    return index


def again(folder: Path) -> str:
    """What to do about a shard that is no longer there or whole, in words."""
    return f"make it again with python -m resnet_lib.data shards SOURCE {folder}"
