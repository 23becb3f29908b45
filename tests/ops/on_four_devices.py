"""Hessian-vector products of operations on four devices and piece by piece, as JSON.

A program of its own, since a process has as many devices as it starts with.
"""

import json

import jax
import jax.numpy as jnp
from jax.sharding import PartitionSpec
from test_derivatives import PAIRS, forward_over_reverse


def products(f, args):
    """Along the parameters, which all devices hold, of a loss that sums over pieces."""
    x, *params = args
    pieces = jnp.concatenate([x, 2 * x, 1 - x, -x])

    def product(piece, *params):
        return forward_over_reverse(lambda *params: f(piece, *params), params)

    split, whole = PartitionSpec("data"), PartitionSpec()
    specs = (split, *[whole] * len(params))
    mesh = jax.make_mesh((4,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))
    shared = jax.shard_map(product, mesh=mesh, in_specs=specs, out_specs=whole)
    alone = [jax.jit(product)(piece, *params) for piece in jnp.split(pieces, 4)]
    return {
        "shared": jax.jit(shared)(pieces, *params),
        "alone": jax.tree.map(lambda *parts: sum(parts), *alone),
    }


if __name__ == "__main__":
    assert len(jax.devices()) == 4
    names = [name for name in PAIRS if name != "pool"]
    found = {name: products(*PAIRS[name][0]) for name in names}
    print(json.dumps(jax.tree.map(lambda leaf: leaf.tolist(), found)))
