"""Gradient accumulation: a batch in parts, one after the other."""

import jax
import jax.numpy as jnp


def over(one, count: int, rest, x: jax.Array, labels: jax.Array, key: jax.Array):
    """The gradient of a batch from those of its parts, g = 1/k Σ g_j.

    Part j holds the images j, j + k, j + 2k, …, so that on several devices each deals
    with images of its own. Only one part's maps are in memory at a time.

    Args:
        one: Gradients, the new `rest` and totals, from `(rest, x, labels, key)`.
        count: How many parts, k; divides the batch.
        rest: Running averages of batch statistics; each part moves them on.
        x: Images, (n, h, w, c).
        labels: (n,).
        key: Of the random draws; each part gets another.

    Returns:
        As `one`: the mean of the gradients, the last `rest`, the sum of the totals.
    """
    if count == 1:
        return one(rest, x, labels, key)

    def part(carry, given):
        rest, grads, totals = carry
        found, rest, more = one(rest, *given)
        return (rest, jax.tree.map(jnp.add, grads, found), totals + more), None

    def dealt(array):
        return array.reshape(-1, count, *array.shape[1:]).swapaxes(0, 1)

    parts = dealt(x), dealt(labels), jax.random.split(key, count)
    shapes = jax.eval_shape(one, rest, *(leaf[0] for leaf in parts))
    grads, _, totals = jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)
    (rest, grads, totals), _ = jax.lax.scan(part, (rest, grads, totals), parts)
    return jax.tree.map(lambda g: g / count, grads), rest, totals
