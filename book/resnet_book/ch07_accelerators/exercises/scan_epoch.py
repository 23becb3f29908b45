"""Chapter 7: an epoch as one program."""

import collections

import jax.numpy as jnp
import numpy as np

from resnet_book.exercises import jaxprs
from resnet_book.exercises.arrays import on_device
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import Crash, NotYet, Shape, call

_STEPS, _BATCH, _IMAGES = 7, 3, 24


def _epoch(
    x,
    y,
    order,
    *,
    labels_as_they_lie=False,
    images_as_they_lie=False,
    carry=True,
    first_state=False,
    collect=np.array,
):
    w, losses = 1.0, []
    for i, index in enumerate(order):
        lie = slice(i * len(index), (i + 1) * len(index))
        labels = y[lie if labels_as_they_lie else index]
        images = x[lie if images_as_they_lie else index].mean((1, 2, 3))
        losses.append(np.arctan(np.mean((images * w - labels) ** 2)))
        after = 0.9 * w + 0.1 * images.mean()
        w = after if carry else w
    state = (1.0, 0) if first_state else (after, len(order) if carry else 1)
    return state, collect(losses)


def _step_counted(runs):
    """A step of training that counts how often Python runs it."""

    def step(state, batch):
        runs.append(batch)
        x, y = batch
        loss = jnp.arctan(jnp.mean((x.mean((1, 2, 3)) * state["w"] - y) ** 2))
        return {"w": 0.9 * state["w"] + 0.1 * x.mean(), "n": state["n"] + 1}, loss

    return step


_EPOCH_MISTAKES = mistakes(
    lambda x, y, o: _epoch(x, y, o, carry=False),
    "Every step starts from the first state. What a step returns has to be handed on "
    "to the next.",
    lambda x, y, o: _epoch(x, y, np.arange(o.size).reshape(o.shape)),
    "The images are taken as they lie; `order` is not used.",
    lambda x, y, o: _epoch(x, y, o, labels_as_they_lie=True),
    "Images and labels are taken in different orders.",
    (lambda x, y, o: _epoch(x, y, o[::-1]), "The steps are taken in reverse order."),
    (lambda x, y, o: _epoch(x, y, o[:-1]), "The last step is left out."),
    lambda x, y, o: _epoch(x, y, o, collect=np.mean),
    "It returns the mean loss. Asked for is the loss of every step.",
    lambda x, y, o: _epoch(x, y, o, collect=np.sum),
    "It returns the sum of the losses. Asked for is the loss of every step.",
    lambda x, y, o: _epoch(x, y, o, collect=lambda losses: losses[-1]),
    "It returns the last loss alone. Asked for is the loss of every step.",
    lambda x, y, o: _epoch(x, y, o, images_as_they_lie=True),
    "Images and labels are taken in different orders: the images as they lie.",
    (lambda x, y, o: _epoch(x, y, o[1:]), "The first step is left out."),
    (lambda x, y, o: _epoch(x, y, o[:1]), "Only the first step is taken."),
    lambda x, y, o: _epoch(x, y, o.T.reshape(o.shape)),
    "Rows and columns of `order` are mixed up: each row is one step.",
    lambda x, y, o: _epoch(x, y, o.T),
    "It walks along the columns of `order`: each row is one step.",
    lambda x, y, o: _epoch(x, y, o, collect=np.cumsum),
    "The losses are added up from step to step. Asked for is each by itself.",
    lambda x, y, o: _epoch(x, y, o, collect=lambda losses: losses[::-1]),
    "The losses come in reverse order.",
    lambda x, y, o: _epoch(x, y, o, first_state=True),
    "The state that comes back is the first one. Asked for is the last.",
    lambda x, y, o: _epoch(x, y, o)[::-1],
    "The two results are the wrong way round: first the state.",
)


def _draw_epoch(rng):
    order = rng.permutation(_IMAGES)[: _STEPS * _BATCH].reshape(_STEPS, _BATCH)
    return [(rng.normal(1, 1, (_IMAGES, 2, 2, 1)), rng.normal(size=_IMAGES), order)]


_EPOCHS = Table(
    "scan_epoch(step, state, images, labels, order)",
    _epoch,
    _EPOCH_MISTAKES,
    _draw_epoch,
)


@exercise(4)
def scan_epoch(answer):
    """`scan_epoch(step, state, images, labels, order)` → (state, losses).

    Args:
        answer: Function of `step`, (state, (x, y)) → (state, loss); a pytree; images
            (n, h, w, c); labels (n,); `order`, (steps, batch). Returns the last state
            and the losses, (steps,).
    """
    cases = _EPOCHS.cases()
    values = [_run(answer, _step_counted([]), *case) for case in cases]
    _EPOCHS.judge_values(values, cases)
    _require_one_program(answer, *cases[0])
    return (
        "One dispatch for a whole epoch: the host is free, and a device never waits "
        "for Python."
    )


def _arguments(step, images, labels, order):
    arrays = on_device(images), on_device(labels), on_device(order, np.int32)
    return step, {"w": jnp.float32(1), "n": jnp.int32(0)}, *arrays


def _run(answer, step, *case):
    got = call(answer, *_arguments(step, *case), expects=_EPOCHS.expects)
    if not (isinstance(got, tuple | list) and len(got) == 2):
        raise Shape("It should return two things: the last state, and the losses.")
    return tuple((part["w"], part["n"]) if _is_state(part) else part for part in got)


def _is_state(value):
    return isinstance(value, dict) and value.keys() == {"w", "n"}


def _require_one_program(answer, *case):
    """Raises where a step stands in the program more than once.

    A loop in Python, be it over a jitted step, puts it there once for each row; a loop
    on the device has it once, in its body.
    """
    runs = []
    step, state, *arrays = _arguments(_step_counted(runs), *case)

    def epoch(state):
        return call(answer, step, state, *arrays, expects=_EPOCHS.expects)

    try:
        kinds = collections.Counter(
            equation.primitive.name for equation in jaxprs.equations(epoch, state)
        )
    except Crash:  # a program compiled ahead takes no arrays without values
        kinds = {}
    often = max(len(runs), kinds.get(_MARK, 0))
    if often > _FEW:
        raise NotYet(
            f"The numbers are right, but Python hands out `step` {often} times for "
            f"{len(case[-1])} steps, compiled or not: the work of the host grows with "
            "the length of the epoch. Traced once, it would be a single loop on the "
            "device."
        )


_FEW = 3  # the body of a loop may be traced again
_MARK = "atan"  # the operation that is in each step, and in nothing else
