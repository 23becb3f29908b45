"""Packages of npm whose files the repository keeps, so that no build needs npm.

A folder with `package.json` and `package-lock.json` says which: npm refuses files with
other hashes. What is made of them is committed with its hashes, in `SHA256SUMS`.
"""

import contextlib
import hashlib
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

SUMS = "SHA256SUMS"


def version(folder: Path, package: str) -> str:
    """The version of a package in the folder's lock."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    return lock["packages"][f"node_modules/{package}"]["version"]


@contextlib.contextmanager
def installed(folder: Path) -> Iterator[Path]:
    """A temporary folder with `node_modules` as the folder's lock says.

    Raises:
        SystemExit: there is no npm.
    """
    if shutil.which("npm") is None:
        raise SystemExit(f"{folder.name}: no npm: install Node.js, which brings it")
    with tempfile.TemporaryDirectory() as work:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(folder / name, work)
        subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=work, check=True)
        yield Path(work)


def sums(folder: Path) -> str:
    """The hashes of a folder's files, as `sha256sum -c` reads them."""
    files = sorted(path for path in folder.iterdir() if path.name != SUMS)
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    return "".join(f"{h}  {p.name}\n" for h, p in zip(hashes, files, strict=True))


def write_sums(folder: Path) -> None:
    """Write the hashes beside the files."""
    (folder / SUMS).write_text(sums(folder), encoding="utf-8")
