"""The command line of `python -m resnet_lib.train`, read into values."""

import argparse
import contextlib
import dataclasses
import sys

from resnet_lib import list_models, paths
from resnet_lib.train import processes
from resnet_lib.train.checkpoint import ON_SAVE_ERROR, Checkpoints
from resnet_lib.train.loop import ON_NAN
from resnet_lib.train.recipe import RECIPES, Recipe

OF_RECIPE = {
    "epochs": "epochs",
    "batch_size": "batch_size",
    "lr": "peak_lr",
    "dtype": "dtype",
    "seed": "seed",
}
OF_FIELD = {field: option.replace("_", "-") for option, field in OF_RECIPE.items()}
SETTLED = ("model", "recipe", *OF_RECIPE, "source", "train_split", "test_split")


class Options(argparse.ArgumentParser):
    """Refuses in a line what other parsers refuse in a paragraph."""

    def parse_known_args(self, args=None, namespace=None):
        """Knows no option for which an empty value would mean something."""
        args = sys.argv[1:] if args is None else list(args)
        for before, text in zip(["", *args], args, strict=False):
            if not text or (text.startswith("--") and text.endswith("=")):
                self.error(f"{text.rstrip('=') or before}: the value is empty")
        return super().parse_known_args(args, namespace)

    def error(self, message):
        """Raises ValueError instead of ending the program."""
        raise ValueError(" ".join(message.split()))


def parser() -> Options:
    """The options; those that the recipe decides have no default of their own."""
    made = Options(
        prog="python -m resnet_lib.train",
        description="Train a ResNet on Fashion-MNIST and record the run.",
    )
    group = made.add_argument_group("the run (kept in config.json; --resume reads it)")
    add, usual = group.add_argument, Recipe()
    add("--model", metavar="NAME", help=f"{', '.join(list_models())}; default resnet20")
    add("--recipe", metavar="NAME", help=f"{', '.join(RECIPES)}; default: quick")
    for name, kind, text in (
        ("epochs", int, f"passes over the data; default: {usual.epochs}"),
        ("batch-size", int, f"images a step; default: {usual.batch_size}"),
        ("lr", float, f"peak learning rate; default: {usual.peak_lr}"),
        ("dtype", str, f"float32 or bfloat16; default: {usual.dtype}"),
        ("seed", int, "of parameters, order and augmentation; default: 0"),
    ):
        add(f"--{name}", type=kind, help=text)
    add("--source", choices=("auto", "standin"), help="the data; default: auto")
    add("--train-split", metavar="SPLIT", help="such as train[:55000]; default: train")
    add("--test-split", metavar="SPLIT", help="such as train[55000:]; default: test")
    group = made.add_argument_group("this process")
    add = group.add_argument
    add("--out", type=paths.expand, required=True, help="folder; new, or --resume")
    add("--resume", action="store_true", help="go on with the run in --out")
    add("--data-dir", type=paths.expand, help="where TensorFlow Datasets keeps files")
    add("--on-nan", default="stop", choices=ON_NAN, help="at a loss that is not finite")
    add(
        "--on-save-error",
        default="stop",
        choices=ON_SAVE_ERROR,
        help="at a full or read-only disk; default: %(default)s",
    )
    add(
        "--save-minutes",
        type=float,
        default=10.0,
        metavar="N",
        help="checkpoint so often within an epoch; default: %(default)s",
    )
    add("--keep", type=int, default=3, help="checkpoints; default: %(default)s")
    add("--devices", default="all", help="all, or how many; default: %(default)s")
    group = made.add_argument_group("several processes, the same command in each")
    add = group.add_argument
    add("--coordinator", metavar="HOST:PORT", help="of process 0")
    add("--process-id", type=int, metavar="I", help="of this process, from 0")
    add("--num-processes", type=int, metavar="N", help="of all")
    return made


@contextlib.contextmanager
def by_option(names: dict[str, str]):
    """What refuses `field=value` within `with` refuses `--option value` instead."""
    try:
        yield
    except ValueError as error:
        field, equals, rest = str(error).partition("=")
        if equals and field in names:
            raise ValueError(f"--{names[field]} {rest}") from None
        raise


def check(given: argparse.Namespace) -> None:
    """Raises ValueError for options that no run could have."""
    if given.recipe is not None and given.recipe not in RECIPES:
        known = ", ".join(RECIPES)
        raise ValueError(f"--recipe {given.recipe}: choose one of {known}")
    count = given.devices
    if count != "all" and not (count.isascii() and count.isdigit() and int(count)):
        raise ValueError(f"--devices {count}: give a number from 1, or all")
    with by_option({"keep": "keep", "minutes": "save-minutes"}):
        Checkpoints(given.out / "checkpoints", given.keep, given.save_minutes)
    processes.check(given)
    if not given.resume:
        settle(given)


def settle(given: argparse.Namespace) -> dict:
    """What a new run is, with every default filled in: what config.json keeps.

    Raises:
        ValueError: For an unknown recipe or impossible values.
    """
    name = given.recipe or "quick"
    changes = {field: getattr(given, option) for option, field in OF_RECIPE.items()}
    changes = {field: value for field, value in changes.items() if value is not None}
    with by_option(OF_FIELD):
        recipe = dataclasses.replace(RECIPES[name], **changes)
    return {
        "model": given.model or "resnet20",
        "recipe": dataclasses.asdict(recipe),
        "source": given.source or "auto",
        "train_split": given.train_split or "train",
        "test_split": given.test_split or "test",
    }


def agree(given: argparse.Namespace, kept: dict) -> None:
    """Raises ValueError when an option contradicts the run that is to be resumed."""
    if given.recipe is not None:
        named = dataclasses.asdict(RECIPES[given.recipe])
        for field in named.keys() - OF_FIELD.keys():
            if named[field] != kept["recipe"][field]:
                raise ValueError(
                    f"--recipe {given.recipe} is not what the run in --out began with "
                    f"(its {field} was {kept['recipe'][field]}): leave it out, or "
                    "choose a new folder"
                )
    for option in SETTLED:
        value = getattr(given, option)
        if value is None or option == "recipe":
            continue
        field = OF_RECIPE.get(option)
        was = kept["recipe"][field] if field else kept[option]
        if value != was:
            flag = option.replace("_", "-")
            raise ValueError(
                f"--{flag} {value} is not what the run in --out began with ({was}): "
                "leave it out, or choose a new folder"
            )
