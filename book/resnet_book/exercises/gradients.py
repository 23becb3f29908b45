"""Whether every parameter of a module can learn."""

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.exercises import jaxprs


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

    reached = jaxprs.depends(jax.make_jaxpr(jax.grad(total))(params, x))
    paths = [name(path) for path, _ in jax.tree_util.tree_leaves_with_path(params)]
    return [path for path, found in zip(paths, reached, strict=True) if not found]


def stopped(module: nnx.Module, x: jax.Array) -> bool:
    """Whether the output changes with the input otherwise than its gradient says.

    With d = (f(x + εv) − f(x − εv)) / 2ε in evaluation mode, ⟨∂⟨f, d⟩/∂x, v⟩ is |d|²
    unless the gradient is stopped somewhere on its way to the input.
    """
    graph, state = nnx.split(module)
    v = np.random.default_rng(0).normal(size=x.shape).astype(np.float32)

    @jaxprs.quick
    def both(state, x):
        def f(x):
            copy = nnx.merge(graph, state, copy=True)
            copy.eval()
            return copy(x)

        d = (f(x + 1e-2 * v) - f(x - 1e-2 * v)) / 2e-2
        (back,) = jax.vjp(f, x)[1](d)
        return (back * v).sum(), (d * d).sum()

    along, wanted = both(state, x)
    return abs(along - wanted) > 0.1 * wanted


def unmoved(module: nnx.Module, x: jax.Array, steps: int) -> list[str]:
    """Parameters that some steps of gradient descent leave as they were."""
    module.train()
    graph, params, rest = nnx.split(module, nnx.Param, ...)

    @jaxprs.quick
    def step(params):
        def loss(params):
            y = nnx.merge(graph, params, rest, copy=True)(x).astype(jnp.float32)
            return jnp.mean((y - jnp.cos(jnp.arange(y.size)).reshape(y.shape)) ** 2)

        return jax.tree.map(lambda p, g: p - 0.1 * g, params, jax.grad(loss)(params))

    first = jax.tree_util.tree_leaves_with_path(params)
    for _ in range(steps):
        params = step(params)
    pairs = zip(first, jax.tree.leaves(params), strict=True)
    return [name(path) for (path, old), new in pairs if np.array_equal(old, new)]


def name(path) -> str:
    """The path of a leaf in a tree of modules, joined by dots."""
    return ".".join(str(p.key) for p in path if hasattr(p, "key"))
