"""What a run's last bits depend on, besides the run: versions, device, flags."""

import os
import platform
from importlib import metadata

import jax

PACKAGES = ("jax", "jaxlib", "flax", "optax", "numpy")
FLAGS = (
    "jax_enable_x64",
    "jax_default_matmul_precision",
    "jax_default_prng_impl",
    "jax_threefry_partitionable",
)


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
