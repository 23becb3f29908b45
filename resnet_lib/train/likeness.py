"""What several processes must have in common to train one model together."""

import argparse
import hashlib
import os
from importlib import metadata
from pathlib import Path

import jax

import resnet_lib
from resnet_lib.train.setting import PACKAGES

OWN_OPTIONS = ("coordinator", "process_id", "out", "data_dir")
OWN_FLAGS = ("cache", "dir", "dump", "visible_devices", "log", "explain", "address")
VARIABLES = ("XLA_FLAGS", "LIBTPU_INIT_ARGS")


def likeness(given: argparse.Namespace) -> dict[str, str]:
    """Options, versions, flags and the package's code, as text by name."""
    options = {
        f"--{name.replace('_', '-')}": value
        for name, value in vars(given).items()
        if name not in OWN_OPTIONS
    }
    flags = {
        name: value
        for name, value in jax.config.values.items()
        if not any(part in name for part in OWN_FLAGS)
    }
    variables = {name: os.environ.get(name, "") for name in VARIABLES}
    versions = {package: metadata.version(package) for package in PACKAGES}
    values = options | versions | flags | variables | _code()
    return {name: str(value) for name, value in values.items()}


def _code():
    root = Path(resnet_lib.__file__).parent
    return {
        f"resnet_lib/{path.relative_to(root).as_posix()}": hashlib.sha256(
            path.read_bytes()
        ).hexdigest()[:12]
        for path in sorted(root.rglob("*.py"))
    }


def unlike(first: dict[str, str], other: dict[str, str], number: int) -> str:
    """How process `number` differs from process 0, in words; empty when it does not."""
    names = sorted(name for name in first | other if first.get(name) != other.get(name))
    parts = [
        f"{name} is {first.get(name)!r} in process 0, {other.get(name)!r} in {number}"
        for name in names[:3]
    ]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return "; ".join(parts) + more
