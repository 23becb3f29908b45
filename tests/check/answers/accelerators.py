"""Chapter 7: answers that are right, and answers that are wrong in a known way."""

import jax
import jax.numpy as jnp
from jax.sharding import NamedSharding
from jax.sharding import PartitionSpec as P


def scanned(step, state, images, labels, order):
    """The shuffled epoch is laid out first, then walked along."""
    return jax.lax.scan(step, state, (images[order], labels[order]))


def in_a_while_loop(step, state, images, labels, order):
    def body(i, carry):
        state, losses = carry
        state, loss = step(state, (images[order[i]], labels[order[i]]))
        return state, losses.at[i].set(loss)

    return jax.lax.fori_loop(0, len(order), body, (state, jnp.zeros(len(order))))


def unrolled(step, state, images, labels, order):
    losses = []
    for index in order:
        state, loss = step(state, (images[index], labels[index]))
        losses.append(loss)
    return state, jnp.stack(losses)


def jitted_loop(step, state, images, labels, order):
    run = jax.jit(lambda state: unrolled(step, state, images, labels, order))
    return run(state)


def forgets_the_state(step, state, images, labels, order):
    last, losses = jax.lax.map(lambda i: step(state, (images[i], labels[i])), order)
    return jax.tree.map(lambda leaf: leaf[-1], last), losses


def ignores_order(step, state, images, labels, order):
    order = jnp.arange(order.size).reshape(order.shape)
    return scanned(step, state, images, labels, order)


def labels_as_they_lie(step, state, images, labels, order):
    rows = labels[: order.size].reshape(order.shape)
    return jax.lax.scan(step, state, (images[order], rows))


def epoch_with(change):
    """A scanned epoch, its losses changed."""

    def answer(*args):
        state, losses = scanned(*args)
        return state, change(losses)

    return answer


def shards(batch, mesh):
    """One by one, with the other axes written out."""

    def put(array):
        spec = P("data", *[None] * (array.ndim - 1))
        return jax.device_put(array, NamedSharding(mesh, spec))

    return {name: put(array) for name, array in batch.items()}


def by_jit(batch, mesh):
    return jax.jit(lambda b: b, out_shardings=NamedSharding(mesh, P("data")))(batch)


def replicates(batch, mesh):
    return jax.device_put(batch, NamedSharding(mesh, P()))


def splits_rows(batch, mesh):
    spread = shards(batch, mesh)
    sharding = NamedSharding(mesh, P(None, None, "data"))
    return {**spread, "images": jax.device_put(batch["images"], sharding)}


def forgets_labels(batch, mesh):
    return {**batch, "images": shards(batch, mesh)["images"]}


def on_one_device(batch, mesh):
    return jax.device_put(batch, mesh.devices.flat[0])


def cuts(batch, mesh):
    n = mesh.devices.size
    return jax.tree.map(lambda a: a.reshape(n, len(a) // n, *a.shape[1:]), batch)


RIGHT = [
    ("scan_epoch", scanned),
    ("scan_epoch", in_a_while_loop),
    ("scan_epoch", lambda step, *rest: jax.jit(scanned, static_argnums=0)(step, *rest)),
    ("shard_batch", shards),
    ("shard_batch", by_jit),
]

WRONG = [
    ("scan_epoch", unrolled, "Python ran `step` 7 times"),
    ("scan_epoch", jitted_loop, "grows with the length of the epoch"),
    ("scan_epoch", forgets_the_state, "starts from the first state"),
    ("scan_epoch", ignores_order, "`order` is not used"),
    ("scan_epoch", labels_as_they_lie, "in different orders"),
    (
        "scan_epoch",
        lambda step, s, x, y, order: scanned(step, s, x, y, order[::-1]),
        "in reverse order",
    ),
    (
        "scan_epoch",
        lambda step, s, x, y, order: scanned(step, s, x, y, order[:-1]),
        "last step is left out",
    ),
    ("scan_epoch", epoch_with(jnp.mean), "returns the mean loss"),
    ("scan_epoch", epoch_with(jnp.sum), "returns the sum"),
    ("scan_epoch", epoch_with(lambda losses: losses[-1]), "the last loss alone"),
    ("scan_epoch", epoch_with(lambda losses: 2 * losses), "largest difference"),
    ("scan_epoch", lambda *a: scanned(*a)[::-1], "the wrong way round"),
    ("scan_epoch", lambda *a: scanned(*a)[1], "should return two things"),
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
]
