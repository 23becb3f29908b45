"""Taking a reader's module apart: its weights by role, not by name."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.check import program
from resnet_lib.check.reference import EPSILON, Norm
from resnet_lib.check.sandbox import Blank, NotYet, call


@dataclasses.dataclass(frozen=True)
class KernelPart:
    """A convolution, or a linear layer, which is a 1×1 convolution."""

    path: str
    variable: nnx.Variable
    bias: nnx.Variable | None

    def values(self) -> np.ndarray:
        """(k, k, c_in, c_out)."""
        value = _numpy(self.variable)
        return value[None, None] if value.ndim == 2 else value


@dataclasses.dataclass(frozen=True)
class NormPart:
    """A BatchNorm; scale and bias are None where it has none."""

    path: str
    mean: nnx.Variable
    var: nnx.Variable
    scale: nnx.Variable | None
    bias: nnx.Variable | None
    epsilon: float

    def values(self) -> Norm:
        """What it holds now."""
        mean = _numpy(self.mean)
        scale = np.ones_like(mean) if self.scale is None else _numpy(self.scale)
        bias = np.zeros_like(mean) if self.bias is None else _numpy(self.bias)
        return Norm(scale, bias, mean, _numpy(self.var), self.epsilon)


@dataclasses.dataclass
class Parts:
    """What a module is made of, in the order of its attributes' names.

    Attributes:
        kernels: Convolutions and linear layers.
        norms: BatchNorms; one that is used twice is here once.
        foreign: Path and class of other norms.
        others: Path and variable of parameters that are none of these.
        low_precision: Whether any layer computes in bfloat16 or float16.
    """

    kernels: list[KernelPart] = dataclasses.field(default_factory=list)
    norms: list[NormPart] = dataclasses.field(default_factory=list)
    foreign: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    others: list[tuple[str, nnx.Variable]] = dataclasses.field(default_factory=list)
    low_precision: bool = False


def build(factory) -> nnx.Module:
    """The module that `factory(rngs)` makes, initial values left out if possible.

    Compiling an initialiser for every shape takes seconds, and the values are replaced
    anyway. A module that holds more than parameters and averages is built in earnest.
    """
    try:
        graph, state = nnx.split(nnx.eval_shape(lambda: factory(nnx.Rngs(0))))
    except (Blank, NotYet):
        return factory(
            nnx.Rngs(0)
        )  # also for code that wants values in its constructor
    held = jax.tree.leaves(state, is_leaf=lambda v: isinstance(v, nnx.Variable))
    if not all(isinstance(v, nnx.Param | nnx.BatchStat) for v in held):
        return factory(nnx.Rngs(0))
    return nnx.merge(graph, jax.tree.map(_ones, state))


def build_at_init(factory) -> nnx.Module:
    """The module with its initial values, those drawn at random excepted.

    `factory(rngs)` is traced; what comes from the random key gets other random values,
    which need no compiled generator, and what is constant is computed.
    """
    abstract = nnx.eval_shape(lambda: factory(nnx.Rngs(0)))
    for path, node in nnx.iter_graph(abstract):
        _require_usual(".".join(map(str, path)), node)
    graph, state = nnx.split(abstract)
    shapes, tree = jax.tree.flatten(state)

    def leaves(key):
        return jax.tree.leaves(nnx.split(factory(nnx.Rngs(key)))[1])

    key = jax.random.key(0)
    drawn = program.depends(jax.make_jaxpr(leaves)(key))
    constants = jax.jit(
        lambda key: [
            v for v, random in zip(leaves(key), drawn, strict=True) if not random
        ]
    )(key)
    rng, constants = np.random.default_rng(0), iter(constants)
    values = [
        _array(rng.normal(size=a.shape) / 3, a.dtype) if random else next(constants)
        for a, random in zip(shapes, drawn, strict=True)
    ]
    return nnx.merge(graph, jax.tree.unflatten(tree, values))


def _ones(shape):
    return _array(np.ones(shape.shape), shape.dtype)


def _array(value, dtype):
    """Converted before it reaches JAX, which would compile the conversion."""
    return jnp.asarray(np.asarray(value).astype(dtype))


def take_apart(module: nnx.Module) -> Parts:
    """Finds every convolution, linear layer and norm, however deep they are nested."""
    parts, seen = Parts(), set()
    nodes = list(nnx.iter_graph(module))
    for path, node in nodes:
        if isinstance(node, nnx.Module):
            seen |= _sort(".".join(map(str, path)), node, parts)
    for path, node in nodes:  # parameters in lists, or kept by hand
        if isinstance(node, nnx.Param) and id(node) not in seen:
            name = ".".join(map(str, path))
            if node[...].ndim in (2, 4):
                parts.kernels.append(KernelPart(name, node, None))
            else:
                parts.others.append((name, node))
    return parts


def _sort(path, node, parts):
    own = {k: v for k, v in vars(node).items() if isinstance(v, nnx.Variable)}
    _require_usual(path, node)
    find = lambda *names: next((own[n] for n in names if n in own), None)  # noqa: E731
    scale, bias = find("scale", "gamma", "weight"), find("bias", "beta")
    mean, var = find("mean", "running_mean"), find("var", "running_var")
    dtype = getattr(node, "dtype", None)
    parts.low_precision |= dtype in (jnp.bfloat16, jnp.float16)
    used = ()
    if mean is not None and var is not None:
        epsilon = getattr(node, "epsilon", EPSILON)
        parts.norms.append(NormPart(path, mean, var, scale, bias, epsilon))
        used = (scale, bias)
    elif isinstance(kernel := find("kernel"), nnx.Param) and kernel[...].ndim in (2, 4):
        parts.kernels.append(KernelPart(path, kernel, bias))
        used = (kernel, bias)
    elif scale is not None and scale[...].ndim == 1:
        parts.foreign.append((path, type(node).__name__))
        used = (scale, bias)
    return {id(variable) for variable in used if variable is not None}


def _require_usual(path, node):
    """Raises for a layer of Flax that was given something it takes in silence."""
    if not type(node).__module__.startswith("flax."):
        return
    for name in ("kernel", "scale", "bias"):
        if isinstance(getattr(node, name, None), jax.Array | jax.ShapeDtypeStruct):
            raise NotYet(
                f"`{path}.{name}` has become a bare array, which no optimiser changes. "
                f"Keep the parameter and write into it: `{name}[...] = values`."
            )
    if isinstance(node, nnx.Conv) and len(node.kernel.shape) == 3:
        raise NotYet(
            f"`{path}` slides along one axis only. Its kernel size is a pair: one "
            "number for the height and one for the width."
        )


def randomise(parts: Parts, seed: int = 0) -> None:
    """Gives every weight a value of its own, so that no two roles can be confused.

    Biases of convolutions become 0: they are judged apart from the rest.
    """
    rng = np.random.default_rng(seed)
    for kernel in parts.kernels:
        shape = kernel.variable[...].shape
        _assign(kernel.variable, rng.normal(size=shape) / np.prod(shape[:-1]) ** 0.5)
        if kernel.bias is not None:
            _assign(kernel.bias, np.zeros(kernel.bias[...].shape))
    for norm in parts.norms:
        size = norm.mean[...].shape
        _assign(norm.mean, rng.normal(size=size) / 3)
        _assign(norm.var, rng.uniform(0.5, 2, size))
        if norm.scale is not None:
            _assign(norm.scale, rng.uniform(0.5, 1.5, size))
        if norm.bias is not None:
            _assign(norm.bias, rng.normal(size=size) / 2)
    for _, variable in parts.others:  # a gain or a gate, to be left neutral
        _assign(variable, np.ones(variable[...].shape))


def _assign(variable, value):
    variable[...] = _array(value, variable[...].dtype)


def _numpy(variable):
    return np.asarray(variable[...]).astype(np.float64)


def snapshot(parts: Parts) -> list[tuple[tuple, object]]:
    """Every kernel and norm as (what it can be asked for as, its values)."""
    kernels = [(("kernel", k.values().shape), k.values()) for k in parts.kernels]
    norms = [(("norm", n.values().mean.shape), n.values()) for n in parts.norms]
    return kernels + norms


def run(module: nnx.Module, x: jax.Array) -> dict[bool, jax.Array]:
    """Output in evaluation (False) and then in training mode (True).

    One program without optimisation: to compile each operation by itself, or to
    optimise what runs once, takes far longer.
    """
    graph, state = nnx.split(module)

    def both(state, x):
        twin, outputs = nnx.merge(graph, state, copy=True), {}
        for train in (False, True):
            twin.train() if train else twin.eval()
            outputs[train] = call(twin, x, expects="block(x)")
        return outputs, nnx.state(twin)

    outputs, after = program.quick(both)(state, x)
    nnx.update(module, after)
    return outputs
