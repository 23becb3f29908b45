"""The command line's `--data`: shards that are read as training goes."""

from resnet_lib import paths, values
from resnet_lib.data.dataset import DataError

USUAL = {"shards": "", "image_size": 0}  # no stream; images as they are
OPTIONS = {"shards": "data", "image_size": "image-size", "workers": "workers"}


def add_to(run, process) -> None:
    """Adds what config.json keeps to one group, what each process decides to another.

    Args:
        run: a group's `add_argument`.
        process: likewise.
    """
    run(
        "--data",
        dest="shards",
        type=lambda text: str(paths.expand(text).resolve()),
        metavar="FOLDER",
        help="in place of a source, shards that python -m resnet_lib.data shards made",
    )
    run(
        "--image-size",
        type=int,
        metavar="PIXELS",
        help="of --data: the square that each image becomes, in training by a crop at "
        "random; default: images as they are",
    )
    process(
        "--workers",
        type=int,
        metavar="N",
        help="of --data: processes that decode; default: threads of this one",
    )


def check(given) -> None:
    """Raises ValueError for options that make no sense, or not together."""
    if given.shards is not None and given.source is not None:
        raise ValueError("--source and --data: give one of them")
    for name, least in (("image_size", 1), ("workers", 0)):
        value = getattr(given, name)
        if value is None:
            continue
        if given.shards is None and not given.resume:
            raise ValueError(f"--{OPTIONS[name]}: goes with --data, the shards")
        try:
            values.whole(name, value, least)
        except ValueError as error:
            said = str(error).replace(f"{name}=", f"--{OPTIONS[name]} ", 1)
            raise ValueError(said) from None


def load(run: dict, split: str, given):
    """The stream of a split, `"train_split"` or `"test_split"`.

    Raises:
        DataError: The shards are not there or not whole.
    """
    from resnet_lib.data.stream import Stream

    size = run["image_size"] or None
    augment = size is not None and split == "train_split"
    try:
        return Stream(run["shards"], run[split], size, augment, given.workers or 0)
    except DataError as error:
        raise DataError(f"--data: {error}") from None
