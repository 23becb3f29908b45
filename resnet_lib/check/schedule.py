"""Chapter 6, continued: the learning rate over a run."""

import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib.check.compare import judge_values
from resnet_lib.check.exercise import exercise
from resnet_lib.check.sandbox import Crash, NotYet, call


def _schedule(start=1 / 25, end=1 / 1000, turn=0.3, peak_at=1.0, cosine=False):
    def rate(step, steps, peak):
        up, step = turn * steps, np.asarray(step, np.float64)
        rise = start + (peak_at - start) * (step / up if up else 1.0)
        left = (step - up) / max(steps - up, 1e-9)
        if cosine:
            left = (1 - np.cos(np.pi * left)) / 2
        return peak * np.where(step < up, rise, peak_at + (end - peak_at) * left)

    return rate


def _early_fall(step, steps, peak):
    """Falls as if it had fallen since step 0, so it jumps at the turn."""
    rise = _schedule()(step, steps, peak)
    fall = peak * (1 - (1 - 1 / 1000) * step / steps)
    return rise if step < 0.3 * steps else fall


_ONE_CYCLE_MISTAKES = (
    (
        _schedule(turn=0.0),
        "There is no rise: it starts at the peak, when the weights are least ready for "
        "it.",
    ),
    (_schedule(start=0.0), "It starts at 0. Asked for is a small rate above 0."),
    (_schedule(end=0.0), "It ends at 0. Asked for is a small rate above 0."),
    (
        _schedule(end=1 / 25),
        "It ends where it started. Asked for is an end far below the start.",
    ),
    (
        _schedule(turn=0.5),
        "The peak stands in the middle of the run. The fall should be the longer part.",
    ),
    (
        _schedule(turn=0.7),
        "The rise takes 70 % of the run, the fall the rest: the other way round.",
    ),
    (
        _schedule(cosine=True),
        "The fall follows a cosine. Asked for is a straight line.",
    ),
    (
        _early_fall,
        "It jumps at the peak: the fall is reckoned from step 0. How far into the fall "
        "is a step, and how long is the fall?",
    ),
    (
        lambda step, steps, peak: _schedule()(step, steps, 1.0),
        "It does not depend on `peak`.",
    ),
    (
        lambda step, steps, peak: _schedule(turn=1.0)(step, steps, peak),
        "It rises to the very end: the fall is missing.",
    ),
)


@exercise(
    6,
    1,
    "Draw it: three points, two straight lines. What are the coordinates of the three?",
    "Inside `jax.jit` a step is not known yet, so `if` cannot look at it. `jnp.where` "
    "computes both sides and picks one.",
    "`jnp.interp` draws straight lines between given points.",
)
def one_cycle(answer):
    """`one_cycle(step, steps, peak)` → learning rate.

    Args:
        answer: Function of the step, whole number or traced, the length of the run and
            the largest rate. From peak / 25 up to the peak at 30 % of the steps, then
            down to peak / 1000 at the end, both in straight lines.
    """
    expects = "one_cycle(step, steps, peak)"
    cases = [(s, 100, 0.4) for s in (0, 10, 29, 30, 31, 50, 65, 80, 99, 100)]
    cases += [(s, 40, 2.0) for s in (0, 6, 12, 26, 40)]
    got = [call(answer, *case, expects=expects) for case in cases]
    judge_values(got, cases, _schedule(), _ONE_CYCLE_MISTAKES, name="one_cycle")
    try:
        jax.eval_shape(
            lambda s: call(answer, s, 100, 0.4, expects=expects), jnp.array(3)
        )
    except Crash as crash:
        raise NotYet(
            "The numbers are right, but inside `jax.jit` it stops: there the step has "
            "no value yet that Python could look at. Compute both sides and pick one.",
            crash.trace,
        ) from None
    return (
        "Up while the weights find their way, then down by three orders of magnitude: "
        "the shape that trains in a handful of epochs."
    )
