"""IDX, the format that Fashion-MNIST is published in, and proof of its content.

An IDX file is a magic number (two zero bytes, a byte for the type, a byte for the
rank), one big-endian 32-bit size for each axis, then the elements in C order.
Source: http://yann.lecun.com/exdb/mnist/, "The IDX file format".

What a file holds is proved by the SHA-256 of its *decompressed* bytes: Debian packs
the same content into other `.gz` files than the original host.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np

from resnet_lib.data.dataset import DataError, one_line

_GZIP = b"\x1f\x8b"
_UNSIGNED_BYTE = 8


@dataclasses.dataclass(frozen=True)
class IdxFile:
    """One published file: its name, the shape of its array, and its checksum.

    Attributes:
        name: the file name without `.gz`.
        shape: sizes of the axes, uint8 elements.
        sha256: of the decompressed file, header included, in hexadecimal.
    """

    name: str
    shape: tuple[int, ...]
    sha256: str

    @property
    def header(self) -> bytes:
        """The bytes before the first element: `4 + 4 * rank` of them."""
        rank = len(self.shape)
        return struct.pack(f">4B{rank}I", 0, 0, _UNSIGNED_BYTE, rank, *self.shape)

    @property
    def size(self) -> int:
        """The bytes of the whole file, header included."""
        return len(self.header) + math.prod(self.shape)


FILES = {
    "train": (
        IdxFile(
            "train-images-idx3-ubyte",
            (60_000, 28, 28),
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        ),
        IdxFile(
            "train-labels-idx1-ubyte",
            (60_000,),
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        ),
    ),
    "test": (
        IdxFile(
            "t10k-images-idx3-ubyte",
            (10_000, 28, 28),
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        ),
        IdxFile(
            "t10k-labels-idx1-ubyte",
            (10_000,),
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
        ),
    ),
}


def sha256_of(file: IdxFile, elements: np.ndarray) -> str:
    """Checksum of the IDX file that would hold `elements` (uint8) as `file`."""
    digest = hashlib.sha256(file.header)
    digest.update(np.ascontiguousarray(elements, np.uint8))
    return digest.hexdigest()


def locate(folder: Path) -> dict[str, Path]:
    """Find the four published files in a folder, gzip-packed or not.

    Returns:
        The path of each file under its published name, that without `.gz`.

    Raises:
        DataError: one is missing; the message names the folder and the file.
    """
    paths = {}
    for file in (file for pair in FILES.values() for file in pair):
        candidates = (folder / file.name, folder / f"{file.name}.gz")
        path = next((path for path in candidates if path.is_file()), None)
        if path is None:
            raise DataError(
                f"{folder} has neither {file.name} nor {file.name}.gz: Fashion-MNIST "
                f"is four files, all of them are needed"
            )
        paths[file.name] = path
    return paths


def read_split(paths: dict[str, Path], split: str) -> tuple[np.ndarray, np.ndarray]:
    """Read and verify one split.

    Args:
        paths: where each published file is, as `locate` returns it.
        split: `"train"` or `"test"`.

    Returns:
        Images `(n, 28, 28, 1)` uint8 and labels `(n,)` int32.

    Raises:
        DataError: a file is truncated, of another kind, or not the published one;
            the message names the file, what was expected and what was found.
    """
    images, labels = (_read(paths[file.name], file) for file in FILES[split])
    return images[..., np.newaxis].copy(), labels.astype(np.int32)


def _read(path: Path, file: IdxFile) -> np.ndarray:
    content = _unpack(path, file.size)
    magic, expected = content[:4], file.header[:4]
    if magic != expected:
        raise DataError(
            f"{path} is not {file.name}: expected the magic number "
            f"0x{expected.hex()}, found 0x{magic.hex()}; replace the file"
        )
    if len(content) != file.size:
        short = len(content) < file.size
        raise DataError(
            f"{path} is {'truncated' if short else 'too long'}: expected {file.size:,} "
            f"bytes of IDX data, found {f'{len(content):,}' if short else 'more'}; "
            "replace the file"
        )
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise DataError(
            f"{path} is not the published {file.name}: expected SHA-256 "
            f"{file.sha256} once decompressed, found {found}; replace the file"
        )
    return np.frombuffer(content, np.uint8, offset=len(file.header)).reshape(file.shape)


def _unpack(path: Path, size: int) -> bytes:
    """The content, or as much as shows that it is longer than `size`.

    A small gzip file may hold any amount, and a large one little; what does not pack
    at all becomes longer by less than a hundredth.
    """
    try:
        with path.open("rb") as file:
            content = file.read(size + size // 100 + 4096)
        if not content.startswith(_GZIP):
            return content[: size + 1]
        with gzip.open(io.BytesIO(content)) as unpacked:
            return unpacked.read(size + 1)
    except EOFError:
        raise DataError(
            f"{path} is truncated: expected a whole gzip file, found its end missing "
            f"after {len(content):,} bytes; replace the file"
        ) from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"{path} is damaged: expected a gzip file, found {one_line(error)}; "
            "replace the file"
        ) from None
    except OSError as error:
        raise DataError(
            f"cannot read {path}: {error.strerror}; check its permissions"
        ) from None
