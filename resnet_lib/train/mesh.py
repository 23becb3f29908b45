"""Data parallelism: where arrays live when several devices share a batch.

The batch is split over the devices and everything else is on all of them. XLA then adds
up what the devices find, gradients and batch statistics alike, so that the result is
that of one device, up to rounding.
"""

import math

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

AXIS = "data"


def data_mesh(count: int | None = None) -> Mesh:
    """The first `count` devices in a row, of all processes; all of them unless given.

    Raises:
        ValueError: When there are not so many, or some process would have none.
    """
    devices = jax.devices()
    count = len(devices) if count is None else count
    if not 1 <= count <= len(devices):
        raise ValueError(f"{count} devices asked for: there are {len(devices)}")
    if jax.process_count() > 1 and count < len(devices):
        raise ValueError("several processes use all of their devices: leave N out")
    return Mesh(np.array(devices[:count]), (AXIS,))


def check_divides(batch_size: int, mesh: Mesh | None) -> None:
    """Raises ValueError, with the nearest that would do, unless the batch divides."""
    count = 1 if mesh is None else math.prod(mesh.devices.shape)
    below = batch_size // count * count
    if batch_size != below:
        choices = [str(size) for size in (below, below + count) if size]
        raise ValueError(
            f"batch_size={batch_size} does not divide over {count} devices: choose "
            f"{' or '.join(choices)}"
        )


def everywhere(mesh: Mesh | None) -> NamedSharding | None:
    """Each device holds the whole."""
    return mesh and NamedSharding(mesh, PartitionSpec())


def replicate(mesh: Mesh | None, tree):
    """Every array of a pytree on every device."""
    if mesh is None:
        return jax.tree.map(jax.numpy.asarray, tree)
    return jax.tree.map(lambda leaf: _put(mesh, PartitionSpec(), leaf), tree)


def split(mesh: Mesh | None, array, axis: int = 0):
    """An array with one axis shared out among the devices."""
    if mesh is None:
        return jax.numpy.asarray(array)
    return _put(mesh, PartitionSpec(*[None] * axis, AXIS), array)


def take(mesh: Mesh | None, array: np.ndarray, rows: np.ndarray):
    """`array[rows]`, shared out: a process reads the rows of its own devices only."""
    if mesh is None:
        return array[rows]
    sharding = NamedSharding(mesh, PartitionSpec(AXIS))
    shape = (len(rows), *array.shape[1:])
    return jax.make_array_from_callback(
        shape, sharding, lambda index: array[rows[index[0]]]
    )


def _put(mesh, spec, leaf):
    leaf = np.asarray(leaf)
    return jax.make_array_from_callback(
        leaf.shape, NamedSharding(mesh, spec), lambda index: leaf[index]
    )
