"""Data sets as values: Fashion-MNIST, verified, from wherever it can be had.

    from resnet_lib import data
    train, test = data.load("train"), data.load("test")

The first use prepares a copy with TensorFlow Datasets (TensorFlow itself is not
needed); later ones read it in about a second. `python -m resnet_lib.data` prepares
it ahead of time. Each step is a line of the log `resnet_lib.data`.
"""

from __future__ import annotations

import os

from resnet_lib.data import fashion_mnist
from resnet_lib.data.dataset import DataError, Dataset
from resnet_lib.data.fashion_mnist import CLASS_NAMES

__all__ = ["CLASS_NAMES", "SOURCES", "DataError", "Dataset", "load"]

_LOADERS = {"auto": fashion_mnist.load, "standin": fashion_mnist.draw}
SOURCES = tuple(_LOADERS)
"""What `load` takes as its source."""


def load(
    split: str,
    source: str = "auto",
    data_dir: str | os.PathLike | None = None,
) -> Dataset:
    """Load a split of Fashion-MNIST into memory, every bit of it verified.

    Looks first for a copy that TFDS prepared earlier, then for raw IDX files in
    `FASHION_MNIST_DIR` or in the folder of the Debian package, then to the network.
    What comes back has the SHA-256 of the published files, whichever way it came.

    Args:
        split: `"train"` (60,000 images), `"test"` (10,000), or a slice of one in
            TFDS's notation: `"train[:5000]"`, `"train[-10%:]"`.
        source: `"auto"` for the real data; `"standin"` for garments drawn on the
            spot, of the same shapes, for tests and for trying things offline. The
            stand-in never takes the real data's place by itself.
        data_dir: where TFDS keeps its copy; None for `TFDS_DATA_DIR`, or
            `~/tensorflow_datasets`.

    Returns:
        Images `(n, 28, 28, 1)` uint8 and labels `(n,)` int32, in the published order.

    Raises:
        DataError: the data cannot be had or are not what was published.
        ValueError: no such split or source.

    Source: Xiao, Rasul and Vollgraf 2017, "Fashion-MNIST: a Novel Image Dataset for
    Benchmarking Machine Learning Algorithms", arXiv:1708.07747.
    """
    if source not in SOURCES:
        names = " or ".join(f'"{name}"' for name in SOURCES)
        raise ValueError(f"unknown source {source!r}: choose {names}")
    return _LOADERS[source](split, data_dir)
