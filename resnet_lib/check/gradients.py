"""Whether every parameter of a module can learn."""

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx


def unreached(module: nnx.Module, x: jax.Array) -> list[str]:
    """Parameters that the gradient of the output never reaches.

    Decided on the traced program, which costs a hundredth of compiling it: such a
    gradient comes from nothing but the constant zero.
    """
    module.train()
    graph, params, rest = nnx.split(module, nnx.Param, ...)

    def total(params, x):
        y = nnx.merge(graph, params, rest, copy=True)(x)
        return (y * x.sum().astype(y.dtype)).astype(jnp.float32).sum()

    closed = jax.make_jaxpr(jax.grad(total))(params, x)
    jaxpr, live = closed.jaxpr, set(closed.jaxpr.invars)
    live |= {v for v, c in zip(jaxpr.constvars, closed.consts, strict=True) if _any(c)}
    for equation in jaxpr.eqns:
        if any(not hasattr(v, "val") and v in live for v in equation.invars):
            live |= set(equation.outvars)
    paths = [_name(path) for path, _ in jax.tree_util.tree_leaves_with_path(params)]
    return [
        path
        for path, out in zip(paths, jaxpr.outvars, strict=True)
        if hasattr(out, "val") or out not in live
    ]


def unmoved(module: nnx.Module, x: jax.Array, steps: int) -> list[str]:
    """Parameters that some steps of gradient descent leave as they were."""
    module.train()
    graph, params, rest = nnx.split(module, nnx.Param, ...)

    @jax.jit
    def step(params):
        def loss(params):
            y = nnx.merge(graph, params, rest, copy=True)(x).astype(jnp.float32)
            return jnp.mean((y - jnp.cos(jnp.arange(y.size)).reshape(y.shape)) ** 2)

        return jax.tree.map(lambda p, g: p - 0.1 * g, params, jax.grad(loss)(params))

    first = jax.tree_util.tree_leaves_with_path(params)
    for _ in range(steps):
        params = step(params)
    pairs = zip(first, jax.tree.leaves(params), strict=True)
    return [_name(path) for (path, old), new in pairs if np.array_equal(old, new)]


def _any(constant):
    return bool(np.any(np.asarray(constant)))


def _name(path):
    return ".".join(str(p.key) for p in path if hasattr(p, "key"))
