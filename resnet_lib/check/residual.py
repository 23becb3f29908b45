"""Chapter 2: the residual block, its shortcut, and its first step."""

import dataclasses

import jax.numpy as jnp
import numpy as np

from resnet_lib.check import gradients, mistakes, modules, reference
from resnet_lib.check.blocks import Task, build_module, judge_block, named, random_input
from resnet_lib.check.compare import explain
from resnet_lib.check.exercise import exercise
from resnet_lib.check.observation import Observation
from resnet_lib.check.sandbox import NotYet

_PATH = Task(
    expects="MyShortcut(in_channels, out_channels, stride, rngs=rngs)",
    build=reference.path,
    cases=((8, 8, 1), (6, 8, 2)),
    shapes=((8, 8, 2), (6, 8, 1), (6, 8, 3)),
    mistakes=mistakes.PATH,
)


@exercise(
    2,
    1,
    "Two reasons make a projection necessary: a stride, or another number of channels. "
    "Decide in the constructor; where neither holds there is nothing to build.",
    "A 1×1 convolution with stride 2 looks at one pixel in four. Let the pooling do "
    "the shrinking, and give the convolution stride 1.",
    "`nnx.avg_pool` takes a window and strides, both pairs. With stride 1 leave it "
    "out. The norm comes last, and there is no ReLU.",
)
def shortcut(answer):
    """`MyShortcut(in_channels, out_channels, stride, *, rngs)`: S(x), option D.

    Args:
        answer: `nnx.Module` class, called on (n, h, w, in_channels); gives
            (n, h/stride, w/stride, out_channels).
    """
    judge_block(answer, _PATH)
    return (
        "Every pixel now has a say in S(x). ResNet-D gains from this on ImageNet "
        "without a single parameter more."
    )


_BASIC = Task(
    expects="MyBlock(in_channels, channels, stride, rngs=rngs)",
    build=reference.basic,
    cases=((8, 8, 1), (6, 8, 2)),
    shapes=((8, 8, 2), (6, 8, 1)),
    mistakes=(*mistakes.BASIC, *mistakes.BLOCK),
)


@exercise(
    2,
    2,
    "Write F first and run it on its own: its output must have the shape that the "
    "stub's docstring says before anything is added.",
    "When do x and F(x) differ in shape? There are two reasons, and either is enough. "
    "Decide in the constructor and build the projection only then.",
    "The last ReLU sees the sum. Keep x under its own name until the addition: F "
    "needs it first, S needs it again.",
)
def basic_block(answer):
    """`MyBlock(in_channels, channels, stride, *, rngs)`: y = ReLU(S(x) + F(x)).

    Args:
        answer: `nnx.Module` class, called on (n, h, w, in_channels); gives
            (n, ⌈h/stride⌉, ⌈w/stride⌉, channels).
    """
    judge_block(answer, _BASIC)
    return (
        "Its output equals the reference's on the same random weights, in training and "
        "in evaluation, with and without a change of shape. This is the block of "
        "ResNet-18 and ResNet-34."
    )


def _only_shortcut(s, f):
    return s


_IDENTITY = dataclasses.replace(
    _BASIC,
    expects="MyIdentityBlock(in_channels, channels, stride, rngs=rngs)",
    mistakes=(
        (
            mistakes.block(join=_only_shortcut),
            "F(x) is 0 at first, and with any other weights too: it is 0 for good, and "
            "cannot learn.",
        ),
        *_BASIC.mistakes,
    ),
)

_AT_INIT = (
    (
        mistakes.block(),
        "At first this is an ordinary basic block: F(x) is not 0 yet. The last layer "
        "of F decides what leaves it.",
    ),
    (
        mistakes.block(join=_only_shortcut, relu_after=False),
        "F(x) = 0 at first, as it should be, but the last ReLU is missing.",
    ),
)


@exercise(
    2,
    3,
    "F ends with a norm, whose output is γ · (something) + β. What must the two be at "
    "first, and what are they by default?",
    "A zero too early starves what comes after it: whatever multiplies a 0 gets "
    "gradient 0. Which zero gets a gradient itself?",
    "`nnx.BatchNorm` takes an initialiser for each of its two parameters. Change one "
    "of them, in one norm; the projection's is not part of F.",
)
def identity_at_init(answer):
    """`MyIdentityBlock(in_channels, channels, stride, *, rngs)`: F(x) = 0 at first.

    Args:
        answer: `nnx.Module` class as for `basic_block`.
    """
    for case in ((8, 8, 1), (8, 8, 2)):
        o = _at_init(answer, case)
        silent = dataclasses.replace(o.reference, join=_only_shortcut)
        if o.match(silent) is None:
            _diagnose_init(answer, o, case)
        if not np.any(o.outputs[True]):
            raise NotYet(
                "Where the shape changes the output is 0 altogether: the shortcut was "
                "silenced as well. Only F is to start at 0."
            )
    judge_block(answer, _IDENTITY)
    _require_learning(o)
    return (
        "A deep stack of these starts as a shallow network and grows from there: the "
        "first step moves the last norm of each F, the second everything."
    )


def _diagnose_init(answer, observation, case):
    for change, sentence in _AT_INIT:
        if observation.match(change(observation.reference)) is not None:
            raise NotYet(sentence)
    judge_block(answer, _IDENTITY)  # perhaps not even the block is right
    where = f"Right after it is built, for {named(_IDENTITY, case)}, "
    if case[2] == 1:
        explain(observation.outputs[True], np.maximum(observation.x, 0), where)
    raise NotYet(f"{where}the output is not ReLU(S(x)).")


def _at_init(answer, case):
    module = build_module(answer, _IDENTITY, case, modules.build_at_init)
    parts, x = modules.take_apart(module), random_input(case)
    stock = modules.snapshot(parts)
    outputs = modules.run(module, jnp.asarray(x.astype(np.float32)))
    return Observation(reference.basic(*case), module, parts, stock, x, outputs)


def _require_learning(observation):
    module, x = observation.module, jnp.asarray(observation.x.astype(np.float32))
    zero = [k.path for k in observation.parts.kernels if not k.values().any()]
    if zero:
        raise NotYet(
            f"The output is right, but `{zero[0]}` starts at 0, and the norm after it "
            "divides by a spread of 0: at the first step its gradient is some 300 "
            "times too large. There is a gentler place for the zero."
        )
    still = gradients.unmoved(module, x, steps=2)
    if still:
        raise NotYet(
            f"The output is right, but after two steps of gradient descent "
            f"`{still[0]}` has not moved ({len(still)} parameters have not). Is there "
            "more than one zero, or one too early in F, or one that cannot learn?"
        )
