"""One training step as a pure function, and an epoch as one dispatch."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
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
        totals: Sum of losses, and number of right answers, since the epoch began.
    """

    params: list[jax.Array]
    rest: list[jax.Array]
    opt: Any
    step: jax.Array
    totals: jax.Array


class Frame(NamedTuple):
    """All that stays: the model's structure, the recipe, and what λ applies to.

    Equal frames are equal keys, so that equal runs share one compiled program.
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
    frame = Frame(graph, tuple(tree for _, tree in flat), recipe, steps, decays)
    params, rest = jax.tree.map(jnp.copy, (params, rest))
    state = TrainState(params, rest, frame.tx.init(params), jnp.int32(0), jnp.zeros(2))
    return frame, state


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
    return TrainState(params, rest, opt, state.step + 1, state.totals + found)


def gradients(
    frame: Frame, state: TrainState, images: jax.Array, labels: jax.Array
) -> tuple[list[jax.Array], list[jax.Array], jax.Array]:
    """∂L/∂θ of one step, the new `rest`, and what the step adds to `totals`."""
    recipe, labels = frame.recipe, jnp.asarray(labels, jnp.int32)
    key = jax.random.fold_in(jax.random.key(recipe.seed), state.step)
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


class Run(NamedTuple):
    """All that a run is at one moment; a checkpoint holds this and nothing else.

    Attributes:
        state: Parameters, statistics, optimiser, and the step, from which the random
            draws and the position in the data follow.
        average: Running averages of parameters and of statistics, two lists; empty
            when the recipe keeps none.
        faults: How many steps were not finite.
    """

    state: TrainState
    average: tuple[list[jax.Array], list[jax.Array]]
    faults: jax.Array


def begin(frame: Frame, state: TrainState) -> Run:
    """A run before its first step."""
    kept = (state.params, state.rest) if frame.recipe.ema else ([], [])
    return Run(state, jax.tree.map(jnp.copy, kept), jnp.int32(0))


def advance(
    frame: Frame, skip: bool, run: Run, images: jax.Array, labels: jax.Array
) -> Run:
    """One `train_step`, unless it goes wrong, and one step of the average.

    A step that leaves a loss, parameter or statistic that is not finite is undone. With
    `skip` the run goes on as if the batch had not been there. Without, it stands still
    from then on, so that what went wrong can be looked at.

    The average follows as a ← d·a + (1 − d)·θ, with d = min(ema, (1 + t) / (10 + t)) at
    step t: the first weights, which are random, are soon forgotten.

    Args:
        frame: From `start`.
        skip: Whether to go on.
        run: Donate it.
        images: uint8, (n, h, w, c).
        labels: (n,), whole numbers.
    """
    new = train_step(frame, run.state, images, labels)
    finite = _finite((new.params, new.rest, new.totals))
    moves = finite if skip else finite & (run.faults == 0)
    state = jax.tree.map(lambda a, b: jnp.where(moves, a, b), new, run.state)
    if skip:
        state = state._replace(step=new.step)
    t = run.state.step.astype(jnp.float32)
    pace = jnp.maximum(1 - frame.recipe.ema, 9 / (10 + t))
    average = jax.tree.map(
        lambda a, b: jnp.where(moves, a + pace * (b - a), a).astype(a.dtype),
        run.average,
        (new.params, new.rest) if frame.recipe.ema else ([], []),
    )
    return Run(state, average, run.faults + (~finite).astype(jnp.int32))


def _finite(tree):
    floats = [x for x in jax.tree.leaves(tree) if jnp.issubdtype(x.dtype, jnp.floating)]
    return jnp.stack([jnp.isfinite(x).all() for x in floats]).all()


def gradient_norms(
    frame: Frame, state: TrainState, images: jax.Array, labels: jax.Array
) -> dict[str, float]:
    """‖∂L/∂θ‖ over the parameters of each block, in the step after `state`.

    Args:
        frame: From `start`.
        state: Before the step.
        images: As for `train_step`.
        labels: As for `train_step`.
    """
    state = jax.tree.map(jnp.asarray, state)
    find = jax.jit(lambda *given: gradients(frame, *given)[0])
    grads = jax.tree.unflatten(frame.trees[0], find(state, images, labels))
    squares = {}
    for path, leaf in jax.tree_util.tree_leaves_with_path(grads):
        names = [key for key in map(_key, path) if key is not None]
        for block, values in _blocks(names, np.asarray(leaf, np.float64)):
            squares[block] = squares.get(block, 0.0) + (values**2).sum()
    return {block: float(np.sqrt(square)) for block, square in squares.items()}


def _key(entry):
    return getattr(entry, "key", getattr(entry, "idx", None))


def _blocks(names, values):
    """The block that a parameter belongs to, or each block when they are stacked."""
    if names[0] != "stages":
        return [(str(names[0]), values)]
    stage = f"stage{names[1] + 1}"
    if names[2] == "first":
        return [(f"{stage}.block1", values)]
    if isinstance(names[3], int):
        return [(f"{stage}.block{names[3] + 2}", values)]
    return [(f"{stage}.block{i + 2}", part) for i, part in enumerate(values)]
