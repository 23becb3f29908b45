"""One training step as a pure function, and an epoch as one dispatch."""

import dataclasses
import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from flax import nnx
from jax.sharding import NamedSharding

from resnet_lib.data.dataset import Scale, scale_of
from resnet_lib.train import accumulate, random_keys
from resnet_lib.train.augment import augment, normalise
from resnet_lib.train.recipe import Recipe, decay_mask, optimiser


class TrainState(NamedTuple):
    """All that changes from step to step, as plain lists of arrays.

    Lists, since JAX flattens them in C++: handing over a deep model's nested state
    costs milliseconds of Python per step. A checkpoint has no arrays but these: the
    random draws and the position in the data follow from the step.

    Attributes:
        params: What is trained.
        rest: What moves along: running averages of batch statistics, and the state of
            random layers that the model has of its own, keys as numbers.
        opt: Optax's state.
        step: Steps taken.
        seed: Of the random draws: an operand, so runs of all seeds share a program.
        totals: Sum of losses, and number of right answers, since the epoch began.
        average: Running averages of `params` and of `rest`, two lists; empty when the
            recipe keeps none.
        faults: How many steps were not finite.
    """

    params: list[jax.Array]
    rest: list[jax.Array]
    opt: Any
    step: jax.Array
    seed: jax.Array
    totals: jax.Array
    average: tuple[list[jax.Array], list[jax.Array]]
    faults: jax.Array


class Setup(NamedTuple):
    """All that stays: the model's structure, the recipe, the scale of the data.

    Equal setups are equal keys, so that equal runs share one compiled program; the
    recipe's seed is 0 here, since the state has it. `whole` is where the step gathers
    parameters that are kept in shards; see `resnet_lib.train.shards`. `keys` says which
    of `rest` are a model's own random keys; see `resnet_lib.train.random_keys`.
    """

    graph: nnx.GraphDef
    trees: tuple
    recipe: Recipe
    steps: int
    decays: tuple[bool, ...]
    mean: Scale
    std: Scale
    whole: NamedSharding | None = None
    keys: tuple = ()

    @property
    def tx(self) -> optax.GradientTransformation:
        """The optimiser of the whole run."""
        return optimiser(self.recipe, self.steps, list(self.decays))

    def states(self, params, rest) -> tuple[nnx.State, nnx.State]:
        """These arrays as the model has them, by name."""
        lists = params, random_keys.keys(rest, self.keys)
        return tuple(map(jax.tree.unflatten, self.trees, lists))

    def model(self, params, rest) -> nnx.Module:
        """The model with these arrays in it."""
        return nnx.merge(self.graph, *self.states(params, rest), copy=True)


def init(
    model: nnx.Module, recipe: Recipe, steps: int, data=None
) -> tuple[Setup, TrainState]:
    """What stays and what changes in a run, before its first step.

    Args:
        model: Keeps its own arrays.
        recipe: How to train.
        steps: Length of the run.
        data: Whose `mean` and `std` images are normalised with, such as a `Dataset`;
            without them pixels are fractions of 255.
    """
    model = nnx.merge(*nnx.split(model))
    model.train()
    graph, *states = nnx.split(model, nnx.Param, ...)
    (params, *_), (rest, *_) = flat = [jax.tree.flatten(state) for state in states]
    decays = tuple(jax.tree.leaves(decay_mask(states[0])))
    seed, recipe = jnp.uint32(recipe.seed), dataclasses.replace(recipe, seed=0)
    trees, scale = tuple(tree for _, tree in flat), scale_of(data)
    setup = Setup(graph, trees, recipe, steps, decays, *scale)
    setup = setup._replace(keys=random_keys.kinds(rest))
    params, rest = jax.tree.map(jnp.copy, (params, random_keys.numbers(rest)))
    average = jax.tree.map(jnp.copy, (params, rest) if recipe.ema else ([], []))
    opt, step, faults = setup.tx.init(params), jnp.int32(0), jnp.int32(0)
    state = TrainState(params, rest, opt, step, seed, jnp.zeros(2), average, faults)
    return setup, state


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
    setup: Setup, state: TrainState, images: jax.Array, labels: jax.Array
) -> TrainState:
    """θ ← θ − η ∂L/∂θ: augment, predict, differentiate, update.

    Args:
        setup: From `init`; give it with `functools.partial` before `jax.jit`.
        state: Donate it: its buffers become those of the result.
        images: uint8, (n, h, w, c).
        labels: (n,), whole numbers.
    """
    grads, rest, found = gradients(setup, state, images, labels)
    updates, opt = setup.tx.update(grads, state.opt, state.params)
    params = optax.apply_updates(state.params, updates)
    step, totals = state.step + 1, state.totals + found
    return state._replace(params=params, rest=rest, opt=opt, step=step, totals=totals)


def gradients(
    setup: Setup, state: TrainState, images: jax.Array, labels: jax.Array
) -> tuple[list[jax.Array], list[jax.Array], jax.Array]:
    """∂L/∂θ of one step, the new `rest`, and what the step adds to `totals`."""
    recipe, labels = setup.recipe, jnp.asarray(labels, jnp.int32)
    key = jax.random.fold_in(jax.random.key(state.seed), state.step)
    augment_key, drop_key = jax.random.split(key)
    x = augment(augment_key, images, recipe.augmentation)
    x = normalise(x, setup.mean, setup.std)

    params = state.params
    if setup.whole is not None:
        params = jax.lax.with_sharding_constraint(params, setup.whole)

    def one(rest, x, labels, key):
        def loss(params):
            model = setup.model(params, rest)
            stochastic = getattr(getattr(model, "config", None), "drop_path", 0) > 0
            logits = model(x, key) if stochastic else model(x)
            value = cross_entropy(logits, labels, recipe.label_smoothing).mean()
            new = jax.tree.leaves(nnx.split(model, nnx.Param, ...)[2])
            new = random_keys.numbers(new)
            return value, (new, (logits.argmax(-1) == labels).sum())

        (value, (new, right)), grads = jax.value_and_grad(loss, has_aux=True)(params)
        return grads, new, jnp.stack([value * len(labels), right.astype(value.dtype)])

    return accumulate.over(one, recipe.accumulate, state.rest, x, labels, drop_key)


def epoch(
    step: Callable, state: Any, images: jax.Array, labels: jax.Array, order: jax.Array
) -> Any:
    """A whole epoch in one dispatch, for accelerators: the data set is on the device.

    Args:
        step: The next state from `(state, images, labels)`: `train_step` of a setup.
        state: Before the first step.
        images: All of them, uint8, (N, h, w, c).
        labels: (N,).
        order: Which images make up each step, (steps, batch).
    """

    def one(state, rows):
        return step(state, images[rows], labels[rows]), None

    return jax.lax.scan(one, state, order)[0]


def guarded_step(
    setup: Setup, skip: bool, state: TrainState, images: jax.Array, labels: jax.Array
) -> TrainState:
    """One `train_step`, unless it goes wrong, and one step of the average.

    A step that leaves a loss, parameter or statistic that is not finite is undone. With
    `skip` the run goes on as if the batch had not been there. Without, it stands still
    from then on, so that what went wrong can be looked at.

    The average follows as a ← d·a + (1 − d)·θ, with d = min(ema, (1 + t) / (10 + t)) at
    step t: the first weights, which are random, are soon forgotten.

    Args:
        setup: From `init`.
        skip: Whether to go on.
        state: Donate it.
        images: uint8, (n, h, w, c).
        labels: (n,), whole numbers.
    """
    new = train_step(setup, state, images, labels)
    finite = _finite((new.params, new.rest, new.totals))
    moves = finite if skip else finite & (state.faults == 0)
    pace = jnp.maximum(1 - setup.recipe.ema, 9 / (10 + state.step.astype(jnp.float32)))
    average = jax.tree.map(
        functools.partial(_towards, pace),
        state.average,
        (new.params, new.rest) if setup.recipe.ema else ([], []),
    )
    moved = new._replace(average=average)
    kept = jax.tree.map(lambda a, b: jnp.where(moves, a, b), moved, state)
    return kept._replace(
        step=new.step if skip else kept.step,
        faults=state.faults + (~finite).astype(jnp.int32),
    )


def _towards(pace, average, new):
    """Counters and keys have no mean: the new ones take their place."""
    if not jnp.issubdtype(average.dtype, jnp.floating):
        return new
    return (average + pace * (new - average)).astype(average.dtype)


def _finite(tree):
    floats = [x for x in jax.tree.leaves(tree) if jnp.issubdtype(x.dtype, jnp.floating)]
    return jnp.stack([jnp.isfinite(x).all() for x in floats]).all()
