"""The Debian and Ubuntu package of Fashion-MNIST, fetched without root.

For machines whose only way out is their package mirror. Nothing is installed: the
package is downloaded and unpacked into a folder of the caller's.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

from resnet_lib.data.dataset import DataError, one_line
from resnet_lib.data.fashion_mnist import idx

PACKAGE = "dataset-fashion-mnist"

_UPDATE_LIMIT = 120.0
_DOWNLOAD_LIMIT = 300.0
_NOTES = 1 << 20
"""Bytes for all that a package holds beside the data."""
# As root, apt works as the user _apt, who may not enter a private temporary folder.
_OPTIONS = (
    "-oAPT::Sandbox::User=root",
    "-oAcquire::Retries=1",
    "-oAcquire::http::Timeout=10",
    "-oAcquire::https::Timeout=10",
)
_log = logging.getLogger("resnet_lib.data")


def available() -> bool:
    """Whether this machine has apt and dpkg."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def fetch(folder: Path) -> Path:
    """Download and unpack the package.

    The system's package lists are tried first. Where they are empty, as in most
    containers, only root may fill them: then lists of our own are fetched.

    Args:
        folder: an existing folder to work in.

    Returns:
        The folder, which has the package's raw files now.

    Raises:
        DataError: apt cannot find, fetch or unpack the package.
    """
    _log.info("Fashion-MNIST: downloading the system's package %s", PACKAGE)
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True)
    apt = ["apt-get", *_OPTIONS, f"-oDir::Cache={folder}/cache"]
    try:
        _run([*apt, "download", PACKAGE], folder, _DOWNLOAD_LIMIT)
    except DataError:
        _log.info("Fashion-MNIST: not in the system's package lists, fetching new ones")
        apt += [f"-oDir::State::Lists={folder}/lists"]
        _run([*apt, "update"], folder, _UPDATE_LIMIT)
        _run([*apt, "download", PACKAGE], folder, _DOWNLOAD_LIMIT)
    archives = sorted(folder.glob(f"{PACKAGE}_*.deb"))
    if not archives:
        raise DataError(f"apt-get download {PACKAGE} left no package in {folder}")
    _unpack(archives[-1], folder)
    return folder


def _unpack(package: Path, folder: Path) -> None:
    """Take the four files only, and stop once there is more than they can be."""
    files = {f"{file.name}.gz": file for pair in idx.FILES.values() for file in pair}
    left = sum(file.size for file in files.values()) + _NOTES
    command = ["dpkg-deb", "--fsys-tarfile", str(package)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as unpacking:
        try:
            with tarfile.open(fileobj=unpacking.stdout, mode="r|") as members:
                for member in members:
                    left -= member.size
                    if left < 0:
                        raise DataError(f"{package.name} is too large for {PACKAGE}")
                    name = Path(member.name).name
                    if member.isfile() and name in files:
                        (folder / name).write_bytes(members.extractfile(member).read())
        except tarfile.TarError as error:
            raise DataError(f"{package.name} is damaged: {one_line(error)}") from None
        finally:
            unpacking.kill()


def _run(command: list[str], folder: Path, limit: float) -> None:
    """Run a command in `folder`; its last line of complaint becomes the error."""
    name = " ".join(part for part in command if not part.startswith("-o"))
    try:
        subprocess.run(
            command,
            cwd=folder,
            timeout=limit,
            check=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        raise DataError(f"`{name}` did not finish within {limit:g} s") from None
    except subprocess.CalledProcessError as error:
        complaint = (error.stderr.strip() or "no message").splitlines()[-1]
        raise DataError(f"`{name}` failed: {one_line(complaint)}") from None
    except OSError as error:
        raise DataError(f"`{name}` cannot be run: {error.strerror}") from None
