"""Chapter 2, continued: the block that starts as its shortcut."""

import dataclasses

import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.ch02_residual_blocks.exercises.residual import BASIC
from resnet_book.exercises import block_mistakes, gradients, modules
from resnet_book.exercises.block_checks import build_module, judge_block, named
from resnet_book.exercises.block_runs import BlockRun
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.reference_blocks import Path, Shortcut
from resnet_book.exercises.sandbox import NotYet
from resnet_book.exercises.weights import GivenWeights


def _only_shortcut(s, f):
    return s


IDENTITY = dataclasses.replace(
    BASIC,
    expects="MyIdentityBlock(in_channels, channels, stride, rngs=rngs)",
    mistakes=(
        (
            block_mistakes.block(join=_only_shortcut),
            "F(x) is 0 at first, and with any other weights too: it is 0 for good, and "
            "cannot learn.",
        ),
        *BASIC.mistakes,
    ),
)


@exercise(3)
def identity_at_init(answer):
    """`MyIdentityBlock(in_channels, channels, stride, *, rngs)`: F(x) = 0 at first.

    Args:
        answer: `nnx.Module` class as for `basic_block`.
    """
    seen = judge_block(answer, IDENTITY)
    for case, run in zip(IDENTITY.cases, seen, strict=True):
        _require_start(_at_first(answer, case, run), run, case)
    return (
        "A deep stack of these starts as a shallow network and grows from there: the "
        "first step moves the last norm of each F, the second everything."
    )


def _at_first(answer, case, run):
    """The same block with the values that its constructor gives it."""
    module = build_module(answer, IDENTITY, case, modules.build_at_init)
    parts = modules.take_apart(module)
    stock = modules.snapshot(parts)
    return dataclasses.replace(run, module=module, parts=parts, stock=stock)


def _require_start(start: BlockRun, judged: BlockRun, case):
    """That the block computes its reference is known by now, so NumPy can run it."""
    places = judged.match(judged.reference)
    values = [start.stock[i][1] for i in places]
    where = f"Right after it is built, for {named(IDENTITY, case)}, "
    if len(values) > 4 and not _term(start, values[4:], shortcut_alone=True).any():
        raise NotYet(
            f"{where}the shortcut is 0: it was silenced as well. Only F is to start at "
            "0."
        )
    if start.parts.others:  # a gain, whose part in F is not known
        if case[2] > 1:
            _require_quiet_gain(start, places, where)
        return
    f = _term(start, values[:4])
    if f.any():
        raise NotYet(where + _loudness(f, values[3]))
    _require_gentle(start, places, values)


def _term(start, values, shortcut_alone=False):
    """F(x), or S(x), in both modes."""
    reference, x = start.reference, start.x
    if shortcut_alone:
        term = Path(reference.widths, reference.stride, reference.shortcut)
    else:
        nothing = Shortcut("none")
        term = dataclasses.replace(reference, relu_after=False, shortcut=nothing)
    return np.stack([term(x, GivenWeights(values), train) for train in (False, True)])


def _loudness(f, last):
    if not last.scale.any():
        return (
            "F(x) is a constant, not 0: the last γ is 0 at first, but the last β is "
            "not."
        )
    if np.abs(f).max() < 0.1:
        return (
            f"F(x) is small, up to {np.abs(f).max():.1g}, but not 0. The output is to "
            "be ReLU(S(x)) to the last digit."
        )
    return (
        "this is an ordinary basic block: F(x) is not 0 yet. The last layer of F "
        "decides what leaves it."
    )


def _require_gentle(start, places, values):
    """Raises unless the only zero of F is one that lets everything learn."""
    paths = [part.path for part in (*start.parts.kernels, *start.parts.norms)]
    weights = [values[0], values[1].scale, values[2], values[3].scale]
    ends = [".kernel", ".scale"] * 2
    zeros = [
        (i, f"`{paths[place]}{end}`")
        for i, (place, end, weight) in enumerate(
            zip(places[:4], ends, weights, strict=True)
        )
        if not weight.any()
    ]
    if len(zeros) > 1:
        raise NotYet(
            f"The output is right, but there is more than one zero in F: "
            f"{' and '.join(path for _, path in zeros)}. Each waits for the other, and "
            "what is 0 or comes before it never moves."
        )
    if zeros and zeros[0][0] < 2:
        raise NotYet(
            f"The output is right, but {zeros[0][1]} is a zero too early in F: ReLU "
            "hands on 0 and lets no gradient back, so all before the last norm stays "
            "where it is for ever."
        )
    if zeros and zeros[0][0] == 2:
        raise NotYet(
            f"The output is right, but {zeros[0][1]} starts at 0, and the norm after "
            "it divides by a spread of 0: at the first step its gradient is some 300 "
            "times too large. There is a gentler place for the zero."
        )


def _require_quiet_gain(start, places, where):
    """For blocks with parameters of their own: run twice, with other kernels in F."""
    run, x = modules.runner(start.module), jnp.asarray(start.x, jnp.float32)
    kernels, outputs = start.parts.kernels, []
    for sign in (1, -1):
        for i in (places[0], places[2]):
            kernels[i].variable[...] = sign * kernels[i].variable[...]
        outputs.append(run(nnx.state(start.module), x)[0])
    silent = dataclasses.replace(start.reference, join=_only_shortcut)
    observed = dataclasses.replace(start, outputs=outputs[0])
    if observed.match(silent) is None or any(
        np.any(outputs[0][mode] != outputs[1][mode]) for mode in outputs[0]
    ):
        raise NotYet(
            f"{where}the output is not ReLU(S(x)) to the last digit: F(x) is not 0."
        )
    still = gradients.unmoved(start.module, x, steps=2)
    if still:
        raise NotYet(
            f"The output is right, but after two steps of gradient descent "
            f"`{still[0]}` has not moved ({len(still)} parameters have not). Is there "
            "more than one zero, or one too early in F, or one that cannot learn?"
        )
