"""Random keys of a model as plain numbers, which every device, file and process takes.

A model with random layers of its own, such as `nnx.Dropout`, keeps JAX's keys among
its arrays. NumPy has no such type.
"""

import jax


def kinds(leaves: list[jax.Array]) -> tuple:
    """The generator that each key is of; None for an array of numbers."""
    return tuple(
        jax.random.key_impl(leaf) if _is_key(leaf) else None for leaf in leaves
    )


def numbers(leaves: list[jax.Array]) -> list[jax.Array]:
    """The same with the numbers of each key in its place."""
    return [jax.random.key_data(leaf) if _is_key(leaf) else leaf for leaf in leaves]


def keys(leaves: list[jax.Array], kinds: tuple) -> list[jax.Array]:
    """The inverse of `numbers`."""
    return [
        leaf if kind is None else jax.random.wrap_key_data(leaf, impl=kind)
        for leaf, kind in zip(leaves, kinds, strict=True)
    ]


def _is_key(leaf):
    return jax.dtypes.issubdtype(leaf.dtype, jax.dtypes.prng_key)
