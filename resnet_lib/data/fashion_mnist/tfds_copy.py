"""The copy that TFDS keeps: whether there is one, making it, reading it.

It is written into a folder of another name, which is renamed when everything is there:
a copy that can be seen is whole, and of two processes that prepare at once the second
to finish finds the first one's copy and drops its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from resnet_lib import paths
from resnet_lib.data import scratch
from resnet_lib.data.dataset import DataError, one_line
from resnet_lib.data.fashion_mnist import idx

_BATCH = 10_000
_HOUR = 3600.0
# The package without what its own __init__ does, which is to import JAX and Flax.
_PACKAGE = """
import importlib.util, pathlib, sys
spec = importlib.util.spec_from_file_location("resnet_lib", sys.argv[2])
sys.modules["resnet_lib"] = importlib.util.module_from_spec(spec)
"""
_BUILD = """
from resnet_lib.data.fashion_mnist import tfds_builder
tfds_builder.main(pathlib.Path(sys.argv[1]))
"""


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


def tidy(cache: Path) -> None:
    """Remove what preparations that were killed have left, and nothing else.

    TFDS's own say nothing of who works in them: they go when nothing in them has
    changed for an hour.
    """
    copy = folder(cache)
    scratch.clear(copy.parent)
    with contextlib.suppress(OSError):
        for left in copy.parent.glob(f"incomplete.??????_{copy.name}"):
            changed = max(p.lstat().st_mtime for p in (left, *left.rglob("*")))
            if time.time() - changed > _HOUR:
                shutil.rmtree(left, ignore_errors=True)


def prepare(cache: Path, raw: Path) -> None:
    """Write the copy from IDX files.

    Args:
        cache: TFDS's folder, made if need be.
        raw: a folder of IDX files, packed by whomever.

    Raises:
        DataError: the files are not the published ones.
        OSError: the cache cannot be written to; its text is the reason.
    """
    found = idx.locate(raw)
    splits = {split: idx.read_split(found, split) for split in idx.FILES}
    copy = folder(cache)
    copy.parent.mkdir(parents=True, exist_ok=True)
    with scratch.folder(copy.parent) as work:
        arrays = {}
        for split, pair in splits.items():
            arrays[f"{split}/images"], arrays[f"{split}/labels"] = pair
        np.savez(work / "arrays.npz", **arrays)
        _build(work)
        _flush(folder(work))
        try:
            folder(work).rename(copy)
        except OSError:
            if not exists(cache):
                raise


def _build(work: Path) -> None:
    """Let TFDS prepare `work/arrays.npz` below `work`, out of everyone's sight."""
    package = Path(__file__).parents[2] / "__init__.py"
    found = {"PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    ended = subprocess.run(
        [sys.executable, "-P", "-W", "ignore", "-c", _PACKAGE + _BUILD, work, package],
        env={**os.environ, **found},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    if ended.returncode < 0:
        raise OSError(f"TFDS was killed by {signal.Signals(-ended.returncode).name}")
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["TFDS failed"]
        raise OSError(one_line(said[-1]))


def _flush(copy: Path) -> None:
    """Have a copy on the disk before it can be seen."""
    for path in (*copy.iterdir(), copy):
        opened = os.open(path, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


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
    except Exception as error:  # ArrayRecord and NumPy each raise their own
        raise DataError(
            f"the copy of Fashion-MNIST in {folder(cache)} cannot be read "
            f"({one_line(error)}); delete that folder and load again"
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
    """The shards' records, which TFDS's builder would read with much noise.

    Each is a `tf.Example`: a map of two entries, all of one length, in either order.
    That it is so is not checked here: other content has another checksum.
    """
    from array_record.python import array_record_module  # only here: it takes a while

    shards = sorted(folder(cache).glob(f"*-{split}.array_record-*"))
    readers = [array_record_module.ArrayRecordReader(str(shard)) for shard in shards]
    found, size = sum(r.num_records() for r in readers), idx.FILES[split][0].shape[0]
    if found != size:
        raise ValueError(f"its {split} set has {found:,} images, not {size:,}")
    images, labels = [], []
    for reader in readers:
        for start in range(0, reader.num_records(), _BATCH):
            stop = min(start + _BATCH, reader.num_records())
            records = reader.read(start, stop)
            rows = np.frombuffer(b"".join(records), np.uint8).reshape(stop - start, -1)
            image_first = rows[:, 8] == ord("i")
            pixels = np.where(image_first[:, None], rows[:, 22:806], rows[:, 38:822])
            images.append(pixels.reshape(-1, 28, 28, 1))
            labels.append(np.where(image_first, rows[:, -1], rows[:, 18]))
        reader.close()
    return np.concatenate(images), np.concatenate(labels, dtype=np.int32)
