"""What shards are made of: folders of images, or a data set that the library knows."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable

import numpy as np

from resnet_lib import data, files, paths, values
from resnet_lib.data.dataset import DataError, Dataset, Scale
from resnet_lib.data.stream.images import encode

KNOWN = {"fashion_mnist": "auto", "standin": "standin"}
"""Names that stand for data sets; of a folder of such a name write `./name`."""

SUFFIXES = (".jpg", ".jpeg", ".png")
_SPLITS = ("train", "validation", "val", "test")


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is to be made into shards, in this order.

    Attributes:
        source: what to call it.
        class_names: in the order of the labels.
        splits: of each split, names and labels of its images.
        content: the content of the image file of this split and place.
        digest: of all this, and of what tells changed files from others.
        flips: whether a mirror image is of its class too.
        scale: mean and deviation, where they are known beforehand.
        passed_over: how many files were no images by their names.
    """

    source: str
    class_names: tuple[str, ...]
    splits: dict[str, list[tuple[str, int]]]
    content: Callable[[str, int], bytes]
    digest: str
    flips: bool = True
    scale: tuple[Scale, Scale] | None = None
    passed_over: int = 0


def plan(source: str, flips: bool = True) -> Plan:
    """The plan of a data set's name, or of a folder with one sub-folder per class.

    A folder may hold such folders for each split instead, under the names `train` and
    `validation`, `val` or `test`; without them everything is `train`.

    Args:
        source: the name or the path, whose `~` is the home folder.
        flips: whether a mirror image is of its class too, of a folder.

    Raises:
        DataError: there are no images, or the splits differ in their classes.
    """
    if source not in KNOWN:
        return _folder(paths.expand(source), flips)
    return plan_of({k: data.load(k, KNOWN[source]) for k in ("train", "test")})


def plan_of(splits: dict[str, Dataset]) -> Plan:
    """The plan of data sets in memory, by the name of their split; `train` is one.

    Classes without names are called by their labels.

    Raises:
        ValueError: there is no `train`, images are neither grey nor of three colours,
            or the splits differ in their classes, scale or flips.
    """
    about = _alike(splits)
    most = max(int(one.labels.max(initial=-1)) for one in splits.values())
    names = tuple(about.class_names) or tuple(map(str, range(most + 1)))
    scale = (about.mean, about.std)
    found = hashlib.sha256(repr((about.source, names, scale, about.flips)).encode())
    for name, split in splits.items():
        found.update(f"{name}{split.images.shape}".encode())
        found.update(np.ascontiguousarray(split.images))
        found.update(np.ascontiguousarray(split.labels))
    return Plan(
        source=about.source,
        class_names=names,
        splits={
            name: [(f"{name}[{i}]", int(label)) for i, label in enumerate(one.labels)]
            for name, one in splits.items()
        },
        content=lambda split, i: encode(splits[split].images[i]),
        digest=found.hexdigest(),
        flips=about.flips,
        scale=scale,
    )


def _alike(splits):
    """The training split, when the others are of its kind."""
    if "train" not in splits:
        raise ValueError(f"splits={list(splits)}: one of them must be called train")
    about = splits["train"]
    for name, one in splits.items():
        if (channels := one.images.shape[-1]) not in (1, 3):
            raise ValueError(
                f"{name} has images of {channels} channels: shards hold grey ones (1) "
                "or red, green and blue (3)"
            )
        for field in ("class_names", "mean", "std", "flips"):
            of_train, of_this = (getattr(split, field) for split in (about, one))
            if of_train != of_this:
                raise ValueError(
                    f"{field} is {values.shown(of_this)} in {name} and "
                    f"{values.shown(of_train)} in train: all splits of one data set "
                    "share it"
                )
    return about


def _folder(folder, flips):
    try:
        inside = set(_folders(folder))
    except OSError as error:
        raise DataError(
            f"cannot read {folder}: {error.strerror}; give a folder with one "
            f"sub-folder per class, or one of {', '.join(KNOWN)}"
        ) from None
    named = [split for split in _SPLITS if split in inside]
    if "train" not in named:
        roots = {"train": folder}
    elif inside > set(named):
        other = sorted(inside - set(named))[0]
        raise DataError(
            f"{folder} has both {named[0]} and {other}: keep either splits or classes "
            "there, and move the others away"
        )
    else:
        roots = {split: folder / split for split in named}
    classes = {split: _folders(root) for split, root in roots.items()}
    names = sorted({name for found in classes.values() for name in found})
    if not names:
        raise DataError(f"{folder} is empty: put one sub-folder per class there")
    splits, passed_over, seen = {}, 0, hashlib.sha256(repr(flips).encode())
    for split, root in roots.items():
        splits[split] = []
        for label, name in enumerate(names):
            images, others = _images(root / name)
            if not images:
                raise DataError(
                    f"{root / name} has no images, so {split} lacks the class {name}: "
                    f"put .jpg, .jpeg or .png files there, or remove {name} everywhere"
                )
            passed_over += others
            for path in images:
                about = path.stat()
                key = str(path.relative_to(folder))
                line = (
                    f"{split}\0{key}\0{label}\0{about.st_size}\0{about.st_mtime_ns}\n"
                )
                seen.update(line.encode(errors="surrogateescape"))
                splits[split].append((key, label))
    return Plan(
        source=folder.resolve().name,
        class_names=tuple(names),
        splits=splits,
        content=lambda split, i: (folder / splits[split][i][0]).read_bytes(),
        digest=seen.hexdigest(),
        flips=flips,
        passed_over=passed_over,
    )


def _folders(folder):
    """The names of the folders inside, without litter, sorted."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.is_dir() and not files.is_litter(path.name)
    )


def _images(folder):
    """The image files below a class's folder, sorted, and how many others there are."""
    if not folder.is_dir():
        return [], 0
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    found = [path for path in found if not files.is_litter(path.name)]
    images = [path for path in found if path.suffix.lower() in SUFFIXES]
    return images, len(found) - len(images)
