"""The program that a function traces to: looked at, and compiled in a hurry."""

import jax
import numpy as np


def quick(function):
    """`jax.jit` without optimisation: it compiles in half the time, and runs once."""
    return jax.jit(function, compiler_options={"xla_backend_optimization_level": 0})


def depends(closed) -> list[bool]:
    """For each result of a traced function, whether it comes from any of its arguments.

    Constants that are not all zero count as arguments too.
    """
    jaxpr, live = closed.jaxpr, set(closed.jaxpr.invars)
    pairs = zip(jaxpr.constvars, closed.consts, strict=True)
    live |= {variable for variable, value in pairs if np.any(np.asarray(value))}
    for equation in jaxpr.eqns:
        if any(not hasattr(v, "val") and v in live for v in equation.invars):
            live |= set(equation.outvars)
    return [not hasattr(v, "val") and v in live for v in jaxpr.outvars]


def equations(function, *args):
    """Every equation of a function's program, inner programs included."""
    yield from _walk(jax.make_jaxpr(function)(*args).jaxpr)


def _walk(jaxpr):
    for equation in jaxpr.eqns:
        yield equation
        for value in equation.params.values():
            for inner in value if isinstance(value, tuple | list) else (value,):
                inner = getattr(inner, "jaxpr", inner)
                if hasattr(inner, "eqns"):
                    yield from _walk(inner)
