"""Runs an experiment that is too long for a page, and keeps it with its provenance.

`python -m resnet_book.record NAME [--seeds 3]` writes `book/resnet_book/runs/NAME.json`, from which
the book takes its figures and numbers. Nothing else writes there.
"""

import argparse
import ast
import datetime
import hashlib
import importlib
import json
import os
import pkgutil
import platform
import subprocess
import sys
import time
from importlib import metadata
from pathlib import Path

import jax

from resnet_book import experiments as records
from resnet_lib import files

PACKAGES = ("jax", "jaxlib", "flax", "optax", "numpy")


def names() -> list[str]:
    """The experiments: the modules of `resnet_book.experiments`."""
    return [module.name for module in pkgutil.iter_modules(records.__path__)]


def record(
    name: str, seeds: int | None = None, folder: Path = Path("book/resnet_book/runs")
):
    """Runs an experiment and writes its record.

    Args:
        name: One of `names()`.
        seeds: How many, counted from 0; the experiment's own number unless given.
        folder: Where `NAME.json` goes.

    Returns:
        The path written.

    Raises:
        ValueError: For an unknown name or fewer than one seed.
    """
    if name not in names():
        raise ValueError(f"no record {name!r}: choose one of {', '.join(names())}")
    experiment = importlib.import_module(f"resnet_book.experiments.{name}")
    seeds = experiment.DEFAULT_SEEDS if seeds is None else seeds
    if seeds < 1:
        raise ValueError(f"--seeds {seeds}: at least one is needed")
    command = f"python -m resnet_book.record {name} --seeds {seeds}"
    about = provenance(name, command) | {"seeds": list(range(seeds))}
    _say_how_long(name)
    began = time.perf_counter()
    results = experiment.run(list(range(seeds)))
    about["seconds"] = round(time.perf_counter() - began, 1)
    path = folder / f"{name}.json"
    write(path, about, results)
    return path


def _say_how_long(name):
    try:
        last = load(name)["provenance"]
    except FileNotFoundError:
        return
    minutes = last["seconds"] / 60
    print(f"last time: {minutes:.0f} min, {last['device']}: {last['command']}")


def write(path: Path, about: dict, results: dict) -> None:
    """Puts a record in its place, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    result = {"provenance": about, "results": results}
    files.write(path, files.to_json(result, 1) + "\n")


def provenance(name: str, command: str) -> dict:
    """What a reader needs to repeat a run: commit, device, versions, date, command."""
    return {
        "command": command,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": _commit(),
        "code": code_hash(name),
        "device": f"{jax.devices()[0].device_kind}, {os.cpu_count()} CPU cores",
        "python": platform.python_version(),
        "versions": {package: metadata.version(package) for package in PACKAGES},
    }


def load(name: str) -> dict:
    """A recorded run: `provenance` and `results`.

    Raises:
        FileNotFoundError: When there is no such record.
    """
    checkout = Path(__file__).parents[1] / "book" / "runs"
    folder = checkout if checkout.is_dir() else Path(__file__).parent / "runs"
    return json.loads((folder / f"{name}.json").read_text())


def code_hash(name: str) -> str:
    """Hash of the code that decides what an experiment measures, comments aside.

    That is the network, the operations, the step, and the experiment's own module; not
    the loop around the step, which is tested to change no number. An experiment that
    depends on more names it in `CODE`, module by module, such as `"train/run"`.
    """
    package, digest = Path(__file__).parent, hashlib.sha256()
    modules = ("config", "layers", "blocks", "stages", "model", "probes", "augment")
    modules += ("train/recipe", "train/step", "train/evaluation", f"records/{name}")
    if name in names():
        experiment = importlib.import_module(f"resnet_book.experiments.{name}")
        modules += getattr(experiment, "CODE", ())
    files = [package / f"{module}.py" for module in modules]
    for path in (*files, *sorted((package / "ops").glob("*.py"))):
        if path.exists():
            digest.update(_statements(path.read_text()).encode())
    return digest.hexdigest()[:12]


def _statements(source):
    """Source without docstrings, comment lines and blank lines."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            lines[first.lineno - 1 : first.end_lineno] = [""] * (
                first.end_lineno - first.lineno + 1
            )
    kept = (line.rstrip() for line in lines)
    return "\n".join(x for x in kept if x and not x.lstrip().startswith("#"))


def _commit():
    def git(*command):
        where = Path(__file__).parent
        return subprocess.run(
            ["git", *command], cwd=where, capture_output=True, text=True, check=False
        ).stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--", ".") else ""
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + changed


def main(argv: list[str] | None = None) -> int:
    """The command line; 2 for values that make no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m resnet_book.record",
        description="Run a long experiment and keep it in book/resnet_book/runs/.",
    )
    parser.add_argument("name", help=", ".join(names()))
    parser.add_argument("--seeds", type=int, help="how many, counted from 0")
    parser.add_argument("--folder", type=Path, default=Path("book/resnet_book/runs"))
    arguments = parser.parse_args(argv)
    try:
        path = record(arguments.name, arguments.seeds, arguments.folder)
    except ValueError as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 2
    print(f"wrote {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
