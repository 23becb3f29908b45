"""The files of a checkpoint: its arrays under names, and the list that seals it."""

import hashlib
import os
from pathlib import Path

import jax
import numpy as np
import safetensors.numpy

from resnet_lib import files

NAME = "manifest.sha256"
_LONGEST = 1 << 20  # bytes; ours have a few hundred


def named(tree) -> dict[str, np.ndarray]:
    """The leaves of a pytree as NumPy arrays, by their path."""
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path): np.asarray(leaf) for path, leaf in leaves}


def restore(tree, found: dict[str, np.ndarray]):
    """A pytree like `tree` from what `named` gave."""
    return jax.tree.unflatten(jax.tree.structure(tree), found.values())


def digest(arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of names, types, shapes and values."""
    found = hashlib.sha256()
    for name, array in arrays.items():
        found.update(f"{name} {array.dtype} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Writes and flushes a new file."""
    kept = {name: array.view(_stored(array.dtype)) for name, array in arrays.items()}
    files.create(path, safetensors.numpy.save(kept))


def read_arrays(path: Path, like: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The arrays of a file, in the order of `like`.

    Raises:
        ValueError: When names, shapes or types are others than those of `like`.
        OSError: When the file cannot be read.
    """
    with files.open_plain(path) as file:
        kept = safetensors.numpy.load(file.read())
    if {name: (array.shape, array.dtype) for name, array in kept.items()} != {
        name: (array.shape, _stored(array.dtype)) for name, array in like.items()
    }:
        raise ValueError("of another model")
    return {name: kept[name].view(array.dtype) for name, array in like.items()}


def _stored(dtype):
    """NumPy knows bfloat16 and its like only as bytes, which safetensors refuses."""
    return np.dtype(f"u{dtype.itemsize}") if dtype.kind == "V" else dtype


def seal(folder: Path) -> None:
    """Lists every file, and signs the list with a sum of its own.

    `sha256sum -c manifest.sha256` reads the list too.
    """
    names = sorted(_names(folder))
    lines = "".join(f"{files.sha256(folder / name)}  {name}\n" for name in names)
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
            if before[name] != files.sha256(folder / name):
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


def _by_name(text):
    pairs = (line.partition("  ") for line in text.splitlines())
    return {name: digest for digest, _, name in pairs}
