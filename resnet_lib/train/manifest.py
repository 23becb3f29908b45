"""A folder's files with their SHA-256, to tell a sound copy from a damaged one."""

import hashlib
import os
from pathlib import Path

NAME = "manifest.sha256"


def write(folder: Path) -> None:
    """Lists every file; `sha256sum -c manifest.sha256` reads the list too."""
    with open(folder / NAME, "x") as file:
        file.write(_list(folder))
        file.flush()
        os.fsync(file.fileno())


def fault(folder: Path) -> str | None:
    """What is wrong with a folder, in words; None when every bit is as written."""
    path = folder / NAME
    if not path.is_file():
        return f"it has no {NAME}"
    written, found = path.read_bytes().decode(errors="replace"), _list(folder)
    if written == found:
        return None
    before, now = _by_name(written), _by_name(found)
    for name in sorted(before.keys() | now.keys()):
        if name not in now:
            return f"{name} is missing"
        if name not in before:
            return f"{name} does not belong to it"
        if before[name] != now[name]:
            return f"{name} is not what was written"
    return f"{NAME} is not what was written"


def _list(folder):
    paths = sorted(path for path in folder.rglob("*") if not path.is_dir())
    names = [path.relative_to(folder).as_posix() for path in paths]
    lines = [f"{_sha256(folder / name)}  {name}\n" for name in names if name != NAME]
    return "".join(lines)


def _sha256(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _by_name(text):
    pairs = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in pairs}
