"""Taking a reader's module apart: its weights by role, not by name."""

import dataclasses
import re

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.exercises import jaxprs
from resnet_book.exercises.arrays import in_float64, on_device
from resnet_book.exercises.reference_blocks import EPSILON, Norm
from resnet_book.exercises.sandbox import Crash, NotYet, call


@dataclasses.dataclass(frozen=True)
class KernelPart:
    """A convolution, or a linear layer, which is a 1×1 convolution."""

    path: str
    variable: nnx.Variable
    bias: nnx.Variable | None

    def values(self) -> np.ndarray:
        """(k, k, c_in, c_out)."""
        value = in_float64(self.variable)
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
        mean = in_float64(self.mean)
        scale = np.ones_like(mean) if self.scale is None else in_float64(self.scale)
        bias = np.zeros_like(mean) if self.bias is None else in_float64(self.bias)
        return Norm(scale, bias, mean, in_float64(self.var), self.epsilon)


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
    anyway. A module that holds more than parameters and averages gets its own values.
    """
    try:
        graph, state = nnx.split(nnx.eval_shape(lambda: factory(nnx.Rngs(0))))
    except Crash as error:
        return _in_earnest(factory, error)
    held = jax.tree.leaves(state, is_leaf=lambda v: isinstance(v, nnx.Variable))
    if not all(isinstance(v, nnx.Param | nnx.BatchStat) for v in held):
        return build_at_init(factory)
    return nnx.merge(graph, jax.tree.map(_ones, state))


def build_at_init(factory) -> nnx.Module:
    """The module with its initial values; only its draws are others than usual."""
    try:
        graph, _ = nnx.split(nnx.eval_shape(lambda: factory(nnx.Rngs(0))))
        state = jaxprs.run_without_draws(lambda: nnx.split(factory(nnx.Rngs(0)))[1])
    except Crash as error:
        return _in_earnest(factory, error)
    return nnx.merge(graph, state)


def _in_earnest(factory, error):
    """For code that wants values in its constructor, which stopped for want of them."""
    if re.search("Tracer|Concretization", error.message) is None:
        raise error
    return factory(nnx.Rngs(0))


def _ones(shape):
    return on_device(np.ones(shape.shape), shape.dtype)


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
            if _is_kernel(node):
                parts.kernels.append(KernelPart(name, node, None))
            else:
                parts.others.append((name, node))
    return parts


def _sort(path, node, parts):
    own = {k: v for k, v in vars(node).items() if isinstance(v, nnx.Variable)}
    _require_usual(path, node)

    def find(*names):
        return next((own[name] for name in names if name in own), None)

    scale, bias = find("scale", "gamma", "weight"), find("bias", "beta")
    mean, var = find("mean", "running_mean"), find("var", "running_var")
    dtype = getattr(node, "dtype", None)
    parts.low_precision |= dtype in (jnp.bfloat16, jnp.float16)
    used = ()
    if mean is not None and var is not None and mean[...].ndim == 1:
        epsilon = getattr(node, "epsilon", EPSILON)
        parts.norms.append(NormPart(path, mean, var, scale, bias, epsilon))
        used = (scale, bias)
    elif isinstance(kernel := find("kernel"), nnx.Param) and _is_kernel(kernel):
        parts.kernels.append(KernelPart(path, kernel, bias))
        used = (kernel, bias)
    elif scale is not None and _is_norm(node):
        parts.foreign.append((path, type(node).__name__))
        used = (scale, bias)
    return {id(variable) for variable in used if variable is not None}


def _is_kernel(variable):
    """Or else a gain, of one value or one per channel."""
    shape = variable[...].shape
    return len(shape) in (2, 4) and np.prod(shape[:-1]) > 1


def _is_norm(node):
    """By its name: any module may call a parameter `scale`."""
    named = any("norm" in kind.__name__.lower() for kind in type(node).__mro__)
    return named and not any(isinstance(v, nnx.Module) for v in vars(node).values())


def frozen(module: nnx.Module) -> list[str]:
    """Paths of what a norm should learn and holds as something else."""
    learned = [
        (f"{norm.path}.{name}", getattr(norm, name))
        for norm in take_apart(module).norms
        for name in ("scale", "bias")
    ]
    held = [(path, variable) for path, variable in learned if variable is not None]
    return [path for path, variable in held if not isinstance(variable, nnx.Param)]


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
    variable[...] = on_device(value, variable[...].dtype)


def snapshot(parts: Parts) -> list[tuple[tuple, object]]:
    """Every kernel and norm as (what it can be asked for as, its values)."""
    kernels = [(("kernel", k.values().shape), k.values()) for k in parts.kernels]
    norms = [(("norm", n.values().mean.shape), n.values()) for n in parts.norms]
    return kernels + norms


def run(module: nnx.Module, x: jax.Array) -> dict[bool, jax.Array]:
    """Output in evaluation (False) and then in training mode (True)."""
    outputs, after = runner(module)(nnx.state(module), x)
    nnx.update(module, after)
    return outputs


def runner(module: nnx.Module):
    """(state, x) → outputs and state of a module, in both modes.

    One program without optimisation: to compile each operation by itself, or to
    optimise what runs once, takes far longer.
    """
    graph, _ = nnx.split(module)

    def both(state, x):
        twin, outputs = nnx.merge(graph, state, copy=True), {}
        for train in (False, True):
            twin.train() if train else twin.eval()
            outputs[train] = call(twin, x, expects="block(x)")
        return outputs, nnx.state(twin)

    return jaxprs.quick(both)
