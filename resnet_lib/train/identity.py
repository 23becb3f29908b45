"""Which run this is, what its last bits depend on, and what processes must share."""

import argparse
import hashlib
import os
import platform
from importlib import metadata
from pathlib import Path

import jax

import resnet_lib

PACKAGES = ("jax", "jaxlib", "flax", "optax", "numpy")
FLAGS = (
    "jax_enable_x64",
    "jax_default_matmul_precision",
    "jax_default_prng_impl",
    "jax_threefry_partitionable",
)
OWN_OPTIONS = ("coordinator", "process_id", "out", "data_dir")
OWN_FLAGS = ("cache", "dir", "dump", "visible_devices", "log", "explain", "address")
VARIABLES = ("XLA_FLAGS", "LIBTPU_INIT_ARGS")


def setting(devices: int = 1) -> dict[str, str]:
    """Names and values, as text."""
    values = {package: metadata.version(package) for package in PACKAGES}
    values |= {flag: getattr(jax.config, flag) for flag in FLAGS}
    values |= {
        "python": platform.python_version(),
        "device": jax.devices()[0].device_kind,
        "devices": devices,
        "processes": jax.process_count(),
        "CPU cores": os.cpu_count(),
        "XLA_FLAGS": os.environ.get("XLA_FLAGS", ""),
    }
    return {name: str(value) for name, value in values.items()}


def differences(before: dict, now: dict, prefix: str = "") -> list[str]:
    """`"name was x, is y"` for each value that differs, nested ones with their path."""
    found = []
    for name in sorted(before.keys() | now.keys()):
        was, is_ = before.get(name), now.get(name)
        if isinstance(was, dict) and isinstance(is_, dict):
            found += differences(was, is_, f"{prefix}{name}.")
        elif was != is_:
            found.append(f"{prefix}{name} was {was!r}, is {is_!r}")
    return found


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
