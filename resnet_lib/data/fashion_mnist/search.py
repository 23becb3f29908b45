"""Where Fashion-MNIST comes from on this machine, tried in a fixed order.

A copy prepared earlier, then raw files, then the network; each step is one line in
the log `resnet_lib.data`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from resnet_lib import paths
from resnet_lib.data import scratch
from resnet_lib.data.dataset import DataError, one_line
from resnet_lib.data.fashion_mnist import download, idx, tfds_copy

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")

_CHOOSE = "choose another folder for the data with data_dir=... or TFDS_DATA_DIR"
_log = logging.getLogger("resnet_lib.data")


class UnwritableError(DataError):
    """The folder for the copy cannot be written to."""


@dataclasses.dataclass(frozen=True)
class Found:
    """Data that can be read now.

    Attributes:
        how: one clause for people: what was found, and where.
        cache: TFDS's folder with a prepared copy, or None.
        raw: a folder of raw files to read directly where there is no copy.
    """

    how: str
    cache: Path | None = None
    raw: Path | None = None

    def read(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """Images `(n, 28, 28, 1)` uint8 and labels `(n,)` int32 of a whole split."""
        if self.cache is not None:
            return tfds_copy.read(self.cache, split)
        return idx.read_split(idx.locate(self.raw), split)


_preparing = threading.Lock()


def find(data_dir: str | os.PathLike | None = None) -> Found:
    """Find the data, and prepare a copy if there is none yet.

    Threads that find none at the same time wait for the first one's.

    Args:
        data_dir: TFDS's folder; None for `TFDS_DATA_DIR` or `~/tensorflow_datasets`.

    Raises:
        UnreachableError: nothing on this machine, and no network.
        DataError: what was found is not the published data, or the folder for the
            copy cannot be written to.
    """
    try:
        cache = tfds_copy.cache(data_dir)
    except paths.NoHomeError as error:
        if raw := local_files():
            return _without_copy(raw, error)
        raise UnwritableError(f"no folder for a copy: {error}; {_CHOOSE}") from None
    with _preparing:
        tfds_copy.tidy(cache)
        if tfds_copy.exists(cache):
            return _found(
                f"the copy prepared in {tfds_copy.folder(cache)}", cache=cache
            )
        raw = local_files()
        return _from_local(cache, raw) if raw else _from_network(cache)


def local_files() -> Path | None:
    """The folder of raw files on this machine, if there is one.

    `FASHION_MNIST_DIR` when it is set, else that of the Debian and Ubuntu package.

    Raises:
        DataError: `FASHION_MNIST_DIR` names no folder.
    """
    named = os.environ.get("FASHION_MNIST_DIR")
    if named:
        try:
            folder = paths.expand(named)
        except paths.NoHomeError as error:
            raise DataError(f"FASHION_MNIST_DIR={error}") from None
        if not folder.is_dir():
            raise DataError(
                f"FASHION_MNIST_DIR={named} is not a folder: point it at the one that "
                "holds the four IDX files, or unset it"
            )
        return folder
    return DEBIAN_FOLDER if DEBIAN_FOLDER.is_dir() else None


def prepare(cache: Path, origin: str, raw: Path) -> Found:
    """Prepare a copy from files that are here (see `tfds_copy.prepare`).

    Raises:
        UnwritableError: the copy cannot be written.
        DataError: the files are not the published ones.
    """
    _check_writable(cache)  # sooner than after reading everything
    try:
        tfds_copy.prepare(cache, raw)
    except OSError as error:
        raise UnwritableError(_unwritable(cache, error)) from error
    return _found(f"a copy prepared in {cache} from {origin}", cache=cache)


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A temporary folder for what is fetched.

    Raises:
        DataError: there can be none, or it is full.
    """
    try:
        with scratch.folder(Path(tempfile.gettempdir())) as folder:
            yield folder
    except OSError as error:
        raise DataError(
            f"no temporary folder for the data ({one_line(error)}): set TMPDIR to "
            "one that can be written to"
        ) from None


def _from_local(cache: Path, raw: Path) -> Found:
    _log.info("Fashion-MNIST: preparing a copy in %s from %s", cache, raw)
    try:
        return prepare(cache, str(raw), raw)
    except UnwritableError as error:
        return _without_copy(raw, error)


def _from_network(cache: Path) -> Found:
    _check_writable(cache)
    _log.info("Fashion-MNIST: downloading 31 MB from %s", download.HOST)
    with workplace() as archives:
        try:
            download.fetch(archives)
        except download.UnreachableError as error:
            raise download.UnreachableError(
                f"no Fashion-MNIST on this machine, and no download ({error}): connect "
                "to the network, or set FASHION_MNIST_DIR to a folder with its four "
                "IDX files, or install the Debian/Ubuntu package "
                "dataset-fashion-mnist (python -m resnet_lib.data does so without root)"
            ) from None
        return prepare(cache, download.HOST, archives)


def _without_copy(raw: Path, reason: Exception) -> Found:
    _log.info("Fashion-MNIST: no copy is kept: %s", reason)
    return _found(f"the raw files in {raw}", raw=raw)


def _found(how: str, **where: Path) -> Found:
    _log.info("Fashion-MNIST: reading %s", how)
    return Found(how, **where)


def _check_writable(cache: Path) -> None:
    """Fail before a download rather than after it, and leave no trace."""
    above = (cache.absolute(), *cache.absolute().parents)
    nearest = next(path for path in above if os.path.exists(path))
    if not os.path.isdir(nearest) or not os.access(nearest, os.W_OK | os.X_OK):
        raise UnwritableError(_unwritable(cache))


def _unwritable(cache: Path, error: OSError | None = None) -> str:
    reason = f" ({one_line(error)})" if error else ""
    return f"{cache} cannot be written to{reason}: {_CHOOSE}"
