"""The command line of `python -m resnet_lib.train`, read into values."""

import argparse
import contextlib
import dataclasses
import inspect
import re
import sys

from resnet_lib import ResNetConfig, count_params, data, get_config, list_models, paths
from resnet_lib.train import processes, stream_options
from resnet_lib.train.checkpoint import ON_SAVE_ERROR, Checkpoints
from resnet_lib.train.loop import ON_NAN
from resnet_lib.train.recipe import RECIPES, Recipe

USUAL = {
    "model": "resnet20",
    "recipe": "quick",
    "source": "auto",
    **stream_options.USUAL,
    "train_split": "train",
    "test_split": "test",
}
FIELDS = {
    kind: [f.name for f in dataclasses.fields(kind)] for kind in (Recipe, ResNetConfig)
}
OPTIONS = {name: name.replace("_", "-") for names in FIELDS.values() for name in names}
_PLAIN = str.maketrans({"`": "", "%": "%%"})
ALSO = {"peak_lr": ["--lr"]}  # shorter names
_BLOCKS, _WIDTH, _PARAMETERS = 10_000, 2**20, 2**31 - 1  # beyond which none is built


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
    """The options; those that the recipe or the network decides have no default."""
    made = Options(
        prog="python -m resnet_lib.train",
        usage="%(prog)s --out OUT [option ...]",
        description="Train a residual network and record the run.",
    )
    group = made.add_argument_group("the run (kept in config.json; --resume reads it)")
    run = add = group.add_argument
    add("--model", metavar="NAME", help=f"{', '.join(list_models())}; default resnet20")
    add("--recipe", metavar="NAME", help=f"{', '.join(RECIPES)}; default: quick")
    add("--source", choices=data.SOURCES, help="the data; default: auto")
    add("--train-split", metavar="SPLIT", help="such as train[:55000]; default: train")
    add("--test-split", metavar="SPLIT", help="such as train[55000:]; default: test")
    group = made.add_argument_group("the recipe, where it is not as --recipe says")
    _add_fields(group, Recipe)
    group = made.add_argument_group("the network, where it is not as --model says")
    _add_fields(group, ResNetConfig)
    group = made.add_argument_group("this process")
    add = group.add_argument
    stream_options.add_to(run, add)
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
    add("--shard-params", action="store_true", help="keep parameters in parts on them")
    group = made.add_argument_group("several processes, the same command in each")
    add = group.add_argument
    add("--coordinator", metavar="HOST:PORT", help="of process 0")
    add("--process-id", type=int, metavar="I", help="of this process, from 0")
    add("--num-processes", type=int, metavar="N", help="of all")
    return made


def _add_fields(group, kind):
    """An option for each field of a dataclass, with what its docstring says of it."""
    about = _about(kind)
    for field in dataclasses.fields(kind):
        said, default = about.get(field.name, ""), f"; default: {field.default}"
        names = [*ALSO.get(field.name, ()), f"--{OPTIONS[field.name]}"]
        how = {"dest": field.name, "help": said + (default if kind is Recipe else "")}
        if field.type is bool:
            how |= {"action": argparse.BooleanOptionalAction, "default": None}
        else:
            how |= {"type": _READ.get(field.type, field.type), "metavar": "VALUE"}
        group.add_argument(*names, **how)


def _about(kind):
    """The beginning of what a class's docstring says of each attribute."""
    text = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    entries = re.split(r"\n(?=    \w+: )", "\n" + text.partition("\n\n")[0])
    pairs = (" ".join(entry.split()).partition(": ") for entry in entries)
    first = re.compile(r"(?: \([A-Z][^)]*\d{4}[^)]*\))|(?:; |\.(?: |$)).*")
    return {name: first.sub("", said).translate(_PLAIN) for name, _, said in pairs}


def _wholes(text):
    try:
        return tuple(int(one) for one in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"give whole numbers with commas between, such as 2,2,2: not {text!r}"
        ) from None


_READ = {tuple[int, ...]: _wholes, int | None: int}


@contextlib.contextmanager
def by_option(names: dict[str, str] = OPTIONS):
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
    stream_options.check(given)
    count = given.devices
    if count != "all" and not (count.isascii() and count.isdigit() and int(count)):
        raise ValueError(f"--devices {count}: give a number from 1, or all")
    with by_option({"keep": "keep", "minutes": "save-minutes"}):
        Checkpoints(given.out / "checkpoints", given.keep, given.save_minutes)
    processes.check(given)
    if not given.resume:
        settle(given)


def settle(given: argparse.Namespace) -> dict:
    """What a new run is, with all defaults but those that its data decide.

    Returns:
        What config.json keeps; of `config`, the fields that were given.

    Raises:
        ValueError: For an unknown recipe or impossible values.
    """
    run = {name: getattr(given, name) or usual for name, usual in USUAL.items()}
    name = run.pop("recipe")
    changes = _given(given, ResNetConfig)
    with by_option():
        recipe = dataclasses.replace(RECIPES[name], **_given(given, Recipe))
        _check_network(get_config(run["model"]), changes)
    kept = {"recipe_name": name, "recipe": dataclasses.asdict(recipe)}
    return run | kept | {"config": changes}


def _given(given, kind):
    values = {name: getattr(given, name) for name in FIELDS[kind]}
    return {name: value for name, value in values.items() if value is not None}


def _check_network(config, changes):
    """Raises ValueError, with the options to blame, for a network that cannot be."""
    if not changes:
        return
    try:
        config = dataclasses.replace(config, **changes)
    except ValueError as error:
        if str(error).partition("=")[0] in OPTIONS:
            raise
        blamed = ", ".join(f"--{OPTIONS[name]}" for name in changes)
        raise ValueError(f"{blamed}: {error}") from None
    for name in changes:
        value, most = getattr(config, name), _BLOCKS if name == "depths" else _WIDTH
        largest = max(value) if isinstance(value, tuple) else value
        if isinstance(largest, int) and largest > most:
            raise ValueError(f"{name}={value}: choose at most {most}")
    count = count_params(config)
    if count > _PARAMETERS:
        raise ValueError(f"{name}={value}: makes {count} parameters: choose less")


def agree(given: argparse.Namespace, kept: dict) -> None:
    """Raises ValueError when an option contradicts the run that is to be resumed."""
    began = kept | kept["recipe"] | kept["config"] | {"recipe": kept["recipe_name"]}
    for name in (*USUAL, *OPTIONS):
        value = getattr(given, name)
        if value is None:
            continue
        was = tuple(began[name]) if isinstance(value, tuple) else began[name]
        if value != was:
            option = stream_options.OPTIONS.get(name, name.replace("_", "-"))
            said = ("--" if value else "--no-") + option
            if not isinstance(value, bool):
                said = f"--{option} {value}"
            raise ValueError(
                f"{said} is not what the run in --out began with ({was}): leave it "
                "out, or choose a new folder"
            )
