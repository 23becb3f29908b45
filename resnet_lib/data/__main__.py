"""Prepare Fashion-MNIST ahead of time: `python -m resnet_lib.data`.

With `shards SOURCE OUT` it makes shards of images instead; see `data.stream`. Without,
it goes where `load` goes and, should that fail for want of a network, to the package
mirror of Debian or Ubuntu. Ends with one line that says what was found where.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path

from resnet_lib import paths
from resnet_lib.data.dataset import DataError
from resnet_lib.data.fashion_mnist import debian, download, idx, search, tfds_copy
from resnet_lib.data.stream import command


def main(arguments: list[str] | None = None) -> int:
    """Prepare and verify the data, or make shards.

    Returns:
        0 when that is done, else 1; 128 and its number after a signal.
    """
    parser = argparse.ArgumentParser(
        prog="python -m resnet_lib.data",
        description="Prepare Fashion-MNIST, verify every bit of it, and say where it "
        "came from. Tried in turn: a copy prepared earlier; the raw files in "
        "FASHION_MNIST_DIR or, without that, /usr/share/datasets/fashion-mnist; the "
        "network; the Debian/Ubuntu package dataset-fashion-mnist, without root.",
    )
    parser.add_argument(
        "--data-dir",
        type=paths.expand,
        metavar="DIR",
        help="keep the copy there (default: TFDS_DATA_DIR or ~/tensorflow_datasets)",
    )
    command.add(parser.add_subparsers(metavar="shards"))
    options = parser.parse_args(arguments)
    try:
        if hasattr(options, "shards"):
            return command.run(options)
        found = _find(options.data_dir)
        counts = {split: len(found.read(split)[1]) for split in idx.FILES}
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt as stop:
        number = getattr(stop, "number", signal.SIGINT)
        print(f"{parser.prog}: stopped by {number.name}", file=sys.stderr)
        return 128 + number
    sizes = ", ".join(f"{count:,} {split}" for split, count in counts.items())
    print(f"Fashion-MNIST: {sizes} images, verified, in {found.how}")
    return 0


def _stop(number: int, _) -> None:
    """Raise what clears up all that is half-made on its way out."""
    stop = KeyboardInterrupt()
    stop.number = signal.Signals(number)
    raise stop


def _find(data_dir: Path | None) -> search.Found:
    try:
        return search.find(data_dir)
    except download.UnreachableError as no_network:
        if not debian.available():
            raise
        with search.workplace() as folder:
            try:
                raw = debian.fetch(folder)
            except DataError as no_package:
                raise DataError(
                    f"{no_network}; nor that package: {no_package}"
                ) from None
            cache = tfds_copy.cache(data_dir)
            return search.prepare(cache, f"the package {debian.PACKAGE}", raw)


def _log_to_stderr() -> None:
    log = logging.getLogger("resnet_lib.data")
    log.setLevel(logging.INFO)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _stop)
    _log_to_stderr()
    sys.exit(main())
