"""Chapter 8: batches on many devices, right and wrong."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P


def shards(batch, mesh, axis="data"):
    """One by one, with the other axes written out."""

    def put(array):
        spec = P(axis, *[None] * (array.ndim - 1))
        return jax.device_put(array, NamedSharding(mesh, spec))

    return {name: put(array) for name, array in batch.items()}


def by_jit(batch, mesh):
    return jax.jit(lambda b: b, out_shardings=NamedSharding(mesh, P("data")))(batch)


def replicates(batch, mesh):
    return jax.device_put(batch, NamedSharding(mesh, P()))


def splits_rows(batch, mesh):
    spread = shards(batch, mesh)
    sharding = NamedSharding(mesh, P(None, None, "data"))
    split = {n: jax.device_put(v, sharding) for n, v in batch.items() if v.ndim > 2}
    return {**spread, **split}


def forgets_labels(batch, mesh):
    return {**batch, "images": shards(batch, mesh)["images"]}


def on_one_device(batch, mesh):
    return jax.device_put(batch, mesh.devices.flat[0])


def cuts(batch, mesh):
    n = mesh.devices.size
    return jax.tree.map(lambda a: a.reshape(n, len(a) // n, *a.shape[1:]), batch)


def at_once(batch, mesh):
    return jax.device_put(batch, NamedSharding(mesh, P(("data",))))


def constrained(batch, mesh):
    sharding = NamedSharding(mesh, P("data"))
    return jax.jit(lambda b: jax.lax.with_sharding_constraint(b, sharding))(batch)


def constrained_at_once(batch, mesh):
    sharding = NamedSharding(mesh, P("data"))
    return jax.lax.with_sharding_constraint(jax.tree.map(jnp.asarray, batch), sharding)


def piece_by_piece(batch, mesh):
    sharding = NamedSharding(mesh, P("data"))
    return {
        name: jax.make_array_from_callback(array.shape, sharding, array.__getitem__)
        for name, array in batch.items()
    }


def names_written_out(batch, mesh):
    spread = shards(batch, mesh)
    return {"images": spread["images"], "labels": spread["labels"]}


def keeps_two_names(batch, mesh):
    kept = ("images", "labels", "pixels", "weights")
    return {n: v for n, v in shards(batch, mesh).items() if n in kept}


def with_floats(batch, mesh):
    return shards({n: v.astype(np.float32) for n, v in batch.items()}, mesh)


def constrained_to_nothing(batch, mesh):
    sharding = NamedSharding(mesh, P())
    return jax.jit(lambda b: jax.lax.with_sharding_constraint(b, sharding))(batch)


def on_another_mesh(batch, mesh):
    return shards(batch, Mesh(mesh.devices, ("batch",)), "batch")


RIGHT = [
    ("shard_batch", shards),
    ("shard_batch", by_jit),
    ("shard_batch", at_once),
    ("shard_batch", constrained),
    ("shard_batch", constrained_at_once),
    ("shard_batch", piece_by_piece),
]

WRONG = [
    ("shard_batch", replicates, "replicated"),
    ("shard_batch", splits_rows, "other than the leading one"),
    ("shard_batch", forgets_labels, "still on the host"),
    ("shard_batch", on_one_device, "lies on one device"),
    ("shard_batch", cuts, "cut in two"),
    ("shard_batch", lambda b, mesh: shards(b, mesh)["images"], "return a dict"),
    (
        "shard_batch",
        lambda b, mesh: shards({**b, "labels": b["labels"] + 1}, mesh),
        "`labels`: ",
    ),
    ("shard_batch", names_written_out, "It stopped with `KeyError`"),
    ("shard_batch", keeps_two_names, "with the same names as `batch`. For the names"),
    ("shard_batch", with_floats, "float32, where int32 is right"),
    ("shard_batch", constrained_to_nothing, "replicated"),
    ("shard_batch", on_another_mesh, "the mesh is not the one"),
    ("shard_batch", lambda b, mesh: tuple(shards(b, mesh)), "there came a tuple of 2"),
    ("shard_batch", lambda b, mesh: jax.tree.map(jnp.asarray, b), "on one device"),
]
