"""Fully sharded data parallelism: each device keeps a part of what is trained.

Parameters, the optimiser's state and the running averages lie in parts on the devices.
A step gathers the parameters, finds the gradient as if they had been everywhere, and
updates the parts (Rajbhandari et al. 2020, stage 3; Zhao et al. 2023). What each device
has to hold between steps falls with their number.
"""

import jax
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec

from resnet_lib.train.mesh import AXIS


def spec(shape: tuple[int, ...], devices: int) -> PartitionSpec:
    """Which axis of an array is cut: the longest that `devices` divides, or none.

    Of axes as long as each other the last one is cut. Vectors stay whole: gathering
    the scale of a norm takes longer than it saves. So does an array without such an
    axis, as a kernel of ten classes by three.
    """
    fits = [(size, i) for i, size in enumerate(shape) if size and size % devices == 0]
    if len(shape) < 2 or not fits:
        return PartitionSpec()
    return PartitionSpec(*[None] * max(fits)[1], AXIS)


def specs(state, devices: int):
    """The specification of a training state: a `PartitionSpec` for each array.

    Args:
        state: A `TrainState` of arrays or of their shapes.
        devices: How many share it.

    Returns:
        A `TrainState`. Batch statistics, counters and totals stay whole.
    """
    whole = jax.tree.map(lambda leaf: PartitionSpec(), state)
    cut = {
        name: jax.tree.map(lambda leaf: spec(leaf.shape, devices), getattr(state, name))
        for name in ("params", "opt", "average")
    }
    return whole._replace(**cut)


def shardings(mesh: Mesh, state):
    """Where each array of a training state lies on a mesh; see `specs`."""
    found = specs(state, mesh.devices.size)
    return jax.tree.map(
        lambda one: NamedSharding(mesh, one),
        found,
        is_leaf=lambda one: isinstance(one, PartitionSpec),
    )


def put(mesh: Mesh, state):
    """A training state, the same in all processes, cut over the devices."""

    def cut(leaf, sharding):
        leaf = np.asarray(leaf)
        return jax.make_array_from_callback(leaf.shape, sharding, leaf.__getitem__)

    return jax.tree.map(cut, state, shardings(mesh, state))


def keep(step, mesh: Mesh):
    """The step or epoch whose new state is cut as the old one was."""

    def kept(state, *given):
        new = step(state, *given)
        return jax.lax.with_sharding_constraint(new, shardings(mesh, new))

    return kept


def here(tree) -> bool:
    """Whether this process can read every array of a pytree without the others."""
    return all(
        leaf.is_fully_addressable or leaf.is_fully_replicated
        for leaf in jax.tree.leaves(tree)
    )


def gather(tree):
    """A pytree whose arrays this process can read; all processes must take part.

    An array that lies in parts in several processes comes whole, and to this host.
    """
    return jax.tree.map(lambda leaf: leaf if here(leaf) else _gathered(leaf), tree)


def _gathered(leaf):
    everywhere = NamedSharding(leaf.sharding.mesh, PartitionSpec())
    whole = jax.jit(lambda array: array, out_shardings=everywhere)(leaf)
    return jax.device_put(np.asarray(whole), jax.local_devices()[0])
