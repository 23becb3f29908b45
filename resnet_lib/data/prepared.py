"""The copy that TFDS keeps: whether there is one, making it, reading it.

TFDS writes into a folder of another name and renames it when everything is there,
so a copy that can be seen is whole, and of two processes that prepare at once the
second to finish finds the first one's copy and drops its own.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from resnet_lib import paths
from resnet_lib.data import idx
from resnet_lib.data.dataset import DataError

_BATCH = 10_000


def cache(data_dir: str | os.PathLike | None = None) -> Path:
    """TFDS's folder: `data_dir`, or `TFDS_DATA_DIR`, or `~/tensorflow_datasets`.

    Raises:
        NoHomeError: it begins with a home folder that there is not.
    """
    chosen = data_dir or os.environ.get("TFDS_DATA_DIR") or "~/tensorflow_datasets"
    return paths.expand(chosen)


def folder(cache: Path) -> Path:
    """Where a prepared copy lies, named as TFDS names it."""
    return cache / "fashion_mnist_arrays" / "1.0.0"


def exists(cache: Path) -> bool:
    """Whether a copy has been prepared there."""
    return os.path.isdir(folder(cache))


def prepare(cache: Path, raw: Path | None = None, archives: Path | None = None) -> None:
    """Write the copy, from raw files or from downloaded archives.

    Args:
        cache: TFDS's folder, made if need be.
        raw: a folder of IDX files, packed by whomever.
        archives: a folder of the original host's archives; used when `raw` is None.

    Raises:
        DataError: the files are not the published ones.
        OSError: the cache cannot be written to; its text is the reason.
    """
    with _quiet_tfds() as tfds, tempfile.TemporaryDirectory() as scratch:
        from resnet_lib.data.builder import FashionMnistArrays

        builder = FashionMnistArrays(data_dir=cache)
        builder.raw = raw
        try:
            builder.download_and_prepare(
                download_dir=scratch,
                download_config=tfds.download.DownloadConfig(manual_dir=archives),
                file_format="array_record",
            )
        except DataError:
            raise
        except (
            OSError,
            RuntimeError,
        ) as error:  # ArrayRecord: a full disk is the latter
            if not exists(cache):
                raise OSError(_first_line(error)) from error


def read(cache: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Read one whole split of the prepared copy, and verify it bit for bit.

    Returns:
        Images `(n, 28, 28, 1)` uint8 and labels `(n,)` int32.

    Raises:
        DataError: the copy is damaged; the message says which folder to delete.
    """
    try:
        images, labels = _read(cache, split)
    except (ImportError, MemoryError):  # no fault of the copy's
        raise
    except Exception as error:  # TFDS, ArrayRecord and protobuf each raise their own
        raise DataError(
            f"the copy of Fashion-MNIST in {folder(cache)} cannot be read "
            f"({_first_line(error)}); delete that folder and load again"
        ) from error
    for file, array in zip(idx.FILES[split], (images, labels), strict=True):
        found = idx.sha256_of(file, array)
        if found != file.sha256:
            raise DataError(
                f"the copy of Fashion-MNIST in {folder(cache)} is damaged: "
                f"{file.name} should have SHA-256 {file.sha256}, found {found}; "
                "delete that folder and load again"
            )
    return images, labels


def _read(cache: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    with _quiet_tfds() as tfds:
        from tensorflow_datasets.proto import tf_example_pb2

        from resnet_lib.data.builder import FashionMnistArrays

        raw_bytes = tfds.decode.DeserializeMethod.RAW_BYTES
        builder = FashionMnistArrays(data_dir=cache)
        source = builder.as_data_source(split, deserialize_method=raw_bytes)
        images = np.empty((len(source), 28, 28, 1), np.uint8)
        labels = np.empty(len(source), np.int32)
        for start in range(0, len(source), _BATCH):
            stop = min(start + _BATCH, len(source))
            records = source.__getitems__(range(start, stop))
            examples = [
                tf_example_pb2.Example.FromString(record).features.feature
                for record in records
            ]
            pixels = b"".join(e["image"].bytes_list.value[0] for e in examples)
            images[start:stop] = np.frombuffer(pixels, np.uint8).reshape(-1, 28, 28, 1)
            labels[start:stop] = [e["label"].int64_list.value[0] for e in examples]
    return images, labels


@contextlib.contextmanager
def _quiet_tfds() -> Iterator:
    """TFDS without progress bars, prints and log lines; all as before afterwards."""
    import tensorflow_datasets as tfds
    from tensorflow_datasets.core.utils import tqdm_utils

    bars = getattr(tqdm_utils, "_active", True)
    root, log = logging.getLogger(), logging.getLogger("absl")
    handlers, level = root.handlers[:], log.level
    tfds.display_progress_bar(False)
    log.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield tfds
    finally:
        tfds.display_progress_bar(bars)
        log.setLevel(level)
        root.handlers[:] = handlers  # logging.info(), in TFDS, adds one


def _first_line(error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    return next(iter(reason.splitlines()), "") or type(error).__name__
