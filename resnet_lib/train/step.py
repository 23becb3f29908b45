"""One training step as a pure function, and an epoch as one dispatch."""

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx

from resnet_lib.train.augment import augment, normalise
from resnet_lib.train.recipe import Recipe, decay_mask, optimiser


class TrainState(NamedTuple):
    """All that changes from step to step, as plain lists of arrays.

    Lists, since JAX flattens them in C++: handing over a deep model's nested state
    costs milliseconds of Python a step.

    Attributes:
        params: What is trained.
        rest: What moves along: running averages of batch statistics.
        opt: Optax's state.
        step: Steps taken.
        seed: Of the random draws: no constant of the program, which runs of all seeds
            thus share.
        totals: Sum of losses, and number of right answers, since the epoch began.
    """

    params: list[jax.Array]
    rest: list[jax.Array]
    opt: Any
    step: jax.Array
    seed: jax.Array
    totals: jax.Array


class Frame(NamedTuple):
    """All that stays: the model's structure, the recipe, and what λ applies to.

    Equal frames are equal keys, so that equal runs share one compiled program; the
    recipe's seed is 0 here, since the state has it.
    """

    graph: nnx.GraphDef
    trees: tuple
    recipe: Recipe
    steps: int
    decays: tuple[bool, ...]

    @property
    def tx(self) -> optax.GradientTransformation:
        """The optimiser of the whole run."""
        return optimiser(self.recipe, self.steps, list(self.decays))

    def model(self, params, rest) -> nnx.Module:
        """The model with these arrays in it."""
        states = map(jax.tree.unflatten, self.trees, (params, rest))
        return nnx.merge(self.graph, *states, copy=True)


def start(model: nnx.Module, recipe: Recipe, steps: int) -> tuple[Frame, TrainState]:
    """Takes a model apart for a run of `steps` steps; it keeps its own arrays."""
    model = nnx.merge(*nnx.split(model))
    model.train()
    graph, *states = nnx.split(model, nnx.Param, ...)
    (params, *_), (rest, *_) = flat = [jax.tree.flatten(state) for state in states]
    decays = tuple(jax.tree.leaves(decay_mask(states[0])))
    seed, recipe = jnp.uint32(recipe.seed), dataclasses.replace(recipe, seed=0)
    frame = Frame(graph, tuple(tree for _, tree in flat), recipe, steps, decays)
    params, rest = jax.tree.map(jnp.copy, (params, rest))
    opt = frame.tx.init(params)
    return frame, TrainState(params, rest, opt, jnp.int32(0), seed, jnp.zeros(2))


def cross_entropy(logits: jax.Array, labels: jax.Array, smoothing: float = 0.0):
    """−Σ q_c log softmax(z)_c of each example, with q = (1−ε)·onehot + ε/C.

    Args:
        logits: z, (n, C).
        labels: Whole numbers, (n,).
        smoothing: ε.

    Returns:
        (n,), in nats.
    """
    targets = optax.smooth_labels(jax.nn.one_hot(labels, logits.shape[-1]), smoothing)
    return optax.softmax_cross_entropy(logits, targets)


def train_step(
    frame: Frame, state: TrainState, images: jax.Array, labels: jax.Array
) -> TrainState:
    """θ ← θ − η ∂L/∂θ: augment, predict, differentiate, update.

    Args:
        frame: From `start`; give it with `functools.partial` before `jax.jit`.
        state: Donate it: its buffers become those of the result.
        images: uint8, (n, h, w, c).
        labels: (n,), whole numbers.
    """
    grads, rest, found = gradients(frame, state, images, labels)
    updates, opt = frame.tx.update(grads, state.opt, state.params)
    params = optax.apply_updates(state.params, updates)
    step, totals = state.step + 1, state.totals + found
    return TrainState(params, rest, opt, step, state.seed, totals)


def gradients(
    frame: Frame, state: TrainState, images: jax.Array, labels: jax.Array
) -> tuple[list[jax.Array], list[jax.Array], jax.Array]:
    """∂L/∂θ of one step, the new `rest`, and what the step adds to `totals`."""
    recipe, labels = frame.recipe, jnp.asarray(labels, jnp.int32)
    key = jax.random.fold_in(jax.random.key(state.seed), state.step)
    augment_key, drop_key = jax.random.split(key)
    x = normalise(augment(augment_key, images, recipe.augmentation))

    def loss(params):
        model = frame.model(params, state.rest)
        stochastic = getattr(getattr(model, "config", None), "drop_path", 0) > 0
        logits = model(x, drop_key) if stochastic else model(x)
        value = cross_entropy(logits, labels, recipe.label_smoothing).mean()
        rest = jax.tree.leaves(nnx.split(model, nnx.Param, ...)[2])
        return value, (rest, (logits.argmax(-1) == labels).sum())

    (value, (rest, right)), grads = jax.value_and_grad(loss, has_aux=True)(state.params)
    return grads, rest, jnp.stack([value * len(labels), right.astype(value.dtype)])


def epoch(
    step: Callable, state: Any, images: jax.Array, labels: jax.Array, order: jax.Array
) -> Any:
    """A whole epoch in one dispatch, for accelerators: the data set is on the device.

    Args:
        step: The next state from `(state, images, labels)`: `train_step` of a frame.
        state: Before the first step.
        images: All of them, uint8, (N, h, w, c).
        labels: (N,).
        order: Which images make up each step, (steps, batch).
    """

    def one(state, rows):
        return step(state, images[rows], labels[rows]), None

    return jax.lax.scan(one, state, order)[0]
