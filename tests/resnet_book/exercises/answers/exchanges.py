"""Chapter 8: gradients exchanged in one message, right and wrong."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree
from jax.lax import pmean, psum


def by_ravel(grads, axis):
    joined, split = ravel_pytree(grads)
    return split(pmean(joined, axis))


def cut(joined, like):
    """Pieces of a row, in the shapes of these arrays and in their order."""
    ends = np.cumsum([array.size for array in like])[:-1].tolist()
    pieces = jnp.split(joined, ends)
    return [piece.reshape(a.shape) for piece, a in zip(pieces, like, strict=True)]


def by_hand(grads, axis, mean=pmean, order=lambda arrays: arrays):
    """Flatten, join, send, cut; the pieces may be taken in another order."""
    arrays, tree = jax.tree.flatten(grads)
    row = jnp.concatenate([array.ravel() for array in arrays])
    ordered = order(list(range(len(arrays))))
    pieces = cut(mean(row, axis), [arrays[i] for i in ordered])
    if ordered == sorted(ordered):
        return jax.tree.unflatten(tree, pieces)
    back = dict(zip(ordered, pieces, strict=True))
    return jax.tree.unflatten(tree, [back[i] for i in range(len(arrays))])


def by_sum(grads, axis):
    return by_hand(grads, axis, lambda x, axis: psum(x, axis) / jax.lax.axis_size(axis))


def by_count(grads, axis):
    """The number of devices as the sum of ones; a sum of a constant sends nothing."""
    return by_hand(grads, axis, lambda x, axis: psum(x / psum(1, axis), axis))


def recursive(grads, axis):
    """Without JAX's trees: the dict is walked, twice."""

    def arrays(node):
        if not isinstance(node, dict):
            return [node]
        return [array for inner in node.values() for array in arrays(inner)]

    def rebuilt(node, pieces):
        if not isinstance(node, dict):
            return next(pieces)
        return {name: rebuilt(inner, pieces) for name, inner in node.items()}

    flat = arrays(grads)
    row = pmean(jnp.concatenate([array.reshape(-1) for array in flat]), axis)
    return rebuilt(grads, iter(cut(row, flat)))


def compiled(grads, axis):
    return jax.jit(by_ravel, static_argnums=1)(grads, axis)


def array_by_array(grads, axis):
    return jax.tree.map(lambda array: pmean(array, axis), grads)


def weights_and_rest(grads, axis):
    """Two messages: arrays of one axis, and all others."""
    arrays, tree = jax.tree.flatten(grads)
    found = dict(enumerate(arrays))
    for small in (True, False):
        chosen = [i for i, a in enumerate(arrays) if (a.ndim < 2) == small]
        row = jnp.concatenate([arrays[i].ravel() for i in chosen])
        pieces = cut(pmean(row, axis), [arrays[i] for i in chosen])
        found.update(zip(chosen, pieces, strict=True))
    return jax.tree.unflatten(tree, [found[i] for i in range(len(arrays))])


def with_a_count(grads, axis):
    joined, split = ravel_pytree(grads)
    return split(psum(joined, axis) / psum(jnp.ones(()) * (joined[0] < 9), axis))


def gathers(grads, axis):
    joined, split = ravel_pytree(grads)
    return split(jax.lax.all_gather(joined, axis).mean(0))


def two_passes(grads, axis):
    joined, split = ravel_pytree(grads)
    devices = jax.lax.axis_size(axis)
    padded = jnp.pad(joined, (0, -joined.size % devices))
    part = jax.lax.psum_scatter(padded, axis, tiled=True) / devices
    whole = jax.lax.all_gather(part, axis, tiled=True)
    return split(whole[: joined.size])


def round_the_ring(grads, axis):
    joined, split = ravel_pytree(grads)
    devices = jax.lax.axis_size(axis)
    ring = [(i, (i + 1) % devices) for i in range(devices)]
    total = joined
    for _ in range(devices - 1):
        joined = jax.lax.ppermute(joined, axis, ring)
        total = total + joined
    return split(total / devices)


def padded(grads, axis):
    """All arrays as long as the longest, in one stack."""
    arrays, tree = jax.tree.flatten(grads)
    longest = max(array.size for array in arrays)
    rows = [jnp.pad(a.ravel(), (0, longest - a.size)) for a in arrays]
    means = pmean(jnp.stack(rows), axis)
    back = [m[: a.size].reshape(a.shape) for m, a in zip(means, arrays, strict=True)]
    return jax.tree.unflatten(tree, back)


def in_bfloat16(grads, axis):
    def mean(row, axis):
        return pmean(row.astype(jnp.bfloat16), axis).astype(jnp.float32)

    return by_hand(grads, axis, mean)


def comes_back_short(grads, axis):
    return jax.tree.map(lambda a: a.astype(jnp.bfloat16), by_ravel(grads, axis))


def column_by_column(grads, axis):
    """Each array is laid out by columns and read by rows."""
    turned = jax.tree.map(lambda a: a.ravel("F").reshape(a.shape), grads)
    return by_ravel(turned, axis)


def on_the_first(grads, axis):
    mean = by_ravel(grads, axis)
    first = jax.lax.axis_index(axis) == 0
    return jax.tree.map(lambda m, own: jnp.where(first, m, own), mean, grads)


def by_eight(grads, axis):
    return by_hand(grads, axis, lambda x, axis: psum(x, axis) / 8)


def names_written_out(grads, axis):
    mean = by_ravel(grads, axis)
    return {name: mean[name] for name in ("stem", "block", "bias")}


def loses_one(grads, axis):
    mean = by_ravel(grads, axis)
    return {name: mean[name] for name in list(mean)[1:]}


def all_in_a_row(grads, axis):
    return pmean(ravel_pytree(grads)[0], axis)


def flat_arrays(grads, axis):
    return jax.tree.map(jnp.ravel, by_ravel(grads, axis))


def first_numbers(grads, axis):
    return jax.tree.map(lambda a: float(np.prod(a.shape)), by_ravel(grads, axis))


def sum_(x, axis):
    return psum(x, axis)


def twice(x, axis):
    return pmean(x, axis) / psum(1, axis)


RIGHT = [
    *[("exchange", answer) for answer in (by_ravel, by_hand, by_sum, by_count)],
    *[("exchange", answer) for answer in (recursive, compiled)],
]

WRONG = [
    ("exchange", lambda grads, axis: grads, "Nothing crosses between devices"),
    ("exchange", pmean, "a sum for each array, 5 of them"),
    ("exchange", array_by_array, "a sum for each array, 5 of them"),
    ("exchange", weights_and_rest, "2 arrays are summed"),
    ("exchange", with_a_count, "2 arrays are summed"),
    ("exchange", gathers, "The program has an all-gather. It brings"),
    ("exchange", two_passes, "These are the passes of an all-reduce"),
    ("exchange", round_the_ring, "The program has a permutation. A mean"),
    ("exchange", lambda g, axis: by_hand(g, axis, jax.lax.pmax), "has a maximum"),
    ("exchange", padded, "The message has 180 numbers, and the gradients have 84"),
    ("exchange", in_bfloat16, "The message is bfloat16"),
    ("exchange", comes_back_short, "the numbers become bfloat16, and were float32"),
    ("exchange", lambda g, axis: by_hand(g, axis, sum_), "This is the sum"),
    ("exchange", lambda g, axis: by_hand(g, axis, twice), "once more"),
    ("exchange", by_eight, "On an axis of 5 devices the sum is divided by 8"),
    ("exchange", lambda g, a: by_hand(g, a, order=lambda i: i[::-1]), "wrong places"),
    ("exchange", column_by_column, "wrong places"),
    ("exchange", on_the_first, "Only the first device"),
    ("exchange", lambda g, a: by_ravel(g, "data"), "It stopped with `NameError`"),
    ("exchange", names_written_out, "It stopped with `KeyError`"),
    ("exchange", loses_one, "the nesting of `grads`. There came other names"),
    ("exchange", all_in_a_row, "the nesting of `grads`. There came"),
    ("exchange", flat_arrays, "the shape becomes (20,), and was (4, 5)"),
    ("exchange", first_numbers, "it becomes a float, not an array"),
]
