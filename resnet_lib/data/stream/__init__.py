"""Data sets larger than memory: shards on disk, read in any order as training goes.

    python -m resnet_lib.data shards PHOTOS SHARDS      # once

    from resnet_lib.data.stream import Stream
    train = Stream("SHARDS", "train", size=64, augment=True)
    test = Stream("SHARDS", "test", size=64)
    fit(model, train, test, recipe)

A `Stream` stands where a `Dataset` stands in `fit` and `evaluate`, and so does a
`ParquetStream` of Parquet files. What reads them is the extra: `pip install
'resnet-lib[stream]'`.
"""

from resnet_lib.data.stream.batches import Batches
from resnet_lib.data.stream.images import (
    centre_crop,
    decode,
    flip,
    random_resized_crop,
)
from resnet_lib.data.stream.index import Index
from resnet_lib.data.stream.parquet import ParquetStream
from resnet_lib.data.stream.plans import Plan, plan, plan_of
from resnet_lib.data.stream.shards import write
from resnet_lib.data.stream.source import Stream

__all__ = [
    "Batches",
    "Index",
    "ParquetStream",
    "Plan",
    "Stream",
    "centre_crop",
    "decode",
    "flip",
    "plan",
    "plan_of",
    "random_resized_crop",
    "write",
]
