"""The command line of `python -m resnet_lib.train`, read into values."""

import argparse
import dataclasses

from resnet_lib import list_models, paths
from resnet_lib.recipes import RECIPES
from resnet_lib.train.checkpoint import ON_SAVE_ERROR
from resnet_lib.train.loop import ON_NAN
from resnet_lib.train.recipe import Recipe

OF_RECIPE = {
    "epochs": "epochs",
    "batch_size": "batch_size",
    "lr": "peak_lr",
    "dtype": "dtype",
    "seed": "seed",
}
SETTLED = ("model", "recipe", *OF_RECIPE, "source", "train_split", "test_split")


def parser() -> argparse.ArgumentParser:
    """The options; those that the recipe decides have no default of their own."""
    made = argparse.ArgumentParser(
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


def settle(given: argparse.Namespace) -> dict:
    """What a new run is, with every default filled in: what config.json keeps.

    Raises:
        ValueError: For an unknown recipe or impossible values.
    """
    name = given.recipe or "quick"
    if name not in RECIPES:
        raise ValueError(f"no recipe {name!r}: choose one of {', '.join(RECIPES)}")
    changes = {field: getattr(given, option) for option, field in OF_RECIPE.items()}
    changes = {field: value for field, value in changes.items() if value is not None}
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
