"""One shard, from images to a file in its place."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import hashlib
import os
from pathlib import Path

from resnet_lib import files
from resnet_lib.data.dataset import DataError, one_line
from resnet_lib.data.stream import plans, records
from resnet_lib.data.stream.extra import needed
from resnet_lib.data.stream.images import decode, is_grey
from resnet_lib.data.stream.tally import Tally

_AT_ONCE = 64  # images in memory


def write(
    plan: plans.Plan, split: str, chosen: range, path: Path, skip_damaged: bool
) -> dict:
    """Writes a shard, reads it again, and puts it in its place.

    Args:
        plan: what it is made of.
        split: of the plan.
        chosen: which of the split's images.
        path: where to put it.
        skip_damaged: leave out images that cannot be decoded.

    Returns:
        What JSON can hold: the fields of its `Shard` and of its `Tally`, and the names
        of images that were `skipped`.

    Raises:
        DataError: an image cannot be decoded.
        OSError: the shard cannot be written, or does not read as it was written.
    """
    array_record = needed("array_record.python.array_record_module")
    partial = path.with_name(f".{path.name}.partial")
    partial.unlink(missing_ok=True)
    tally, skipped, written, count = Tally(), [], hashlib.sha256(), 0
    with concurrent.futures.ThreadPoolExecutor() as pool:
        writer = array_record.ArrayRecordWriter(
            str(partial), "group_size:1,uncompressed"
        )
        try:
            for first in range(chosen.start, chosen.stop, _AT_ONCE):
                few = range(first, min(first + _AT_ONCE, chosen.stop))
                contents = pool.map(lambda i: _measured(plan, split, i), few)
                for i, (content, found) in zip(few, contents, strict=True):
                    name, label = plan.splits[split][i]
                    if isinstance(found, Tally):
                        record = records.pack(content, label)
                        writer.write(record)
                        written.update(record)
                        tally, count = tally + found, count + 1
                    elif skip_damaged:
                        skipped.append(name)
                    else:
                        raise DataError(
                            f"{name} cannot be decoded: {one_line(found)}; mend or "
                            "remove it, or leave such images out with --skip-damaged"
                        )
            writer.close()
        except RuntimeError as error:  # ArrayRecord: a full disk
            if isinstance(error, DataError):
                raise
            raise OSError(one_line(error)) from None
    if count:
        _check(array_record, partial, count, written.hexdigest())
    sha256, size = files.sha256(partial), partial.stat().st_size
    with open(partial, "rb") as file:
        os.fsync(file.fileno())
    os.replace(partial, path)
    files.flush(path.parent)
    shard = {"name": path.name, "images": count, "bytes": size, "sha256": sha256}
    return {"shard": shard, "tally": dataclasses.asdict(tally), "skipped": skipped}


def _measured(plan, split, i):
    """The content of an image file, and its tally or what is wrong with it."""
    content = plan.content(split, i)
    try:
        return content, Tally.of(decode(content, 3), is_grey(content))
    except ValueError as error:
        return content, error


def _check(array_record, path, count, written):
    """Raises OSError unless a shard holds what was written to it."""
    reader, found = array_record.ArrayRecordReader(str(path)), hashlib.sha256()
    held = reader.num_records()
    for first in range(0, held, _AT_ONCE):
        for record in reader.read(first, min(first + _AT_ONCE, held)):
            found.update(record)
    reader.close()
    if (held, found.hexdigest()) != (count, written):
        raise OSError(f"{path.name} does not read as it was written")
