"""Judging a residual block: run it, and find the reference that does the same."""

import dataclasses
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.check import modules, supply
from resnet_lib.check.observation import (
    Observation,
    describe_difference,
    require_gradients,
    require_sound,
)
from resnet_lib.check.reference import Block
from resnet_lib.check.sandbox import Crash, NotYet, call

Mistake = tuple[Callable[[Block], Block], str]
"""A misconception as a change of the right reference, and its sentence."""

SIZE = 6


@dataclasses.dataclass(frozen=True)
class Task:
    """What a block is checked against.

    Attributes:
        expects: How the class is called, for messages.
        build: Of a case's arguments, the right reference.
        cases: Arguments, those without a change of shape first.
        shapes: Further arguments, for which only the output's shape is looked at.
        mistakes: In the order in which they are tried.
    """

    expects: str
    build: Callable[..., Block]
    cases: Sequence[tuple]
    shapes: Sequence[tuple]
    mistakes: Sequence[Mistake]


def judge_block(answer, task: Task) -> list[Observation]:
    """Raises with a diagnosis unless the block is right in every case."""
    seen, crash = [], None
    for case in task.cases:
        try:
            seen.append(observe(answer, task, case))
        except Crash as error:
            crash = error
            break
    right = all(o.match(o.reference) is not None for o in seen)
    if not right:
        _diagnose(seen, task)
    if crash:
        raise _explain_crash(crash, task, case, build_module(answer, task, case))
    if not right:
        describe_difference(seen)
    for observation in seen:
        require_sound(observation)
    require_gradients(seen[-1])
    for case in task.shapes:
        _require_shape(answer, task, case)
    return seen


def build_module(answer, task: Task, case, build=modules.build) -> nnx.Module:
    """An instance of the reader's class, made by `build(factory)`."""
    if isinstance(answer, nnx.Module):
        raise NotYet("This is a block already built. Hand in the class, uncalled.")

    def factory(rngs):
        module = call(answer, *case, rngs=rngs, expects=task.expects)
        if not isinstance(module, nnx.Module):
            kind = type(module).__name__
            raise NotYet(f"`{task.expects}` makes a {kind}, not an `nnx.Module`.")
        return module

    return build(factory)


def observe(answer, task: Task, case) -> Observation:
    """Builds the block, gives it random weights and runs it in both modes."""
    module = build_module(answer, task, case)
    parts = modules.take_apart(module)
    if parts.foreign:
        path, kind = parts.foreign[0]
        raise NotYet(
            f"`{path}` is a {kind}. A BatchNorm is asked for: it shares its moments "
            "across the batch, and it behaves differently in evaluation."
        )
    modules.randomise(parts)
    stock = modules.snapshot(parts)
    x = random_input(case)
    outputs = modules.run(module, jnp.asarray(x.astype(np.float32)))
    return Observation(task.build(*case), module, parts, stock, x, outputs)


def random_input(case) -> np.ndarray:
    """X (2, 6, 6, in_channels): at stride 2, `"SAME"` pads an even side unevenly."""
    return np.random.default_rng(5).normal(size=(2, SIZE, SIZE, case[0]))


def _diagnose(seen, task):
    for change, sentence in task.mistakes:
        if all(o.match(change(o.reference)) is not None for o in seen):
            raise NotYet(sentence)


def _explain_crash(crash, task, case, module):
    reference, where = task.build(*case), f"For {named(task, case)} "
    stock = [key for key, _ in modules.snapshot(modules.take_apart(module))]
    if "broadcast" not in crash.message:
        return Crash(f"{where.strip()}: {crash.message}", crash.trace)
    x = random_input(case)
    if x.shape == reference(x, supply.Recorder(), train=True).shape:
        return NotYet(
            f"{where}F(x) does not come out in the shape of x. Look at the padding and "
            f"the strides of its convolutions. {crash.message}",
            crash.trace,
        )
    if ("kernel", (1, 1, case[0], reference.widths[-1])) not in stock:
        return NotYet(
            f"{where}the shapes of x and F(x) differ, and there is no projection "
            f"to bring them together. {crash.message}",
            crash.trace,
        )
    return NotYet(
        f"{where}the two terms of the sum differ in shape. Does x pass through "
        f"the projection, and with the same stride? {crash.message}",
        crash.trace,
    )


def _require_shape(answer, task, case):
    module = build_module(answer, task, case)
    module.eval()
    reference = task.build(*case)
    x = np.zeros((2, SIZE, SIZE, case[0]))
    wanted = reference(x, supply.Recorder(), train=True).shape
    try:
        found = jax.eval_shape(
            lambda x: call(module, x, expects="block(x)"), jnp.asarray(x, jnp.float32)
        ).shape
    except Crash as error:
        raise NotYet(
            f"For {named(task, case)} it stops, although it works where both stride "
            "and channels change. When exactly do the shapes of x and F(x) differ?",
            error.trace,
        ) from None
    if found != wanted:
        raise NotYet(
            f"For {named(task, case)} and x {x.shape} the output is {found}, but "
            f"{wanted} is asked for."
        )


def named(task: Task, case: tuple) -> str:
    """The arguments of a case, with their names."""
    names = task.expects.split("(")[1].split(",")
    return ", ".join(f"{n.strip()}={v}" for n, v in zip(names, case, strict=False))
