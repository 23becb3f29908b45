"""A run in progress: the training state, its average, and what went wrong."""

from typing import NamedTuple

import jax
import jax.numpy as jnp

from resnet_lib.train.step import Frame, TrainState, train_step


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
