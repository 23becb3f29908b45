"""Folders for what is half-made; those that a killed process left go with the next.

Each is locked for as long as its process lives. So a folder whose lock is free belongs
to a process that is dead, and no other is ever touched.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# TFDS passes over what begins so.
_NAME = "incomplete.resnet_lib-"
_NAME_WITHOUT_LOCK = "incomplete.unlocked-"


@contextlib.contextmanager
def folder(parent: Path) -> Iterator[Path]:
    """A new folder in `parent`, removed at the end, after those of dead processes.

    Where the file system has no locks, nothing that others left is removed.

    Raises:
        OSError: `parent` cannot be written to.
    """
    with contextlib.ExitStack() as held:
        try:
            with locked(parent):  # nobody takes a folder made just now for a dead one
                _remove_dead(parent)
                made = Path(tempfile.mkdtemp(prefix=_NAME, dir=parent))
                held.callback(shutil.rmtree, made, ignore_errors=True)
                held.enter_context(locked(made))
        except NoLocksError:
            made = Path(tempfile.mkdtemp(prefix=_NAME_WITHOUT_LOCK, dir=parent))
            held.callback(shutil.rmtree, made, ignore_errors=True)
        yield made


def clear(parent: Path) -> None:
    """Remove the folders of dead processes from `parent`, if there are any."""
    with contextlib.suppress(OSError), locked(parent, wait=False):
        _remove_dead(parent)


class NoLocksError(OSError):
    """The file system, or the operating system, has none."""


@contextlib.contextmanager
def locked(path: Path, wait: bool = True) -> Iterator[None]:
    """Holds a folder's lock, which ends with the process at the latest.

    Args:
        path: of the folder.
        wait: for others to let it go.

    Raises:
        BlockingIOError: another has it, and waiting was not asked for.
        NoLocksError: there are none here.
    """
    try:
        import fcntl
    except ImportError as error:  # Windows
        raise NoLocksError from error
    opened = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise
        except OSError as error:
            raise NoLocksError from error
        yield
    finally:
        os.close(opened)


def _remove_dead(parent: Path) -> None:
    for path in parent.glob(f"{_NAME}*"):
        with contextlib.suppress(OSError), locked(path, wait=False):
            shutil.rmtree(path, ignore_errors=True)
