"""Chapter 6, continued: the learning rate over a run."""

import jax.numpy as jnp
import numpy as np

from resnet_book.exercises import jaxprs
from resnet_book.exercises.compare import explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import Crash, NotYet, call

_START, _END, _TURN = 1 / 25, 1 / 1000, 0.3


def _line(a, b, t):
    return a + (b - a) * t


def _cosine(a, b, t):
    return _line(a, b, (1 - np.cos(np.pi * t)) / 2)


def _power(a, b, t):
    return a * (b / a) ** t


def _cycle(
    start=_START, top=1.0, end=_END, turn=_TURN, up=_line, down=_line, late=0, short=0
):
    """A rise and a fall, as fractions of the peak, `late` and `short` in steps."""

    def rate(step, steps, peak):
        step, steps = step + late, steps - short
        turning = turn * steps
        if step < turning or turn == 1:
            return peak * up(start, top, step / turning)
        return peak * down(top, end, (step - turning) / (steps - turning))

    return rate


_right = _cycle()


def _fall(reckoned):
    """The right rise, and a fall whose progress is `reckoned` in another way."""

    def rate(step, steps, peak):
        turning = _TURN * steps
        if step < turning:
            return _right(step, steps, peak)
        return peak * _line(1, _END, reckoned(step, steps, turning))

    return rate


def _rise(reckoned):
    """The right fall, and a rise that is `reckoned` in another way."""

    def rate(step, steps, peak):
        turning = _TURN * steps
        at_peak = reckoned(min(step, turning) / turning, peak)
        return at_peak if step < turning else _right(step, steps, peak)

    return rate


def _lines(step, steps, peak):
    turning = _TURN * steps
    up = _line(_START, 1, step / turning)
    return up, _line(1, _END, (step - turning) / (steps - turning))


_SHAPE_MISTAKES = mistakes(
    _cycle(turn=0),
    "There is no rise: it starts at the peak, when the weights are least ready for it.",
    (_cycle(turn=1), "It rises to the very end: the fall is missing."),
    _cycle(end=1),
    "It stays at the peak once it is there: the fall is missing.",
    _cycle(turn=0.5),
    "The peak stands in the middle of the run. The fall should be the longer part.",
    _cycle(turn=0.7),
    "The rise takes 70 % of the run, the fall the rest: the other way round.",
    (_cycle(turn=0.03), "The rise takes 3 % of the run, ten times too little."),
    lambda step, steps, peak: _cycle(turn=30 / steps)(step, steps, peak),
    "The peak stands at step 30 in every run. Asked for is a part of its length.",
    lambda step, steps, peak: peak * max(_lines(step, steps, peak)),
    "The two lines are swapped: the falling one is taken before the peak, the rising "
    "one after it. They are the higher ones there.",
    _cycle(late=1),
    "It runs one step ahead: step 0 is where it starts.",
    (_cycle(late=-1), "It lags one step behind: step 0 is where it starts."),
    _cycle(short=1),
    "It reaches its end one step early: it is down at step = steps.",
)

_CURVE_MISTAKES = mistakes(
    (_cycle(down=_cosine), "The fall follows a cosine. Asked for is a straight line."),
    _cycle(up=_cosine, down=_cosine),
    "Rise and fall follow a cosine. Asked for are straight lines.",
    (_cycle(up=_cosine), "The rise follows a cosine. Asked for is a straight line."),
    (_cycle(down=_power), "The fall is exponential. Asked for is a straight line."),
    _cycle(up=_power, down=_power),
    "Rise and fall are exponential. Asked for are straight lines.",
    (_cycle(up=_power), "The rise is exponential. Asked for is a straight line."),
    _fall(lambda step, steps, turning: step / steps),
    "It jumps at the peak: the fall is reckoned from step 0. How far into the fall is "
    "a step, and how long is the fall?",
    _fall(lambda step, steps, turning: (step - turning) / steps),
    "The fall never gets to its end: it is reckoned as if it took the whole run.",
    _fall(lambda step, steps, turning: step / (steps - turning)),
    "The fall is reckoned from step 0, and is over before the run is.",
    _rise(lambda t, peak: peak * (_START + t)),
    "It rises above the peak and falls back: from the start to the peak is less than "
    "the whole peak.",
    _rise(lambda t, peak: peak * _START),
    "It stays at the start until the peak, and then jumps.",
)

_HEIGHT_MISTAKES = mistakes(
    (_cycle(start=0), "It starts at 0. Asked for is a small rate above 0."),
    (_cycle(start=1), "It starts at the peak and stays there: the rise is missing."),
    (_cycle(start=1 / 10), "It starts at a tenth of the peak. That is too high."),
    (_cycle(start=_END), "It starts as low as it should end."),
    _cycle(start=_END, end=_START),
    "Start and end are swapped: it should end far below its start.",
    (_cycle(end=0), "It ends at 0. Asked for is a small rate above 0."),
    _cycle(start=0, end=0),
    "It starts and ends at 0. Asked for are small rates above 0.",
    _cycle(end=_START),
    "It ends where it started. Asked for is an end far below the start.",
    (_cycle(end=1 / 100), "It ends at a hundredth of the peak. That is too high."),
    (_cycle(end=1 / 10_000), "It ends at a ten-thousandth of the peak, too low."),
    _cycle(end=_START / 1000),
    "Its end is a thousandth of its start. Asked for is a thousandth of the peak.",
    lambda step, steps, peak: _right(step, steps, 1.0),
    "It does not depend on `peak`.",
    lambda step, steps, peak: _cycle(start=_START / peak, end=_END / peak)(
        step, steps, peak
    ),
    "Start and end do not depend on `peak`: they are parts of it.",
    lambda step, steps, peak: _cycle(start=_START / peak)(step, steps, peak),
    "The start does not depend on `peak`: it is a part of it.",
    lambda step, steps, peak: _cycle(end=_END / peak)(step, steps, peak),
    "The end does not depend on `peak`: it is a part of it.",
    lambda step, steps, peak: _right(step, 100, peak),
    "It does not depend on `steps`: every run is as long as 100.",
)


def _draw_runs(rng):
    """Steps around the corners of a run, and between them."""
    tens, peak = int(rng.integers(5, 20)), round(float(rng.uniform(0.1, 0.9)), 2)
    steps, turning = 10 * tens, 3 * tens
    inner = rng.integers([1, 1, turning + 2], [turning - 1, turning - 1, steps - 2])
    corners = (0, turning - 1, turning, turning + 1, steps - 1, steps)
    return [(int(step), steps, peak) for step in (*corners, *inner)]


_CYCLES = Table(
    "one_cycle(step, steps, peak)",
    _right,
    _SHAPE_MISTAKES + _HEIGHT_MISTAKES + _CURVE_MISTAKES,
    _draw_runs,
)


@exercise(1)
def one_cycle(answer):
    """`one_cycle(step, steps, peak)` → learning rate.

    Args:
        answer: Function of the step, whole number or traced, the length of the run and
            the largest rate. From peak / 25 up to the peak at 30 % of the steps, then
            down to peak / 1000 at the end, both in straight lines.
    """
    _CYCLES.judge(answer)
    _judge_compiled(answer, _CYCLES.draw(_CYCLES.seeds[0]))
    return (
        "Up, then down by three orders of magnitude: the schedule that this chapter "
        "trains with."
    )


def _judge_compiled(answer, cases):
    _, steps, peak = cases[0]
    where = "Outside `jax.jit` the numbers are right, inside they are not. "

    def rate(step):
        return call(answer, step, steps, peak, expects=_CYCLES.expects)

    compiled = jaxprs.quick(rate)
    try:
        for step, *rest in cases:
            wanted = _CYCLES.right(step, *rest)
            explain(compiled(jnp.int32(step)), wanted, f"{where}At step {step}: ")
    except Crash as crash:
        advice = (
            " There the step has no value yet that Python could look at. Compute both "
            "sides and pick one."
            if "Tracer" in crash.message
            else ""
        )
        raise NotYet(
            f"The numbers are right, but not inside `jax.jit`. {crash.message}{advice}",
            crash.trace,
        ) from None
