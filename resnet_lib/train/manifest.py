"""A folder's files with their SHA-256, to tell a sound copy from a damaged one."""

import hashlib
import os
from pathlib import Path

from resnet_lib import files

NAME = "manifest.sha256"
_LONGEST = 1 << 20  # bytes; ours have a few hundred


def write(folder: Path) -> None:
    """Lists every file, and signs the list with a sum of its own.

    `sha256sum -c manifest.sha256` reads the list too.
    """
    names = sorted(_names(folder))
    lines = "".join(f"{_sha256(folder / name)}  {name}\n" for name in names)
    files.create(folder / NAME, _signed(lines))


def fault(folder: Path) -> str | None:
    """What is wrong with a folder, in words; None when every bit is as written."""
    try:
        with files.open_plain(folder / NAME) as file:
            text = file.read(_LONGEST).decode(errors="replace")
        now = {*_names(folder)} - {NAME}
    except FileNotFoundError:
        return f"it has no {NAME}"
    except OSError as error:
        return _unreadable(os.path.basename(error.filename or NAME), error)
    lines = text.rpartition("# ")[0]
    if text != _signed(lines):
        return f"{NAME} is not what was written"
    before = _by_name(lines)
    for name in sorted(before.keys() | now):
        shown = name if name.isprintable() else repr(name)
        if name not in now:
            return f"{shown} is missing"
        if name not in before:
            return f"{shown} does not belong to it"
        try:
            if before[name] != _sha256(folder / name):
                return f"{shown} is not what was written"
        except OSError as error:
            return _unreadable(shown, error)
    return None


def _signed(lines):
    return f"{lines}# {hashlib.sha256(lines.encode()).hexdigest()}\n"


def _unreadable(name, error):
    return f"{name} cannot be read: {error.strerror}"


def _names(folder, prefix=""):
    with os.scandir(folder) as entries:
        for entry in entries:
            if files.is_litter(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from _names(entry.path, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name


def _sha256(path):
    with files.open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_name(text):
    pairs = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in pairs}
