"""`python -m resnet_lib.data shards SOURCE OUT`."""

from __future__ import annotations

import argparse
import sys

from resnet_lib import paths
from resnet_lib.data.stream import plans, shards


def add(parsers) -> None:
    """Adds the command to those of `python -m resnet_lib.data`."""
    made = parsers.add_parser(
        "shards",
        help="turn a folder of images, or a data set, into shards that can be streamed",
        description="Turn a folder of JPEG and PNG images, one sub-folder per class, "
        "into ArrayRecord shards in OUT. Folders named train and validation, val or "
        "test hold such sub-folders each, if there are any. Stopped, the same command "
        "goes on; finished, it verifies every shard.",
    )
    made.add_argument("shards", metavar="SOURCE", help=f"or {', '.join(plans.KNOWN)}")
    made.add_argument("out", metavar="OUT", type=paths.expand, help="a new folder")
    made.add_argument(
        "--per-shard",
        type=_count,
        default=shards.PER_SHARD,
        metavar="N",
        help="images in each file (default: %(default)s)",
    )
    made.add_argument(
        "--skip-damaged",
        action="store_true",
        help="leave out images that cannot be decoded, count and list them",
    )
    made.add_argument(
        "--no-flips",
        action="store_true",
        help="the mirror image of one of these is of another class (text, digits)",
    )


def run(options: argparse.Namespace) -> int:
    """Makes the shards, and ends with one line that says what is where; returns 0.

    Raises:
        DataError: they cannot be made.
    """
    source = options.shards
    if source not in plans.KNOWN:
        source = str(paths.expand(source))
    plan = plans.plan(source, flips=not options.no_flips)
    if plan.passed_over:
        _say(f"passed over {plan.passed_over:,} files that are no .jpg, .jpeg or .png")
    found = shards.write(
        plan,
        options.out,
        per_shard=options.per_shard,
        skip_damaged=options.skip_damaged,
        said=_say,
    )
    if found.skipped:
        listed = ", ".join(found.skipped[:3]) + (
            ", …" if len(found.skipped) > 3 else ""
        )
        _say(f"left out {len(found.skipped):,} that cannot be decoded: {listed}")
    sizes = ", ".join(
        f"{sum(shard.images for shard in split):,} {name}"
        for name, split in found.splits.items()
    )
    count = sum(map(len, found.splits.values()))
    print(
        f"{found.source}: {sizes} images of {len(found.class_names):,} classes in "
        f"{count:,} shards, verified, in {options.out}"
    )
    return 0


def _say(line):
    print(line, file=sys.stderr, flush=True)


def _count(text):
    if not (text.isascii() and text.isdigit() and int(text)):
        raise argparse.ArgumentTypeError(f"give a whole number from 1: not {text!r}")
    return int(text)
