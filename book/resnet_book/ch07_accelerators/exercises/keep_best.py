"""Chapter 7, continued: a state that is kept while steps take its memory."""

import jax
import jax.numpy as jnp
import numpy as np

from resnet_book.exercises.arrays import on_device
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import Crash, NotYet, Shape, call

_GONE = (
    "The best state is gone when it is asked for: `step` has taken its memory. Another "
    "name for a state is no copy of it."
)


def _states(start, batches):
    states = [start]
    for batch in batches:
        states.append(0.5 * states[-1] + batch)
    return states


def _losses(states, target):
    return [float(abs(state.mean() - target)) for state in states]


def _best(start, batches, target, *, among=slice(None), find=np.argmin, state=0):
    """The loss that `find` finds, and the state of that place or so many later."""
    states = _states(start, batches)
    losses = _losses(states, target)
    at = range(len(states))[among][int(find(losses[among]))]
    return states[min(at + state, len(states) - 1)], losses[at]


def _last(start, batches, target):
    return _best(start, batches, target, among=slice(-1, None))


_MISTAKES = mistakes(
    _last,
    "The last state comes back, whatever its loss was.",
    lambda *case: (_last(*case)[0], _best(*case)[1]),
    "The loss is that of the best state, the state is the last one.",
    lambda *case: (_best(*case)[0], _last(*case)[1]),
    "The state is the best one, the loss is that of the last.",
    lambda *case: _best(*case, find=np.argmax),
    "The state with the largest loss comes back.",
    lambda *case: _best(*case, among=slice(1, None)),
    "The first state is not considered. It is kept where no step makes it better.",
    lambda *case: _best(*case, among=slice(0, -1)),
    "The last state is not considered.",
    lambda *case: _best(*case, state=1),
    "The state is the one after the best: it is kept a step too late.",
    lambda start, batches, target: (start, _losses([start], target)[0]),
    "The first state comes back, whatever its loss was.",
    lambda *case: _best(*case)[::-1],
    "The two results are the wrong way round: first the state.",
)


def _draw(rng):
    """The best state first, in the middle, and last."""
    cases = []
    for at in (0, 2, 5):
        start, batches = rng.normal(size=3), list(rng.normal(size=5))
        target = _states(start, batches)[at].mean() + 0.01
        cases.append((start, batches, float(target)))
    return cases


_RUNS = Table(
    "keep_best(step, loss_of, state, batches)",
    _best,
    _MISTAKES,
    _draw,
)


@exercise(3)
def keep_best(answer):
    """`keep_best(step, loss_of, state, batches)` → (state, loss): the best one seen.

    Args:
        answer: Function of `step`, (state, batch) → state, which takes the old state's
            memory; of `loss_of`, state → loss; a pytree; a list of batches. Returns the
            state with the smallest loss, the first one included, and that loss.
    """
    cases = _RUNS.cases()
    _RUNS.judge_values([_run(answer, *case) for case in cases], cases)
    return "A copy costs memory and time, so make one only where a state is the best."


def _step(state, batch):
    """A step that takes the memory of what it is given, on every device."""
    new = {"w": on_device(0.5 * np.asarray(state["w"], np.float64) + batch)}
    if isinstance(state["w"], jax.Array):
        state["w"].delete()
    return new


def _run(answer, start, batches, target):
    def loss_of(state):
        return jnp.float32(abs(np.asarray(state["w"]).mean() - target))

    state = {"w": on_device(start)}
    try:
        got = call(answer, _step, loss_of, state, batches, expects=_RUNS.expects)
    except Crash as crash:
        if "deleted" in crash.message:
            raise NotYet(_GONE, crash.trace) from None
        raise
    if not (isinstance(got, tuple | list) and len(got) == 2):
        raise Shape("It should return two things: the best state, and its loss.")
    return tuple(_weights(part) for part in got)


def _weights(part):
    if not (isinstance(part, dict) and "w" in part):
        return part
    if isinstance(part["w"], jax.Array) and part["w"].is_deleted():
        raise NotYet(_GONE)
    return part["w"]
