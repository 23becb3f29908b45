"""Chapter 8, continued: a project, gradients exchanged in one message."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import AbstractMesh
from jax.sharding import PartitionSpec as P

from resnet_book.exercises import jaxprs, wording
from resnet_book.exercises.compare import TOLERANCE, distance, explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import NotYet, Shape, call

_EXPECTS = "exchange(grads, axis)"
_SUMS = ("psum", "psum_invariant")
_OTHERS = {
    "all_gather": "an all-gather",
    "all_gather_invariant": "an all-gather",
    "reduce_scatter": "a reduce-scatter",
    "all_to_all": "an all-to-all",
    "ppermute": "a permutation",
    "pmax": "a maximum",
    "pmin": "a minimum",
}


def _draws():
    """Gradients of two networks, for two axes: (devices, *shape) each, and the name."""
    rng = np.random.default_rng(0)

    def normal(devices, *shape):
        return rng.normal(size=(devices, *shape)).astype(np.float32)

    first = {
        "stem": {"kernel": normal(8, 3, 3, 1, 4), "scale": normal(8, 4)},
        "block": {
            "one": {"kernel": normal(8, 4, 5)},
            "two": {"kernel": normal(8, 5, 4)},
        },
        "bias": normal(8, 4),
    }
    second = {"w": normal(5, 6, 2), "b": {"b": {"b": normal(5)}, "a": normal(5, 2, 6)}}
    return [(first, "data"), (second, "replica")]


@exercise(9)
def exchange(answer):
    """`exchange(grads, axis)` → the mean of the gradients over all devices of an axis.

    Args:
        answer: Function of one device's gradients, a nested dict of float32 arrays, and
            the name of the mesh's axis, called in `jax.shard_map`. In its program one
            sum over devices carries one array, with each number of the gradients once.
    """
    for grads, axis in _draws():
        _judge_program(answer, grads, axis)
    for grads, axis in _draws():
        _judge_values(answer, grads, axis)
    return (
        "One message with each number once, whatever the network. Now measure a step "
        "with it: what does your compiler make of the form with many?"
    )


def _checked(answer, grads, axis):
    """The answer's value on a device; what is no such dict of arrays is refused."""
    value = call(answer, grads, axis, expects=_EXPECTS)
    wanted, found = map(jax.tree.structure, (grads, value))
    if found != wanted:
        came = "other names" if isinstance(value, dict) else wording.kind(value)
        raise Shape(
            "It should return a dict with the names and the nesting of `grads`. There "
            f"came {came}."
        )
    for (path, one), right in zip(
        jax.tree_util.tree_leaves_with_path(value), jax.tree.leaves(grads), strict=True
    ):
        where = f"`grads{jax.tree_util.keystr(path)}`: "
        if not isinstance(one, jax.Array | np.ndarray):
            raise Shape(f"{where}it becomes {wording.kind(one)}, not an array.")
        if one.shape != right.shape:
            raise Shape(f"{where}the shape becomes {one.shape}, and was {right.shape}.")
        if one.dtype != right.dtype:
            raise NotYet(
                f"{where}the numbers become {one.dtype}, and were {right.dtype}."
            )
    return value


def _judge_program(answer, grads, axis):
    """Reads the program on an axis of devices that need not be there."""
    leaves = jax.tree.leaves(grads)
    mesh = AbstractMesh((len(leaves[0]),), (axis,))

    def on_device(grads):
        own = jax.tree.map(lambda array: array[0], grads)
        return jax.tree.map(lambda array: array[None], _checked(answer, own, axis))

    spread = dict(mesh=mesh, in_specs=P(axis), out_specs=P(axis), check_vma=False)
    found = list(jaxprs.equations(jax.shard_map(on_device, **spread), grads))
    others = [one for one in found if one.primitive.name in _OTHERS]
    sent = [v.aval for one in found if one.primitive.name in _SUMS for v in one.invars]
    if others:
        _refuse_others({one.primitive.name for one in others})
    if not sent:
        raise NotYet(
            "Nothing crosses between devices: each one keeps what its own images gave."
        )
    if len(sent) == len(leaves):
        raise NotYet(
            f"There is a sum for each array, {len(sent)} of them. Make one array of "
            "all gradients before anything is sent."
        )
    if len(sent) > 1:
        raise NotYet(
            f"{len(sent)} arrays are summed over devices, and one is the goal. Each "
            "call of `psum` or `pmean` sends every array that it is given."
        )
    numbers = sum(leaf[0].size for leaf in leaves)
    if sent[0].size != numbers:
        raise NotYet(
            f"The message has {sent[0].size} numbers, and the gradients have "
            f"{numbers}: each of them is to be sent, once, and nothing else."
        )
    if sent[0].dtype != np.float32:
        raise NotYet(
            f"The message is {sent[0].dtype}: the gradients are rounded before they "
            "are added up. Send float32."
        )


def _refuse_others(names):
    kinds = " and ".join(sorted({_OTHERS[name] for name in names}))
    if "reduce_scatter" in names:
        more = "These are the passes of an all-reduce, sent one by one: two messages."
    elif "an all-gather" in kinds:
        more = (
            "It brings every device's gradients to every device, more bytes with each "
            "device. A sum can be formed on the way."
        )
    else:
        more = "A mean over devices needs one sum over them, and no other message."
    raise NotYet(f"The program has {kinds}. {more}")


def _judge_values(answer, grads, axis):
    """Compares what every device gets with the mean; one device plays them all."""

    def on_device(grads):
        return _checked(answer, grads, axis)

    got = jaxprs.quick(jax.vmap(on_device, axis_name=axis))(
        jax.tree.map(jnp.asarray, grads)
    )
    right = jax.tree.map(
        lambda array: np.broadcast_to(array.mean(0), array.shape), grads
    )
    found, target = map(_joined, (got, right))
    if np.isfinite(found).all() and distance(found, target) > TOLERANCE:
        _diagnose(found, target)
    for (path, one), wanted in zip(
        jax.tree_util.tree_leaves_with_path(got), jax.tree.leaves(right), strict=True
    ):
        explain(one, wanted, f"`grads{jax.tree_util.keystr(path)}`, all devices: ")


def _joined(tree):
    """Every device's numbers in a row, in float64: (devices, numbers)."""
    rows = [np.asarray(array, np.float64) for array in jax.tree.leaves(tree)]
    return np.concatenate([row.reshape(len(row), -1) for row in rows], axis=1)


def _diagnose(found, target):
    devices = len(found)
    ratio = (found * target).sum() / (target**2).sum()
    if distance(found, ratio * target) < TOLERANCE * abs(ratio):
        if abs(ratio / devices - 1) < TOLERANCE:
            raise NotYet("This is the sum over the devices. The mean is asked for.")
        if abs(ratio * devices - 1) < TOLERANCE:
            raise NotYet(
                "The mean is divided by the number of devices once more: `pmean` has "
                "done so already."
            )
        raise NotYet(
            f"On an axis of {devices} devices the sum is divided by "
            f"{wording.number(round(devices / ratio, 3))}."
        )
    if distance(np.sort(found), np.sort(target)) < TOLERANCE:
        raise NotYet(
            "The numbers are those of the mean, in the wrong places. Cut the message "
            "up in the order in which it was put together, and keep the order within "
            "each array."
        )
    if distance(found[0], target[0]) < TOLERANCE:
        raise NotYet("Only the first device has the mean. All of them need it.")
