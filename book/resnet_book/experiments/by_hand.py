"""Training by hand: any optimiser of Optax, and how large each of its steps was.

`resnet_lib.train` knows one optimiser. Experiments that compare several, or that want
to look into a run, train here.
"""

import functools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from resnet_lib.train import cross_entropy

View = Callable[[jax.Array, jax.Array], jax.Array]
"""`view(key, images)`: what the model is given of images as they are stored."""


class Steps(NamedTuple):
    """What each step did, `(steps,)` each.

    Attributes:
        loss: Mean over the batch before the step, in nats.
        gradient: ‖∂L/∂θ‖ over all parameters.
        update: ‖Δθ‖ / ‖θ‖ over all parameters.
    """

    loss: np.ndarray
    gradient: np.ndarray
    update: np.ndarray


class Run:
    """A model, its optimiser, and the steps that they have taken.

    Args:
        model: Keeps its own arrays.
        tx: The optimiser, with its schedule and its decay.
        view: Of the images.
        smoothing: ε of label smoothing.
        seed: Of the keys that `view` gets, one for each step.
    """

    def __init__(
        self,
        model: nnx.Module,
        tx: optax.GradientTransformation,
        view: View,
        smoothing: float = 0.0,
        seed: int = 0,
    ):
        """Nothing is compiled yet."""
        self._graph, params, rest = nnx.split(model, nnx.Param, ...)
        self._state = params, rest, tx.init(params)
        self._take = jax.jit(functools.partial(_step, self._graph, tx, view, smoothing))
        self._key, self._seen = jax.random.key(seed), []

    def step(self, images: np.ndarray, labels: np.ndarray) -> None:
        """One step on a batch, (n, h, w, c) and (n,)."""
        key = jax.random.fold_in(self._key, len(self._seen))
        self._state, found = self._take(self._state, key, images, labels)
        self._seen.append(found)

    @property
    def model(self) -> nnx.Module:
        """The model as it is now, in training mode."""
        return nnx.merge(self._graph, *self._state[:2], copy=True)

    @property
    def steps(self) -> Steps:
        """What all steps did so far."""
        return Steps(*np.asarray(jax.device_get(self._seen)).T)


def batches(data: Any, size: int, seed: int | tuple) -> Iterator[tuple]:
    """Images and labels of an epoch, shuffled; what is left over is not used.

    Args:
        data: A `Dataset`.
        size: Images per batch.
        seed: Of the order.
    """
    order = np.random.default_rng(seed).permutation(len(data.labels))
    for rows in order[: len(order) // size * size].reshape(-1, size):
        yield data.images[rows], data.labels[rows]


def per_cent_right(model: nnx.Module, data: Any, view: View, size: int = 500) -> float:
    """Accuracy in evaluation mode, per cent.

    Args:
        model: In either mode, which is left as it was.
        data: A `Dataset`.
        view: Of its images; the key is None.
        size: Images at a time.
    """
    model = nnx.clone(model)
    model.eval()
    graph, state = nnx.split(model)

    @jax.jit
    def count(state, images, labels):
        logits = nnx.merge(graph, state)(view(None, images))
        return (logits.argmax(-1) == labels).sum()

    rows = [slice(i, i + size) for i in range(0, len(data.labels), size)]
    right = sum(int(count(state, data.images[r], data.labels[r])) for r in rows)
    return round(100 * right / len(data.labels), 2)


def _step(graph, tx, view, smoothing, state, key, images, labels):
    params, rest, opt = state
    x = view(key, images)

    def loss(params):
        model = nnx.merge(graph, params, rest, copy=True)
        logits = model(x)
        value = cross_entropy(logits, labels, smoothing).mean()
        return value, nnx.split(model, nnx.Param, ...)[2]

    (value, rest), grads = jax.value_and_grad(loss, has_aux=True)(params)
    updates, opt = tx.update(grads, opt, params)
    found = jnp.stack([value, _norm(grads), _norm(updates) / _norm(params)])
    return (optax.apply_updates(params, updates), rest, opt), found


def _norm(tree):
    return jnp.sqrt(sum(jnp.sum(jnp.square(leaf)) for leaf in jax.tree.leaves(tree)))
