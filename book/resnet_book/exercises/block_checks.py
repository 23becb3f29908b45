"""Judging a residual block: run it, and find the reference that does the same."""

import dataclasses
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.exercises import gradients, jaxprs, modules, weights, wording
from resnet_book.exercises.block_runs import (
    BlockRun,
    describe_difference,
    require_gradients,
    require_parts,
    require_sound,
)
from resnet_book.exercises.reference_blocks import Block
from resnet_book.exercises.sandbox import Crash, NotYet, call

Mistake = tuple[Callable[[Block], Block], str]
"""A misconception as a change of the right reference, and its sentence."""


@dataclasses.dataclass(frozen=True)
class Task:
    """What a block is checked against.

    Attributes:
        expects: How the class is called, for messages.
        build: Of a case's arguments, the right reference.
        cases: Arguments, those without a change of shape first.
        shapes: Further arguments, for which only parts and shapes are looked at.
        mistakes: In the order in which they are tried.
        size: Height and width of the maps of `cases`; even, since at stride 2 `"SAME"`
            pads an even side unevenly.
        odd: The same for `shapes`.
    """

    expects: str
    build: Callable[..., Block]
    cases: Sequence[tuple]
    shapes: Sequence[tuple]
    mistakes: Sequence[Mistake]
    size: tuple[int, int] = (6, 4)
    odd: tuple[int, int] = (7, 5)

    def images(self, case) -> np.ndarray:
        """Random x for a case."""
        return np.random.default_rng(5).normal(size=(2, *self.size, case[0]))


def judge_block(answer, task: Task) -> list[BlockRun]:
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
    for run in seen:
        require_sound(run)
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


def observe(answer, task: Task, case) -> BlockRun:
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
    x = task.images(case)
    outputs = modules.run(module, jnp.asarray(x.astype(np.float32)))
    if not hasattr(outputs[True], "shape"):
        raise NotYet(
            f"The block returns {wording.kind(outputs[True])}. One array is asked for."
        )
    return BlockRun(task.build(*case), module, parts, stock, x, outputs)


def _diagnose(seen, task):
    for change, sentence in task.mistakes:
        if all(o.match(change(o.reference)) is not None for o in seen):
            raise NotYet(sentence)


def _explain_crash(crash, task, case, module):
    reference, where = task.build(*case), f"For {named(task, case)} "
    if "broadcast" not in crash.message:
        return Crash(f"{where.strip()}: {crash.message}", crash.trace)
    x = task.images(case)
    if x.shape == reference(x, weights.WantedWeights(), train=True).shape:
        reason = (
            "x and F(x) have one shape, yet the two terms of the sum differ. Look at "
            "the padding, strides and channels of F's convolutions, and see that `x` "
            "is still the block's input where it is added."
        )
    elif ("kernel", (1, 1, case[0], reference.widths[-1])) not in _stock(module):
        reason = (
            "the shapes of x and F(x) differ, and there is no projection to bring them "
            "together."
        )
    else:
        reason = (
            "the two terms of the sum differ in shape. Does x pass through the "
            "projection, and with the same stride?"
        )
    return NotYet(f"{where}{reason} {crash.message}", crash.trace)


def _stock(module):
    return [key for key, _ in modules.snapshot(modules.take_apart(module))]


def _requests(task, case):
    """What the right block asks for, and the shape that it puts out."""
    recorder, x = weights.WantedWeights(), np.zeros((2, *task.odd, case[0]))
    return recorder, task.build(*case)(x, recorder, train=True).shape


def _require_shape(answer, task, case):
    """Raises unless parts and shapes are right; the arithmetic was, in other cases."""
    module = build_module(answer, task, case)
    recorder, wanted = _requests(task, case)
    x = jnp.zeros((2, *task.odd, case[0]))
    graph, state = nnx.split(module)

    def output(state, x):
        return call(nnx.merge(graph, state, copy=True), x, expects="block(x)")

    where = f"For {named(task, case)} "
    try:
        closed, found = jax.make_jaxpr(output, return_shape=True)(state, x)
    except Crash as error:
        raise _explain_shapes(error, where, named(task, task.cases[-1])) from None
    if found.shape != wanted:
        raise NotYet(
            f"{where}and x {x.shape} the output is {found.shape}, but {wanted} is "
            "asked for."
        )
    require_parts(recorder.requests, _stock(module), where)
    paths = jax.tree_util.tree_leaves_with_path((state, x))
    for (path, _), used in zip(paths, jaxprs.used(closed), strict=True):
        if not used and "kernel" in (name := gradients.name(path[1:])):
            raise NotYet(
                f"{where}`{name}` takes no part, although it is built. Does x pass "
                "through the projection wherever the shape changes?"
            )


def _explain_shapes(crash, where, other):
    if "broadcast" not in crash.message:
        return Crash(f"{where.strip()}: {crash.message}", crash.trace)
    return NotYet(
        f"{where}it stops, although it works for {other}. When exactly do the shapes "
        f"of x and F(x) differ? {crash.message}",
        crash.trace,
    )


def named(task: Task, case: tuple) -> str:
    """The arguments of a case, with their names."""
    names = task.expects.split("(")[1].split(",")
    return ", ".join(f"{n.strip()}={v}" for n, v in zip(names, case, strict=False))
