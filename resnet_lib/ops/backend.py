"""One operation, two forms: the backend chooses when the program is lowered."""

import functools

import jax
from jax import lax


def by_backend(cpu, native):
    """One operation `op(static, *arrays)` of two forms, each with its own gradient.

    The custom rule keeps the choice outside of differentiation: JAX would otherwise
    store what both forms need for their backward passes.
    """

    @functools.partial(jax.custom_vjp, nondiff_argnums=(0,))
    def op(static, *arrays):
        forms = (functools.partial(form, static) for form in (cpu, native))
        return choose(*forms, *arrays)

    def forward(static, *arrays):
        return op(static, *arrays), arrays

    def backward(static, arrays, cotangent):
        def pullback(form):
            def pull(cotangent, *arrays):
                primal = functools.partial(form, static)
                return jax.vjp(primal, *arrays)[1](cotangent)

            return pull

        return choose(pullback(cpu), pullback(native), cotangent, *arrays)

    op.defvjp(forward, backward)
    return op


def choose(cpu, native, *operands):
    """`cpu(*operands)` in programs lowered for CPU, `native(*operands)` in others."""
    return lax.platform_dependent(*operands, cpu=cpu, default=native)
