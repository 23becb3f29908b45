"""One operation, two forms: the backend chooses when the program is lowered."""

import functools

import jax
from jax import lax


def by_backend(cpu, native):
    """One operation `op(static, *arrays)` of two forms, each with its own derivative.

    Nothing but the operands is kept for the backward pass: JAX would otherwise store
    what both forms need there. Outside of `jax.jit` it is compiled once a shape, where
    a choice of its own would be at every call.
    """

    @functools.partial(jax.jit, static_argnums=0, inline=True)
    def op(static, *arrays):
        forms = (functools.partial(form, static) for form in (cpu, native))
        return light(functools.partial(choose, *forms))(*arrays)

    return op


def choose(cpu, native, *operands):
    """`cpu(*operands)` in programs lowered for CPU, `native(*operands)` in others."""
    return lax.platform_dependent(*operands, cpu=cpu, default=native)


def light(function):
    """The same function, which keeps its operands alone for the backward pass."""
    return jax.checkpoint(function, prevent_cse=False)
