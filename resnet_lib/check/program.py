"""Looking at the program that a function traces to."""

import jax


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
