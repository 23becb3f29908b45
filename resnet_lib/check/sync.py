"""Chapter 7, continued: a hidden wait, and tiles that are half empty."""

import contextlib
import io
from unittest import mock

import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib.check.compare import judge_values
from resnet_lib.check.exercise import exercise
from resnet_lib.check.sandbox import Crash, NotYet, Shape, call


@exercise(
    7,
    1,
    "Calling a jitted function returns before the device is done. Which lines need "
    "the number itself, and not just a promise of it?",
    "`float`, `print`, `if`, `np.asarray` and `.item()` on an array all wait. Sums and "
    "means of arrays do not: they are promises too.",
    "Keep the losses as they are, in a list, and combine them once at the end, on the "
    "device.",
)
def find_the_sync(answer):
    """`run_epoch(step, state, batches)` → (state, mean loss), with no wait in it.

    Args:
        answer: Function of a jitted `step`, (state, batch) → (state, loss); a pytree;
            a list of batches. Returns the last state and the mean loss as an array.
    """
    batches = [jnp.float32(value) for value in (3.0, 1.0, 4.0, 1.5)]
    runs = []
    expects = "run_epoch(step, state, batches)"

    def step(state, batch):
        runs.append(batch)
        return 0.5 * state + batch, (state - batch) ** 2

    got = call(answer, step, jnp.float32(2), batches, expects=expects)
    if not (isinstance(got, tuple | list) and len(got) == 2):
        raise Shape("It should return two things: the last state, and the mean loss.")
    judge_values([got], [()], _sequence, _SYNC_MISTAKES, name="run_epoch")
    runs.clear()
    wait = _first_wait(lambda s: call(answer, step, s, batches, expects=expects), runs)
    if wait:
        how, steps, trace = wait
        where = "in the loop" if steps < len(batches) else "after the loop"
        raise NotYet(
            f"The numbers are right, but {where} the host waits for the device "
            f"({_WAYS[how]}). Until then it hands out no more work.",
            trace,
        )
    if not isinstance(got[1], jax.Array):
        raise NotYet(
            "The mean loss is not an array of JAX any more: it left the device."
        )
    return (
        "The host now runs ahead and the device is never idle. Whoever wants the "
        "number waits for it, once, at the end."
    )


_BATCHES = (3.0, 1.0, 4.0, 1.5)


def _sequence(collect=np.mean, carry=True):
    state, losses = 2.0, []
    for batch in _BATCHES:
        losses.append((state - batch) ** 2)
        after = 0.5 * state + batch
        state = after if carry else state
    return after, collect(losses)


_SYNC_MISTAKES = (
    (
        lambda: _sequence(np.sum),
        "It returns the sum of the losses. Asked for is their mean.",
    ),
    (
        lambda: _sequence(lambda losses: losses[-1]),
        "It returns the last loss. Asked for is the mean over the epoch.",
    ),
    (
        lambda: _sequence(np.array),
        "It returns every loss. Asked for is their mean.",
    ),
    (
        lambda: _sequence(carry=False),
        "Every step starts from the first state: what a step returns is not handed on.",
    ),
)

_WAYS = {
    "value": "something there needs the number itself",
    "block": "it is told to wait until the array is ready",
    "get": "the array is fetched from the device",
    "print": "a number is printed",
}


def _first_wait(run, runs) -> tuple[str, int, str] | None:
    """How, after how many steps and in which line a function first needs a value.

    It is traced with an array that has no value: whatever needs one stops, or is
    noticed by a stand-in.
    """
    heard = []

    def note(kind):
        def stand_in(value, *args, **kwargs):
            heard.append((kind, len(runs), ""))
            return value

        return stand_in

    class Ear(io.StringIO):
        def write(self, text):
            if "Tracer" in text:
                heard.append(("print", len(runs), ""))
            return len(text)

    with (
        mock.patch.object(jax, "block_until_ready", note("block")),
        mock.patch.object(jax, "device_get", note("get")),
        contextlib.redirect_stdout(Ear()),
    ):
        try:
            jax.eval_shape(run, jnp.float32(2))
        except Crash as crash:
            kind = "block" if "block_until_ready" in crash.message else "value"
            heard.append((kind, len(runs), crash.trace))
    return heard[0] if heard else None


def _padded(shape, tile, up=lambda n, t: -(-n // t) * t):
    return up(shape[-2], tile[0]), up(shape[-1], tile[1])


def _waste(shape, tile=(8, 128), **kw):
    rows, columns = _padded(shape, tile, **kw)
    return 1 - shape[-2] * shape[-1] / (rows * columns)


def _power(n, t):
    return max(t, 1 << (n - 1).bit_length())


_WASTE_MISTAKES = (
    (
        lambda s, t=(8, 128): 1 - _waste(s, t),
        "This is the fraction in use. Asked for is the fraction that is padding.",
    ),
    (
        lambda s, t=(8, 128): 1 / (1 - _waste(s, t)) - 1,
        "This compares the padding with what is useful. Asked for is its share of all "
        "that is stored.",
    ),
    (
        lambda s, t=(8, 128): 100 * _waste(s, t),
        "This is in per cent. Asked for is a fraction.",
    ),
    (
        lambda s, t=(8, 128): _waste(s, t[::-1]),
        "The sides of the tile are swapped: the last axis is the one with 128.",
    ),
    (
        lambda s, t=(8, 128): _waste(s, (1, t[1])),
        "Only the last axis is padded here. The one before it is padded too.",
    ),
    (
        lambda s, t=(8, 128): _waste(s, (t[0], 1)),
        "Only the last axis but one is padded here. The last one is padded too.",
    ),
    (
        lambda s, t=(8, 128): _waste(s, t, up=lambda n, t: (n // t + 1) * t),
        "An axis that is a multiple already gets another tile. It needs none.",
    ),
    (
        lambda s, t=(8, 128): _waste(s, t, up=_power),
        "The axes are padded to powers of two. They are padded to multiples of the "
        "tile's sides.",
    ),
    (
        lambda s, t=(8, 128): _waste(s[:2], t) if len(s) > 2 else _waste(s, t),
        "The first two axes are padded. It is the last two that are tiled.",
    ),
    (
        lambda s, t=(8, 128): (
            (np.prod(_padded(s, t)) - s[-2] * s[-1]) * np.prod(s[:-2])
        ),
        "This is the number of padded elements. Asked for is their fraction.",
    ),
)


@exercise(
    7,
    3,
    "Only the last two axes matter: the others multiply useful and padded elements "
    "alike.",
    "How many tiles does an axis of 130 need, if a tile is 128 long? Round up, and do "
    "not forget the axis that fits exactly.",
    "The fraction in use is the product of the two sides over the product of the two "
    "padded sides. What is left of 1 is waste.",
)
def padding_waste(answer):
    """`padding_waste(shape, tile=(8, 128))` → float: the share of memory that is empty.

    Args:
        answer: Function of a shape and the sides of a tile.
    """
    shapes = [(256, 28, 28, 16), (256, 128), (9, 130), (32, 7, 7, 512), (4, 24, 300)]
    cases = [(s,) for s in shapes] + [
        ((5, 20, 40), (16, 32)),
        ((12, 12, 200), (8, 128)),
    ]
    judge_values(
        [call(answer, *c, expects="padding_waste(shape, tile)") for c in cases],
        cases,
        _waste,
        _WASTE_MISTAKES,
        name="padding_waste",
    )
    return (
        "Sixteen channels fill an eighth of the last axis: on a TPU a narrow network "
        "pays for a wide one."
    )
