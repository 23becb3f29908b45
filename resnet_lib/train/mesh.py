"""Data parallelism: where arrays live when several devices share a batch.

The batch is split over the devices and everything else is on all of them. XLA then adds
up what the devices find, gradients and batch statistics alike, so that the result is
that of one device, up to rounding.
"""

import jax
import numpy as np
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from resnet_lib import values

AXIS = "data"


def data_mesh(count: int | None = None) -> Mesh:
    """The first `count` devices in a row, of all processes; all of them unless given.

    Raises:
        ValueError: When there are not so many, or some process would have none.
    """
    devices = jax.devices()
    count = len(devices) if count is None else values.whole("count", count)
    if count > len(devices):
        raise ValueError(f"{count} devices asked for: there are {len(devices)}")
    if jax.process_count() > 1 and count < len(devices):
        raise ValueError("several processes use all of their devices: leave N out")
    return _mesh(np.array(devices[:count]))


def one_axis(mesh: Mesh | None) -> Mesh | None:
    """The mesh with its axis called `AXIS` and left to XLA, whatever it was before.

    Raises:
        ValueError: For several axes, or what is no mesh.
    """
    if mesh is None:
        return None
    values.instance("mesh", mesh, Mesh, "a mesh: resnet_lib.train.data_mesh(n)")
    devices = np.asarray(mesh.devices)
    if devices.ndim != 1:
        raise ValueError(
            f"the mesh has {devices.ndim} axes, {mesh.axis_names}: give one of one "
            "axis, jax.make_mesh((n,), ('data',)) or resnet_lib.train.data_mesh(n)"
        )
    return _mesh(devices)


def _mesh(devices):
    return Mesh(devices, (AXIS,), axis_types=(AxisType.Auto,))


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


def place(mesh: Mesh | None) -> tuple[int, int]:
    """Which of the mesh's processes this is, from 0, and how many there are."""
    if mesh is None:
        return 0, 1
    processes = sorted({device.process_index for device in mesh.devices.flat})
    return processes.index(jax.process_index()), len(processes)


def join(mesh: Mesh | None, tree):
    """Arrays of which each process brings the rows of its own devices."""
    if mesh is None:
        return tree
    sharding = NamedSharding(mesh, PartitionSpec(AXIS))
    return jax.tree.map(
        lambda leaf: jax.make_array_from_process_local_data(sharding, leaf), tree
    )


def _put(mesh, spec, leaf):
    leaf = np.asarray(leaf)
    return jax.make_array_from_callback(
        leaf.shape, NamedSharding(mesh, spec), lambda index: leaf[index]
    )
