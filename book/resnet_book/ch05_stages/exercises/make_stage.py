"""Chapter 5: assembling the stages."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_book.ch05_stages.exercises.bricks import Brick, Log
from resnet_book.exercises.compare import explain
from resnet_book.exercises.exercise import exercise
from resnet_book.exercises.mistake_table import Table, mistakes
from resnet_book.exercises.sandbox import NotYet, Shape, call


def _plan(i, c, d, s):
    return (i, c, s), *[(c, c, 1)] * (d - 1)


_STAGE_MISTAKES = mistakes(
    lambda i, c, d, s: ((i, c, s), *[(c, c, s)] * (d - 1)),
    "Every block has the stride, so the stage shrinks its input again and again. A "
    "stage strides once.",
    lambda i, c, d, s: ((i, c, 1), *[(c, c, 1)] * (d - 2), (c, c, s)),
    "The stride sits on the last block. All blocks before it work on the larger map.",
    lambda i, c, d, s: ((i, c, 1), (c, c, s), *[(c, c, 1)] * (d - 2)),
    "The stride sits on the second block. The first one works on the larger map.",
    lambda i, c, d, s: ((i, c, 1), *[(c, c, s)] * (d - 1)),
    "Every block but the first has the stride. A stage strides once, at its start.",
    lambda i, c, d, s: ((i, c, 1), *[(c, c, 1)] * (d - 1)),
    "No block has the stride.",
    lambda i, c, d, s: ((i, c, 2), *[(c, c, 1)] * (d - 1)),
    "The first block always has stride 2. It has the stage's stride.",
    lambda i, c, d, s: ((i, c, s), *[(i, c, 1)] * (d - 1)),
    "Every block is built for the stage's input channels. What does the second block "
    "receive?",
    lambda i, c, d, s: ((i, c, s),) * d,
    "All blocks are built alike, with the stage's input channels and stride. What does "
    "the second block receive?",
    lambda i, c, d, s: ((c, c, s), *[(c, c, 1)] * (d - 1)),
    "The first block is built for the stage's output channels. What does it receive?",
    lambda i, c, d, s: (*[(i, i, 1)] * (d - 1), (i, c, s)),
    "The channels change in the last block. They change in the first.",
    lambda i, c, d, s: ((i, i, s), *[(i, i, 1)] * (d - 2), (i, c, 1)),
    "The channels change in the last block. They change in the first, where the stride "
    "is.",
    lambda i, c, d, s: tuple(
        (i if k == 0 else c * 2 ** (k - 1), c * 2**k, 1 if k else s) for k in range(d)
    ),
    "The channels double from block to block. Within a stage they stay.",
    lambda i, c, d, s: ((c, i, s), *[(i, i, 1)] * (d - 1)),
    "Input and output channels are swapped.",
    lambda i, c, d, s: ((i, c, s), *[(c, c, 1)] * d),
    "There is one block too many: `depth` counts the first one too.",
    lambda i, c, d, s: ((i, c, s), *[(c, c, 1)] * (d - 2)),
    "There is one block too few.",
)


def _draw_stages(rng):
    i, c = rng.permutation(np.arange(2, 8))[:2]
    return [(int(i), int(c), 4, 3), (int(c), int(i), 3, 3)]


_STAGES = Table(
    "make_stage(block, in_channels, channels, depth, stride, rngs=rngs)",
    _plan,
    _STAGE_MISTAKES,
    _draw_stages,
)
_OTHERS = ((5, 5, 3, 1), (3, 5, 1, 2))


@exercise(1)
def make_stage(answer):
    """`make_stage(block, in_channels, channels, depth, stride, *, rngs)` → module.

    Args:
        answer: Function that builds `depth` blocks with
            `block(in_channels, channels, stride, rngs=rngs)` and returns a module or
            a function that runs them in order.
    """
    cases = _STAGES.cases()
    built = [_build(answer, *case) for case in cases]
    _STAGES.diagnose([tuple(log.built) for _, log in built], cases)
    for case, (_, log) in zip(cases, built, strict=True):
        _require_plan(log.built, *case)
    _judge_stage(*built[0], *cases[0])
    for case in _OTHERS:
        stage, log = _build(answer, *case)
        _judge_stage(stage, log, *case)
        _, other = _build(answer, *case, seed=1)
        if any(map(_are_equal, log.kernels, other.kernels)):
            raise NotYet(
                "The weights do not depend on the `rngs` that you were given: two "
                "stages, or two runs, would start alike. Hand them on."
            )
    return (
        "The first block bends the shape, the others keep it: a ResNet is three or "
        "four of these between a stem and a head."
    )


def _build(answer, i, c, depth, stride, seed=0):
    log = Log()

    def block(in_channels, channels, stride, *, rngs):
        return Brick(log, in_channels, channels, stride, rngs=rngs)

    arguments = (block, i, c, depth, stride)
    stage = call(answer, *arguments, rngs=nnx.Rngs(seed), expects=_STAGES.expects)
    return stage, log


def _judge_stage(stage, log, i, c, depth, stride):
    where = _where(i, c, depth, stride)
    if isinstance(stage, list | tuple):
        raise Shape(
            f"It returns a {type(stage).__name__} of blocks. A stage is one thing that "
            "is called as `stage(x)`."
        )
    _require_plan(log.built, i, c, depth, stride)
    if any(_are_equal(*pair) for pair in itertools.combinations(log.kernels, 2)):
        raise NotYet(
            "The blocks start with equal weights. Hand on the `rngs` that you were "
            "given: it gives new numbers each time."
        )
    if isinstance(stage, nnx.Sequential) and isinstance(stage.layers[0], _LISTS):
        raise NotYet(
            "`nnx.Sequential` was given one list, and takes it for a layer. The blocks "
            "are its arguments, one by one."
        )
    x = np.random.default_rng(0).normal(size=(2, 9, 9, i))
    y = call(stage, jnp.asarray(x, jnp.float32), expects="stage(x)")
    if log.ran != list(range(depth)):
        raise NotYet(
            f"{where} the blocks run in the order {log.ran}, counted from 0 as they "
            f"were built: {list(range(depth))} is right."
        )
    for kernel, s in zip(log.kernels, [stride] + [1] * (depth - 1), strict=True):
        x = np.tanh(x[:, ::s, ::s] @ kernel)
    explain(y, x, f"{where}: ")
    held = len(jax.tree.leaves(nnx.state(stage, nnx.Param))) if _is_module(stage) else 0
    if _is_module(stage) and held != depth:
        raise NotYet(
            f"The stage runs, but an optimiser would find {held} of its {depth} "
            "blocks: they have to be attributes of the module."
        )


_LISTS = (list, tuple, nnx.List) if hasattr(nnx, "List") else (list, tuple)


def _is_module(stage):
    return isinstance(stage, nnx.Module)


def _are_equal(a, b):
    return a.shape == b.shape and np.array_equal(a, b)


def _where(i, c, depth, stride):
    return f"For in_channels={i}, channels={c}, depth={depth}, stride={stride}"


def _require_plan(built, *case):
    where, wanted = _where(*case), _plan(*case)
    if built == list(wanted):
        return
    if len(built) == 1 and len(wanted) > 1:
        raise NotYet(
            f"{where} only one block is built. Repeating it would run the same weights "
            "again and again; each block has its own."
        )
    if len(built) != len(wanted):
        raise NotYet(f"{where} it builds {len(built)} blocks, not {len(wanted)}.")
    at = next(k for k, block in enumerate(built) if block != wanted[k])
    raise NotYet(
        f"{where} block {at + 1} of {len(wanted)} is built as (in, out, stride) = "
        f"{built[at]}, where {wanted[at]} is right."
    )
