"""Chapter 6, continued: the learning rate over a run."""

import jax.numpy as jnp

from resnet_book.ch06_training.exercises.cycle_mistakes import CYCLES
from resnet_book.exercises import jaxprs
from resnet_book.exercises.compare import explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.sandbox import Crash, NotYet, call


@exercise(1)
def one_cycle(answer):
    """`one_cycle(step, steps, peak)` → learning rate.

    Args:
        answer: Function of the step, whole number or traced, the length of the run and
            the largest rate. From peak / 25 up to the peak at 30 % of the steps, then
            down to peak / 1000 at the end, both in straight lines.
    """
    CYCLES.judge(answer)
    _judge_compiled(answer, CYCLES.draw(CYCLES.seeds[0]))
    return (
        "Up while the weights find their way, then down by three orders of magnitude: "
        "the shape that trains in a handful of epochs."
    )


def _judge_compiled(answer, cases):
    _, steps, peak = cases[0]
    where = "Outside `jax.jit` the numbers are right, inside they are not. "

    def rate(step):
        return call(answer, step, steps, peak, expects=CYCLES.expects)

    compiled = jaxprs.quick(rate)
    try:
        for step, *rest in cases:
            wanted = CYCLES.right(step, *rest)
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
