"""A record of a shard: four letters, the label, and the image as its file has it.

| bytes | |
|---|---|
| 0 to 3 | `RNL1` |
| 4 to 7 | the label, an unsigned whole number, the lowest byte first |
| from 8 | the image: a PNG or JPEG file |
"""

from __future__ import annotations

import struct

_HEADER = struct.Struct("<4sI")
_MAGIC = b"RNL1"


def pack(image: bytes, label: int) -> bytes:
    """One record, of an image file's content and its label."""
    return _HEADER.pack(_MAGIC, label) + image


def unpack(record: bytes, classes: int) -> tuple[bytes, int]:
    """The image file's content and the label of a record.

    Args:
        record: as `pack` made it.
        classes: how many there are.

    Raises:
        ValueError: it is no such record, or its label is none of these classes'.
    """
    if len(record) < _HEADER.size or not record.startswith(_MAGIC):
        raise ValueError("it does not begin as a record of an image does")
    _, label = _HEADER.unpack_from(record)
    if label >= classes:
        raise ValueError(f"its label is {label}, and there are {classes} classes")
    return record[_HEADER.size :], label
