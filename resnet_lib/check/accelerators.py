"""Chapter 7: an epoch as one program, a batch on many devices."""

import jax
import jax.numpy as jnp
import numpy as np
from jax.sharding import Mesh, NamedSharding

from resnet_lib.check.compare import as_array, explain, judge_values
from resnet_lib.check.exercise import exercise
from resnet_lib.check.sandbox import NotYet, Shape, call

_STEPS, _BATCH, _IMAGES = 7, 3, 24


class _Counter:
    """A step of training that counts how often Python runs it."""

    def __init__(self):
        self.runs = 0

    def __call__(self, state, batch):
        self.runs += 1
        x, y = batch
        loss = jnp.mean((x.mean((1, 2, 3)) * state["w"] - y) ** 2)
        return {"w": 0.9 * state["w"] + 0.1 * x.mean(), "n": state["n"] + 1}, loss


def _epoch(x, y, order, *, labels_as_they_lie=False, carry=True, collect=np.array):
    w, losses = 1.0, []
    for i, index in enumerate(order):
        labels = y[i * _BATCH : (i + 1) * _BATCH] if labels_as_they_lie else y[index]
        images = x[index].mean((1, 2, 3))
        losses.append(np.mean((images * w - labels) ** 2))
        after = 0.9 * w + 0.1 * images.mean()
        w = after if carry else w
    return (after, len(order) if carry else 1), collect(losses)


_EPOCH_MISTAKES = (
    (
        lambda x, y, o: _epoch(x, y, o, carry=False),
        "Every step starts from the first state. What a step returns has to be handed "
        "on to the next.",
    ),
    (
        lambda x, y, o: _epoch(x, y, np.arange(o.size).reshape(o.shape)),
        "The images are taken as they lie; `order` is not used.",
    ),
    (
        lambda x, y, o: _epoch(x, y, o, labels_as_they_lie=True),
        "Images and labels are taken in different orders.",
    ),
    (lambda x, y, o: _epoch(x, y, o[::-1]), "The steps are taken in reverse order."),
    (lambda x, y, o: _epoch(x, y, o[:-1]), "The last step is left out."),
    (
        lambda x, y, o: _epoch(x, y, o, collect=np.mean),
        "It returns the mean loss. Asked for is the loss of every step.",
    ),
    (
        lambda x, y, o: _epoch(x, y, o, collect=np.sum),
        "It returns the sum of the losses. Asked for is the loss of every step.",
    ),
    (
        lambda x, y, o: _epoch(x, y, o, collect=lambda losses: losses[-1]),
        "It returns the last loss alone. Asked for is the loss of every step.",
    ),
)


@exercise(
    7,
    2,
    "`jax.lax.scan` walks along the leading axis of an array and hands a carry on from "
    "step to step. What is the carry here, and which array is walked along?",
    "Each row of `order` says which images belong to a step. Pick them inside the "
    "body: then no shuffled copy of the whole data set is ever made.",
    "The body takes (state, row) and returns what `step` returns; that already has the "
    "form that scan wants.",
)
def scan_epoch(answer):
    """`scan_epoch(step, state, images, labels, order)` → (state, losses).

    Args:
        answer: Function of `step`, (state, (x, y)) → (state, loss); a pytree; images
            (n, h, w, c); labels (n,); `order`, (steps, batch). Returns the last state
            and the losses, (steps,).
    """
    rng, step = np.random.default_rng(0), _Counter()
    images, labels = rng.normal(1, 1, size=(_IMAGES, 2, 2, 1)), rng.normal(size=_IMAGES)
    order = rng.permutation(_IMAGES)[: _STEPS * _BATCH].reshape(_STEPS, _BATCH)
    state = {"w": jnp.float32(1), "n": jnp.int32(0)}
    arrays = [jnp.asarray(a, jnp.float32) for a in (images, labels)]
    got = call(
        answer,
        step,
        state,
        *arrays,
        jnp.asarray(order),
        expects="scan_epoch(step, state, images, labels, order)",
    )
    if isinstance(got, tuple | list) and len(got) == 2 and isinstance(got[1], dict):
        raise Shape("The two results are the wrong way round: first the state.")
    if not (isinstance(got, tuple | list) and len(got) == 2 and _is_state(got[0])):
        raise Shape("It should return two things: the last state, and the losses.")
    value = (got[0]["w"], got[0]["n"]), got[1]
    case = images, labels, order
    judge_values([value], [case], _epoch, _EPOCH_MISTAKES, name="scan_epoch")
    if step.runs > 3:
        raise NotYet(
            f"The numbers are right, but Python ran `step` {step.runs} times for "
            f"{_STEPS} steps: the program grows with the length of the epoch. Traced "
            "once, it would be a single loop on the device."
        )
    return (
        "One dispatch for a whole epoch: the host is free, and a device never waits "
        "for Python."
    )


def _is_state(value):
    return isinstance(value, dict) and value.keys() == {"w", "n"}


@exercise(
    7,
    4,
    "A sharding says which axis of an array goes along which axis of the mesh. Only "
    "one of them is to be split here.",
    "`NamedSharding` takes the mesh and a `PartitionSpec`; axes that the spec does not "
    "name stay whole.",
    "`jax.device_put` takes a whole dict at once.",
)
def shard_batch(answer):
    """`shard_batch(batch, mesh)` → the same dict, leading axes sharded over "data".

    Args:
        answer: Function of a dict of arrays with a common leading axis and a
            `jax.sharding.Mesh` whose only axis is called `"data"`.
    """
    devices = np.array(jax.devices())
    n, rng = 4 * devices.size, np.random.default_rng(0)
    batch = {
        "images": np.asarray(rng.normal(size=(n, 2, 2 * devices.size, 1)), np.float32),
        "labels": np.arange(n, dtype=np.int32),
    }
    mesh = Mesh(devices, ("data",))
    got = call(answer, batch, mesh, expects="shard_batch(batch, mesh)")
    if not isinstance(got, dict) or got.keys() != batch.keys():
        raise Shape("It should return a dict with the same names as `batch`.")
    for name, array in batch.items():
        value, where = got[name], f"`{name}`: "
        if as_array(value) is not None and np.shape(value)[:2] == (
            devices.size,
            n // devices.size,
        ):
            raise Shape(
                f"{where}the leading axis was cut in two, as `jax.pmap` wants it. A "
                "sharded array keeps its shape."
            )
        explain(value, array, where)
        _judge_sharding(where, value, mesh)
    return (
        "This one line is data parallelism: jit sees the sharding, gives each device "
        "its share of the work and adds the sums that are needed."
    )


def _judge_sharding(where, value, mesh):
    sharding = getattr(value, "sharding", None)
    if sharding is None:
        raise NotYet(f"{where}it is still on the host, an array of NumPy.")
    if not isinstance(sharding, NamedSharding):
        raise NotYet(
            f"{where}the whole array lies on one device; it knows nothing of the mesh."
        )
    axes = [axis for axis in sharding.spec if axis not in (None, ())]
    if not axes:
        raise NotYet(
            f"{where}every device holds a copy of the whole array (it is replicated). "
            "Each should hold its share."
        )
    if sharding.spec[0] not in ("data", ("data",)):
        raise NotYet(
            f"{where}an axis other than the leading one is split. The images are to be "
            "dealt out, not cut to pieces."
        )
    if sharding.mesh.devices.size != mesh.devices.size:
        raise NotYet(f"{where}the mesh is not the one that was given.")
