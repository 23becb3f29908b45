"""A pytree's arrays under names, and the file that keeps them.

By safetensors: one call that raises what the system says. Orbax, used before, writes
the same arrays from threads of its own into a dozen files, many times slower for a
small network, and when the disk is full fills the screen with the threads' tracebacks;
what else it does, several hosts and rotation, was not used.
"""

import hashlib
from pathlib import Path

import jax
import numpy as np
import safetensors.numpy

from resnet_lib import files


def named(tree) -> dict[str, np.ndarray]:
    """The leaves of a pytree as NumPy arrays, by their path; keys as their numbers."""
    leaves = jax.tree_util.tree_leaves_with_path(tree)
    return {jax.tree_util.keystr(path): _numbers(leaf) for path, leaf in leaves}


def restore(tree, found: dict[str, np.ndarray]):
    """A pytree like `tree` from what `named` gave; only keys are JAX's arrays."""
    leaves, structure = jax.tree.flatten(tree)
    pairs = zip(found.values(), leaves, strict=True)
    return jax.tree.unflatten(
        structure,
        [
            jax.random.wrap_key_data(array, impl=jax.random.key_impl(leaf))
            if _is_key(leaf)
            else array
            for array, leaf in pairs
        ],
    )


def _is_key(leaf):
    return jax.dtypes.issubdtype(getattr(leaf, "dtype", None), jax.dtypes.prng_key)


def _numbers(leaf):
    return np.asarray(jax.random.key_data(leaf) if _is_key(leaf) else leaf)


def digest(arrays: dict[str, np.ndarray]) -> str:
    """SHA-256 of names, types, shapes and values."""
    found = hashlib.sha256()
    for name, array in arrays.items():
        found.update(f"{name} {array.dtype} {array.shape}\n".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def write(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Writes and flushes a new file."""
    kept = {name: array.view(_stored(array.dtype)) for name, array in arrays.items()}
    files.create(path, safetensors.numpy.save(kept))


def read(path: Path, like: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
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
