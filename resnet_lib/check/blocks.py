"""Judging a residual block: run it, and find the reference that does the same."""

import dataclasses
from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.check import modules
from resnet_lib.check.compare import (
    LOW_PRECISION,
    TOLERANCE,
    agree,
    as_array,
    distance,
    explain,
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


@dataclasses.dataclass
class Observation:
    """What a reader's block did in one case."""

    reference: Block
    module: nnx.Module
    parts: modules.Parts
    stock: list
    x: np.ndarray
    outputs: dict

    @property
    def tolerance(self) -> float:
        """Wider where it computes in few bits."""
        return LOW_PRECISION if self.parts.low_precision else TOLERANCE

    def match(self, reference: Block) -> tuple[int, ...] | None:
        """The assignment of weights with which a reference does the same, if any."""
        recorder = modules.Recorder()
        try:
            reference(self.x, recorder, train=True)
        except ValueError:  # this mistake is impossible in this case
            return None
        for places in modules.assignments(recorder.requests, self.stock):
            if all(
                agree(self.outputs[train], self.run(reference, places, train), self.tolerance)
                for train in self.outputs
            ):
                return places
        return None

    def run(self, reference, places, train):
        """The reference's output on the reader's weights."""
        values = [self.stock[i][1] for i in places]
        return reference(self.x, modules.Supply(values), train)


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
        _describe_difference(seen)
    for observation in seen:
        _require_sound(observation)
    _require_gradients(seen[-1])
    for case in task.shapes:
        _require_shape(answer, task, case)
    return seen


def build_module(answer, task: Task, case) -> nnx.Module:
    """An instance of the reader's class."""
    if isinstance(answer, nnx.Module):
        raise NotYet("This is a block already built. Hand in the class, uncalled.")

    def factory():
        module = call(answer, *case, rngs=nnx.Rngs(0), expects=task.expects)
        if not isinstance(module, nnx.Module):
            kind = type(module).__name__
            raise NotYet(f"`{task.expects}` makes a {kind}, not an `nnx.Module`.")
        return module

    return modules.build(factory)


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
    outputs = modules.run(module, jnp.asarray(x, jnp.float32))
    return Observation(task.build(*case), module, parts, stock, x, outputs)


def random_input(case) -> np.ndarray:
    """x (2, 6, 6, in_channels): at stride 2, `"SAME"` pads an even side unevenly."""
    return np.random.default_rng(5).normal(size=(2, SIZE, SIZE, case[0]))


def _diagnose(seen, task):
    for change, sentence in task.mistakes:
        if all(o.match(change(o.reference)) is not None for o in seen):
            raise NotYet(sentence)


def _explain_crash(crash, task, case, module):
    reference, named = task.build(*case), named(task, case)
    stock = [key for key, _ in modules.snapshot(modules.take_apart(module))]
    if "broadcast" not in crash.message:
        return Crash(f"For {named}: {crash.message}", crash.trace)
    if ("kernel", (1, 1, case[0], reference.widths[-1])) not in stock:
        return NotYet(
            f"For {named} the shapes of x and F(x) differ, and there is no projection "
            f"to bring them together. {crash.message}",
            crash.trace,
        )
    return NotYet(
        f"For {named} the two terms of the sum differ in shape. Does x pass through "
        f"the projection, and with the same stride? {crash.message}",
        crash.trace,
    )


def _describe_difference(seen):
    for o in seen:
        recorder = modules.Recorder()
        wanted = o.reference(o.x, recorder, train=True)
        value = as_array(o.outputs[True])
        if value is None or value.shape != wanted.shape:
            explain(o.outputs[True], wanted, f"For x of shape {o.x.shape}: ")
        _require_finite(value, o)
        choices = list(modules.assignments(recorder.requests, o.stock))
        if not choices:
            raise NotYet(_inventory(recorder.requests, o.stock))
        for train in (True, False):
            runs = [o.run(o.reference, places, train) for places in choices]
            found = as_array(o.outputs[train])
            nearest = min(runs, key=lambda run: distance(found, run))
            if not agree(o.outputs[train], nearest, o.tolerance):
                mode = "training" if train else "evaluation"
                also = "" if train else " (in training mode it is right)"
                explain(
                    o.outputs[train], nearest, f"In {mode} mode{also}, on its weights, "
                )


def _require_finite(value, observation):
    if not np.isfinite(value).all():
        explain(value, np.zeros_like(value), "For random x and weights, ")


def _inventory(requests, stock):
    def count(keys):
        names = [_part(*key) for key in keys]
        unique = sorted(set(names), reverse=True)
        return ", ".join(f"{names.count(n)} of {n}" for n in unique) or "none"

    return (
        f"The parts are not those of this block. It holds {count(k for k, _ in stock)}; "
        f"the equation needs {count(requests)}."
    )


def _part(kind, shape):
    if kind == "norm":
        return f"norm {shape[0]}"
    return f"kernel {shape[0]}×{shape[1]}, {shape[2]} → {shape[3]}"


def _require_sound(observation):
    """What the output does not show."""
    o, parts = observation, observation.parts
    places = o.match(o.reference)
    left = [n for i, n in enumerate(_paths(parts)) if i not in places]
    if left:
        raise NotYet(
            f"The output is right, but `{left[0]}` is built and then takes no part. "
            "Where shapes agree nothing needs to be projected, or even built."
        )
    biased = [k.path for k in parts.kernels if k.bias is not None]
    if biased:
        raise NotYet(
            f"The output is right, but `{biased[0]}` has a bias, and the norm that "
            "follows takes it straight away again: values that are stored, sent to "
            "the optimiser and never matter."
        )
    bare = [n.path for n in parts.norms if n.scale is None or n.bias is None]
    if bare:
        raise NotYet(f"`{bare[0]}` has no γ or no β to learn.")
    now = modules.snapshot(parts)
    for path, (key, before), (_, after) in zip(_paths(parts), o.stock, now, strict=True):
        if key[0] == "norm" and np.array_equal(before.mean, after.mean):
            raise NotYet(
                f"In training mode the running averages of `{path}` do not move, so in "
                "evaluation it would still use its initial ones."
            )


def _require_gradients(observation):
    x = jnp.asarray(observation.x, jnp.float32)
    deaf = modules.unreached(observation.module, x)
    if deaf:
        raise NotYet(
            f"The output is right, but no gradient reaches `{deaf[0]}`, so it will "
            "never learn. Is its result used, and with nothing that stops gradients?"
        )


def _require_shape(answer, task, case):
    module = build_module(answer, task, case)
    module.eval()
    reference = task.build(*case)
    x = np.zeros((2, SIZE, SIZE, case[0]))
    wanted = reference(x, modules.Recorder(), train=True).shape
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


def _paths(parts):
    return [part.path for part in (*parts.kernels, *parts.norms)]


def named(task: Task, case: tuple) -> str:
    """The arguments of a case, with their names."""
    names = task.expects.split("(")[1].split(",")
    return ", ".join(f"{n.strip()}={v}" for n, v in zip(names, case, strict=False))
