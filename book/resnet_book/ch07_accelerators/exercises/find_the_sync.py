"""Chapter 7, continued: a hidden wait."""

import jax
import jax.numpy as jnp
import numpy as np

from resnet_book.ch07_accelerators.exercises import waits
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import NotYet, Shape, call


def _sequence(state, batches, collect=np.mean, carry=True, ends=0):
    states, losses = [], []
    for batch in batches:
        losses.append((state - batch) ** 2)
        states.append(0.5 * state + batch)
        state = states[-1] if carry else state
    return states[-1 - ends], collect(losses)


_SYNC_MISTAKES = mistakes(
    lambda s, b: _sequence(s, b, np.sum),
    "It returns the sum of the losses. Asked for is their mean.",
    lambda s, b: _sequence(s, b, lambda losses: losses[-1]),
    "It returns the last loss. Asked for is the mean over the epoch.",
    lambda s, b: _sequence(s, b, lambda losses: losses[0]),
    "It returns the first loss. Asked for is the mean over the epoch.",
    lambda s, b: _sequence(s, b, np.array),
    "It returns every loss. Asked for is their mean.",
    lambda s, b: _sequence(s, b, np.median),
    "It returns the median of the losses. Asked for is their mean.",
    lambda s, b: _sequence(s, b, lambda losses: np.sum(losses) / (len(b) + 1)),
    "The sum is divided by one more than there are batches.",
    lambda s, b: _sequence(s, b, lambda losses: np.sum(losses) / (len(b) - 1)),
    "The sum is divided by one less than there are batches.",
    lambda s, b: _sequence(s, b, lambda losses: np.mean(losses[:-1])),
    "The last loss is missing from the mean.",
    lambda s, b: _sequence(s, b, lambda losses: np.mean(losses[1:])),
    "The first loss is missing from the mean.",
    lambda s, b: _sequence(s, b, carry=False),
    "Every step starts from the first state: what a step returns is not handed on.",
    lambda s, b: (s, _sequence(s, b)[1]),
    "The state that comes back is the first one. Asked for is the last.",
    lambda s, b: _sequence(s, b, ends=1),
    "The state that comes back is the one before the last.",
    (lambda s, b: _sequence(s, b[:1]), "Only the first batch is used."),
    (lambda s, b: _sequence(s, b[:-1]), "The last batch is left out."),
    (lambda s, b: _sequence(s, b[1:]), "The first batch is left out."),
    (lambda s, b: _sequence(s, b[::-1]), "The batches are taken in reverse order."),
    lambda s, b: _sequence(s, b)[::-1],
    "The two results are the wrong way round: first the state.",
)


def _draw_epoch(rng):
    return [(float(rng.uniform(1, 3)), list(rng.uniform(1, 5, 4 + rng.integers(3))))]


_EPOCHS = Table(
    "run_epoch(step, state, batches)",
    _sequence,
    _SYNC_MISTAKES,
    _draw_epoch,
    seeds=(2, 3),
    name="find_the_sync",
)


@exercise(2)
def find_the_sync(answer):
    """`run_epoch(step, state, batches)` → (state, mean loss), with no wait in it.

    Args:
        answer: Function of a jitted `step`, (state, batch) → (state, loss); a pytree;
            a list of batches. Returns the last state and the mean loss as an array.
    """
    cases = _EPOCHS.cases()
    values = [_run(answer, _step, *case) for case in cases]
    _EPOCHS.judge_values(values, cases)
    _require_no_wait(answer, *cases[0])
    if not isinstance(values[0][1], jax.Array):
        raise NotYet(
            "The mean loss is not an array of JAX any more: it left the device."
        )
    return (
        "Python now runs ahead of the device, and waits for the number once, at the "
        "end."
    )


def _step(state, batch):
    return 0.5 * state + batch, (state - batch) ** 2


def _run(answer, step, state, batches):
    arrays = [jnp.float32(batch) for batch in batches]
    got = call(answer, step, jnp.float32(state), arrays, expects=_EPOCHS.expects)
    if not (isinstance(got, tuple | list) and len(got) == 2):
        raise Shape("It should return two things: the last state, and the mean loss.")
    return tuple(got)


def _require_no_wait(answer, state, batches):
    steps = []

    def step(state, batch):
        steps.append(batch)
        return _step(state, batch)

    arrays = [jnp.float32(batch) for batch in batches]
    wait = waits.first(
        lambda s: call(answer, step, s, arrays, expects=_EPOCHS.expects),
        jnp.float32(state),
        clock=lambda: len(steps),
    )
    if wait:
        where = "in the loop" if wait.time < len(batches) else "after the loop"
        raise NotYet(
            f"The numbers are right, but {where} the host waits for the device "
            f"({wait.how}). Until then it hands out no more work.",
            wait.trace,
        )
