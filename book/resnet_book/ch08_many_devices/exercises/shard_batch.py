"""Chapter 8: a batch on many devices."""

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding

from resnet_book.exercises import jaxprs, wording
from resnet_book.exercises.arrays import shape_of
from resnet_book.exercises.compare import explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import Crash, NotYet, Shape, call

_EXPECTS = "shard_batch(batch, mesh)"


def _batches(devices: int) -> list[dict[str, np.ndarray]]:
    """Two, with other names, kinds of numbers and axes."""
    rng, n = np.random.default_rng(0), 4 * devices
    pixels = rng.normal(size=(n, 2, 2 * devices, 1))
    return [
        {"images": pixels.astype(np.float32), "labels": np.arange(n, dtype=np.int32)},
        {
            "pixels": rng.integers(0, 256, (2 * n, 2, 2, 3), dtype=np.uint8),
            "weights": rng.uniform(size=2 * n).astype(np.float32),
            "soft": rng.uniform(size=(2 * n, 2 * devices)).astype(np.float16),
        },
    ]


@exercise(1)
def shard_batch(answer):
    """`shard_batch(batch, mesh)` → the same dict, leading axes sharded over "data".

    Args:
        answer: Function of a dict of arrays with a common leading axis and a
            `jax.sharding.Mesh` whose only axis is called `"data"`.
    """
    mesh = Mesh(np.array(jax.devices()), ("data",))
    for batch in _batches(mesh.size):
        got = call(answer, batch, mesh, expects=_EXPECTS)
        if not isinstance(got, dict) or got.keys() != batch.keys():
            came = sorted(map(str, got)) if isinstance(got, dict) else wording.kind(got)
            raise Shape(
                "It should return a dict with the same names as `batch`. For the names "
                f"{sorted(batch)} there came {came}."
            )
        for name, array in batch.items():
            _judge_array(f"`{name}`: ", got[name], array, mesh)
            _judge_sharding(answer, batch, name, got[name], mesh)
    return (
        "This one line is data parallelism: jit sees the sharding, gives each device "
        "its share of the work and adds the sums that are needed."
    )


def _judge_array(where, value, array, mesh):
    n = mesh.size
    if (shape_of(value) or ())[:2] == (n, len(array) // n):
        raise Shape(
            f"{where}the leading axis was cut in two, as `jax.pmap` wants it. A "
            "sharded array keeps its shape."
        )
    explain(value, array, where)
    if not np.array_equal(np.asarray(value, array.dtype), array):
        raise NotYet(f"{where}the numbers are not those that were given.")
    if getattr(value, "dtype", None) != array.dtype:
        found = getattr(value, "dtype", type(value).__name__)
        raise NotYet(
            f"{where}the numbers are {found}, where {array.dtype} is right. The arrays "
            "are to be dealt out as they are."
        )


def _judge_sharding(answer, batch, name, value, mesh):
    where, sharding = f"`{name}`: ", getattr(value, "sharding", None)
    if sharding is None:
        raise NotYet(f"{where}it is still on the host, {wording.kind(value)}.")
    if _is_right(sharding, mesh, value.ndim) or (
        mesh.size == 1 and _is_asked_for(answer, batch, name, mesh)
    ):
        return
    if not isinstance(sharding, NamedSharding):
        raise NotYet(
            f"{where}the whole array lies on one device; it knows nothing of the mesh."
        )
    if sharding.mesh != mesh:
        raise NotYet(f"{where}the mesh is not the one that was given.")
    if not [axis for axis in sharding.spec if axis not in (None, ())]:
        raise NotYet(
            f"{where}every device holds a copy of the whole array (it is replicated). "
            "Each should hold its share."
        )
    raise NotYet(
        f"{where}an axis other than the leading one is split. The images are to be "
        "dealt out, not cut to pieces."
    )


def _is_right(sharding, mesh, ndim):
    if isinstance(sharding, NamedSharding):
        spec = tuple(sharding.spec)
        rest = [axis for axis in spec[1:] if axis not in (None, ())]
        return sharding.mesh == mesh and spec[:1] in _LEADING and not rest
    wanted = NamedSharding(mesh, jax.sharding.PartitionSpec("data"))
    return mesh.size > 1 and sharding.is_equivalent_to(wanted, ndim)


_LEADING = (("data",), (("data",),))


def _is_asked_for(answer, batch, name, mesh):
    """Whether the program asks for the sharding; one device simplifies it away."""

    def traced(array):
        return call(answer, {**batch, name: array}, mesh, expects=_EXPECTS)[name]

    try:
        found = list(jaxprs.equations(traced, batch[name]))
    except Crash:
        return False
    asked = [
        sharding
        for equation in found
        for key in ("sharding", "in_shardings", "out_shardings")
        for sharding in _as_tuple(equation.params.get(key, ()))
    ]
    return any(
        isinstance(sharding, NamedSharding)
        and _is_right(sharding, mesh, batch[name].ndim)
        for sharding in asked
    )


def _as_tuple(value):
    return value if isinstance(value, tuple | list) else (value,)
