"""The program that a function traces to: looked at, and compiled in a hurry."""

import functools

import jax
import numpy as np


def quick(function):
    """`jax.jit` without optimisation: it compiles in half the time, and runs once.

    An answer that is checked again makes the same program again, which is compiled
    already.
    """
    jitted = jax.jit(function, compiler_options={"xla_backend_optimization_level": 0})
    programs = {}

    def run(*operands):
        leaves, tree = jax.tree.flatten(operands)
        given = tree, *map(_kind, leaves)
        if given not in programs:
            programs[given] = _program(jitted.lower(*operands))
        return programs[given](*operands)

    return run


def _kind(leaf):
    kind = getattr(leaf, "dtype", type(leaf)), getattr(leaf, "weak_type", None)
    return np.shape(leaf), *kind


_compiled, _MOST = {}, 100


def _program(lowered):
    key = lowered.as_text(), lowered.in_tree, lowered.out_tree
    if key not in _compiled:
        if len(_compiled) >= _MOST:
            _compiled.clear()
        _compiled[key] = lowered.compile()
    return _compiled[key]


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


def run_without_draws(function):
    """`function()`, in which whatever comes out of a random key is drawn by NumPy.

    To compile JAX's generators takes far longer than all the rest of a small program.
    """
    closed, shape = jax.make_jaxpr(function, return_shape=True)()
    rng, drawn, rest = np.random.default_rng(0), {}, []
    for equation in closed.jaxpr.eqns:
        if any(map(_is_key, (*equation.invars, *equation.outvars))):
            drawn.update({v: _drawn(v.aval, rng) for v in equation.outvars})
        else:
            rest.append(equation)
    known = [*closed.jaxpr.constvars, *drawn]
    program = closed.jaxpr.replace(eqns=rest, constvars=known)
    run = quick(functools.partial(jax.core.eval_jaxpr, program))
    values = run([*closed.consts, *drawn.values()])
    return jax.tree.unflatten(jax.tree.structure(shape), values)


def _is_key(variable):
    return jax.dtypes.issubdtype(variable.aval.dtype, jax.dtypes.prng_key)


def _drawn(aval, rng):
    if jax.dtypes.issubdtype(aval.dtype, jax.dtypes.prng_key):
        return jax.random.key(0)
    if jax.dtypes.issubdtype(aval.dtype, np.floating):
        return (rng.normal(size=aval.shape) / 3).astype(aval.dtype)
    return rng.integers(0, 2, aval.shape).astype(aval.dtype)


def used(closed) -> list[bool]:
    """For each argument of a traced function, whether the result may depend on it."""
    jaxpr = closed.jaxpr
    live = {variable for variable in jaxpr.outvars if not hasattr(variable, "val")}
    for equation in reversed(jaxpr.eqns):
        if not live.isdisjoint(equation.outvars):
            live |= {v for v in equation.invars if not hasattr(v, "val")}
    return [variable in live for variable in jaxpr.invars]


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
