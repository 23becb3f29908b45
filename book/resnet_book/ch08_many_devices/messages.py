"""What the page tries: a step on many devices, by how its gradients are exchanged."""

from collections.abc import Callable, Sequence
from functools import partial

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding
from jax.sharding import PartitionSpec as P

from resnet_book import clock
from resnet_book.ch08_many_devices import collectives
from resnet_book.exercises.sandbox import Blank, is_blank
from resnet_book.tables import Rows

BLOCKS, WIDTH, IMAGES = 40, 32, 64


def problem() -> tuple[dict, np.ndarray]:
    """A residual network of many small dense layers, and inputs: weights, `(n, c)`."""
    rng = np.random.default_rng(0)
    weights = {
        f"block {i}": {
            "kernel": (rng.normal(size=(WIDTH, WIDTH)) / WIDTH).astype(np.float32),
            "bias": np.zeros(WIDTH, np.float32),
        }
        for i in range(BLOCKS)
    }
    return weights, rng.normal(size=(IMAGES, WIDTH)).astype(np.float32)


def loss(weights: dict, x: jax.Array) -> jax.Array:
    """Mean square of the last block's output."""
    for block in weights.values():
        x = x + jax.nn.relu(x @ block["kernel"] + block["bias"])
    return (x**2).mean()


def none(grads, axis):
    """Every device keeps its own."""
    return grads


def array_by_array(grads, axis):
    """A mean over devices for each array."""
    return jax.tree.map(lambda array: jax.lax.pmean(array, axis), grads)


def compiled(exchange: Callable, devices: Sequence[jax.Device]) -> tuple:
    """A step of gradient descent, and its arguments as they lie on the devices.

    Args:
        exchange: as the exercise `exchange` asks for.
        devices: those that share the step.
    """
    mesh = Mesh(np.array(devices), ("data",))

    def step(weights, x):
        grads = exchange(jax.grad(loss)(weights, x), "data")
        if is_blank(grads):
            raise Blank("Nothing comes back yet.")
        return jax.tree.map(lambda w, g: w - 0.1 * g, weights, grads)

    given = [
        jax.device_put(array, NamedSharding(mesh, spec))
        for array, spec in zip(problem(), (P(), P("data")), strict=True)
    ]
    spread = dict(mesh=mesh, in_specs=(P(), P("data")), out_specs=P(), check_vma=False)
    return jax.jit(jax.shard_map(step, **spread)).lower(*given).compile(), given


def compare(
    exchange: Callable, devices: Sequence[jax.Device], rounds: int = 30
) -> Rows | None:
    """A step with a reader's exchange, with one for each array, and with none.

    Milliseconds are medians of steps that are taken in turns, on the same inputs.
    Nothing is measured while the answer is the stub.

    Args:
        exchange: as the exercise `exchange` asks for.
        devices: those that share the step.
        rounds: steps of each kind.
    """
    ways = {"none": none, "array by array": array_by_array, "yours": exchange}
    try:
        programs = {name: compiled(way, devices) for name, way in ways.items()}
    except Blank:
        return None
    calls = {name: partial(run, *given) for name, (run, given) in programs.items()}
    taken = clock.in_turns(calls, rounds)
    ms = {name: 1e3 * float(np.median(seconds)) for name, seconds in taken.items()}
    lines = []
    for name, (program, _) in programs.items():
        sent = collectives.read(program.as_text())
        operations = len({one.operation for one in sent})
        size = sum(one.bytes for one in sent) / 1024
        lines.append(
            (name, operations, len(sent), size, ms[name], ms[name] - ms["none"])
        )
    columns = ("exchange", "collectives", "arrays in them", "KiB")
    return Rows((*columns, "step, ms", "more than with none, ms"), lines)
