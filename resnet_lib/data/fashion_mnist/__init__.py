"""Fashion-MNIST, and a stand-in of the same shapes that is drawn."""

from __future__ import annotations

import os

from resnet_lib.data import splits
from resnet_lib.data.dataset import Dataset
from resnet_lib.data.fashion_mnist import idx, search, standin

CLASS_NAMES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)
ABOUT = {
    "class_names": CLASS_NAMES,
    "mean": 0.2860,
    "std": 0.3530,
    "flips": True,
}
"""What is true of every split; mean and deviation are the 60,000 training images'."""


def load(split: str, data_dir: str | os.PathLike | None = None) -> Dataset:
    """A split, every bit of it verified; see `resnet_lib.data.load`."""
    name, start, stop = _parse(split)
    images, labels = search.find(data_dir).read(name)
    images, labels = images[start:stop], labels[start:stop]
    return Dataset(images, labels, source="fashion_mnist", **ABOUT)


def draw(split: str, data_dir: str | os.PathLike | None = None) -> Dataset:
    """A split of the stand-in, drawn on the spot."""
    return Dataset(*standin.draw(*_parse(split)), source="standin", **ABOUT)


def _parse(split):
    return splits.parse(split, {k: pair[0].shape[0] for k, pair in idx.FILES.items()})
