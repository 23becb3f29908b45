"""Where a number comes from: commit, device, versions, date."""

import datetime
import os
import platform
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import jax

PACKAGES = ("jax", "jaxlib", "flax", "optax", "numpy")
ROOT = Path(__file__).parents[3]
"""The repository, where there is one; a copy of it without git has a file `COMMIT`."""


def provenance() -> dict:
    """What a reader needs to repeat a run, but for its command and code."""
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "commit": commit(),
        **conditions(),
    }


def conditions() -> dict:
    """What the bits of a run depend on besides its code: device and versions."""
    device = f"{jax.devices()[0].device_kind}, {os.cpu_count()} CPU cores"
    if precision := jax.config.jax_default_matmul_precision:
        device += f", float32 products: {precision}"
    return {
        "device": device,
        "python": platform.python_version(),
        "versions": {package: metadata.version(package) for package in PACKAGES},
    }


def commit() -> str:
    """The commit that this copy is of, or `"unknown"`."""
    written = ROOT / "COMMIT"
    if written.is_file():
        return written.read_text().strip()[:12]
    return _git("rev-parse", "--short=12", "HEAD") or "unknown"


def changed(files: Iterable[Path]) -> list[str]:
    """Which of these files are not as the commit has them.

    Raises:
        ValueError: There is neither a commit to compare with nor a file `COMMIT`.
    """
    if (ROOT / "COMMIT").is_file():
        return []
    if commit() == "unknown":
        raise ValueError(
            f"{ROOT} has neither git nor a file COMMIT to say which commit this is: "
            "record from a checkout, or try things with --dirty"
        )
    names = [str(path) for path in files]
    lines = _git("status", "--porcelain", "--untracked-files=all", "--", *names)
    return [line.split(maxsplit=1)[1] for line in lines.splitlines()]


def _git(*command: str) -> str:
    try:
        done = subprocess.run(
            ["git", *command], cwd=ROOT, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:  # no git here
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
