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
    done = git("rev-parse", "--short=12", "HEAD")
    return "unknown" if done is None or done.returncode else done.stdout.strip()


def changed(files: Iterable[Path]) -> list[str]:
    """Which of these files are not as the commit has them.

    Raises:
        ValueError: There is neither a commit to compare with nor a file `COMMIT`; a
            file is of another checkout; git cannot tell.
    """
    if (ROOT / "COMMIT").is_file():
        return []
    if commit() == "unknown":
        raise ValueError(
            f"{ROOT} has neither git nor a file COMMIT to say which commit this is: "
            "record from a checkout, or try things with --dirty"
        )
    names = [str(path) for path in files]
    for path in names:
        if not Path(path).is_relative_to(ROOT):
            raise ValueError(
                f"{path} is not in {ROOT}: PYTHONPATH has to name one checkout"
            )
    done = git("status", "--porcelain", "--untracked-files=all", "--", *names)
    if done.returncode:
        raise ValueError(f"git status in {ROOT}: {done.stderr.strip()}")
    return [line.split(maxsplit=1)[1] for line in done.stdout.splitlines()]


def git(*command: str, text: bool = True) -> subprocess.CompletedProcess | None:
    """What a git command says of the repository; None where there is no git."""
    command = ["git", *command]
    try:
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=text)
    except FileNotFoundError:
        return None
