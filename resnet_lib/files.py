"""Files: written whole or not at all, flushed, in strict JSON; read if plain."""

import contextlib
import errno
import fnmatch
import hashlib
import json
import math
import os
import stat
from pathlib import Path

from resnet_lib import values

# What operating systems, file servers and notebooks put beside anybody's files.
_LITTER = (
    *(".DS_Store", "._*", ".AppleDouble", ".fseventsd", ".Spotlight-V100", ".Trash*"),
    *("Thumbs.db", "ehthumbs.db", "desktop.ini", "$RECYCLE.BIN"),
    *("System Volume Information", "lost+found", ".directory", "@eaDir"),
    *(".nfs*", ".fuse_hidden*", ".ipynb_checkpoints"),
)
_CANNOT_FLUSH = (errno.EINVAL, errno.ENOTSUP, errno.ENOSYS)


def write(path: Path, content: bytes | str) -> None:
    """Puts a file in its place, whole or not at all.

    Raises:
        OSError: When it cannot be written; what stood there before still does.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        create(partial, content)
        os.replace(partial, path)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    flush(path.parent)


def create(path: Path, content: bytes | str) -> None:
    """Writes a new file and flushes it; its name is for `flush` of the folder."""
    with open(path, "xb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        _sync(file.fileno())


def flush(folder: Path) -> None:
    """Flushes the names in a folder, on file systems that can."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _sync(handle)
    finally:
        os.close(handle)


def _sync(handle):
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _CANNOT_FLUSH:
            raise


def open_plain(path: Path):
    """Opens a plain file to read bytes.

    Raises:
        OSError: For anything else (a link, a folder, a pipe, which would wait for a
            writer), and for a file that cannot be read.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):
        raise OSError(errno.EINVAL, "not a plain file", str(path))
    return open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def sha256(path: Path) -> str:
    """The digest of a plain file, in hexadecimal; errors as of `open_plain`."""
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_litter(name: str) -> bool:
    """Whether a name is one that systems leave behind, such as `.DS_Store`."""
    return any(fnmatch.fnmatchcase(name.lower(), one.lower()) for one in _LITTER)


def to_json(value, indent: int | None = None) -> str:
    """Strict JSON, of what `plain` gives."""
    return json.dumps(plain(value), indent=indent, allow_nan=False)


def plain(value, name: str = "value"):
    """What JSON can hold: NumPy's and JAX's numbers as Python's, NaN and ∞ as None.

    Args:
        value: Of dictionaries, lists, tuples, numbers, strings and None.
        name: What to call it in an error.

    Raises:
        TypeError: For anything else, with its name.
    """
    value = values.plain(value)
    if isinstance(value, dict):
        return {str(key): plain(one, f"{name}.{key}") for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one, f"{name}[{i}]") for i, one in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    kind = type(value).__name__
    raise TypeError(f"{name}={values.shown(value)}: JSON cannot hold a {kind}")
