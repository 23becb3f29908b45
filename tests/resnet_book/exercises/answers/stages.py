"""Chapter 5: answers that are right, and answers that are wrong in a known way."""

import functools

import jax.numpy as jnp
from flax import nnx


class Stage(nnx.Module):
    """A module with a loop, instead of a sequence."""

    def __init__(self, blocks):
        self.blocks = nnx.data(blocks)

    def __call__(self, x):
        for block in self.blocks:
            x = block(x)
        return x


def stage_of(plan, finish=Stage):
    """A stage whose blocks are built after a plan of (in, out, stride)."""

    def make_stage(block, in_channels, channels, depth, stride, *, rngs):
        shapes = plan(in_channels, channels, depth, stride)
        return finish([block(*shape, rngs=rngs) for shape in shapes])

    return make_stage


def plan(i, c, depth, stride):
    return [(i if k == 0 else c, c, stride if k == 0 else 1) for k in range(depth)]


def stride_last(i, c, depth, stride):
    return [*plan(i, c, depth, 1)[:-1], (c, c, stride)]


def stride_on(*places):
    def plan_with(i, c, depth, stride):
        shapes = plan(i, c, depth, 1)
        return [(*s[:2], stride if k in places else 1) for k, s in enumerate(shapes)]

    return plan_with


def doubling(i, c, depth, stride):
    rest = [(c * 2**k, c * 2 ** (k + 1), 1) for k in range(depth - 1)]
    return [(i, c, stride), *rest]


def one_block(block, in_channels, channels, depth, stride, *, rngs):
    first = block(in_channels, channels, stride, rngs=rngs)
    return Stage([first] * depth)


def equal_blocks(block, in_channels, channels, depth, stride, *, rngs):
    shapes = plan(in_channels, channels, depth, stride)
    return Stage([block(*shape, rngs=nnx.Rngs(7)) for shape in shapes])


def folded(block, in_channels, channels, depth, stride, *, rngs):
    """A plain function over blocks that a recursion has built."""

    def build(left, i, s):
        first = block(i, channels, stride=s, rngs=rngs)
        return [first, *(build(left - 1, channels, 1) if left > 1 else [])]

    blocks = build(depth, in_channels, stride)
    return lambda x: functools.reduce(lambda y, one: one(y), blocks, x)


class Compiled(Stage):
    """Its pass through the blocks is one program."""

    @nnx.jit
    def __call__(self, x):
        return super().__call__(x)


def with_its_own_rngs(block, in_channels, channels, depth, stride, *, rngs):
    shapes, own = plan(in_channels, channels, depth, stride), nnx.Rngs(0)
    return Stage([block(*shape, rngs=own) for shape in shapes])


def as_function(blocks):
    return Stage(blocks).__call__


class Hidden:
    """Runs the blocks, and is no module."""

    def __init__(self, blocks):
        self.blocks = blocks

    def __call__(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class Secret(nnx.Module):
    """A module whose blocks no optimiser finds."""

    def __init__(self, blocks):
        self.run = Hidden(blocks)

    def __call__(self, x):
        return self.run(x)


class OnlyTheFirst(Stage):
    def __call__(self, x):
        return self.blocks[0](x)


class Activated(Stage):
    def __call__(self, x):
        return nnx.relu(super().__call__(x))


class Not(Stage):
    def __call__(self, x):
        return super().__call__(x) * jnp.nan


RIGHT = [
    ("make_stage", stage_of(plan)),
    ("make_stage", stage_of(plan, lambda blocks: nnx.Sequential(*blocks))),
    ("make_stage", stage_of(plan, Hidden)),
    ("make_stage", stage_of(plan, as_function)),
    ("make_stage", stage_of(plan, Compiled)),
    ("make_stage", folded),
]

WRONG = [
    (
        "make_stage",
        stage_of(lambda i, c, d, s: [(c if k else i, c, s) for k in range(d)]),
        "Every block has the stride",
    ),
    (
        "make_stage",
        stage_of(stride_last),
        "on the last block",
    ),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: plan(i, c, d, 1)),
        "No block has the stride",
    ),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: [(i, c, 1 if k else s) for k in range(d)]),
        "Every block is built for the stage's input",
    ),
    ("make_stage", stage_of(lambda i, c, d, s: [(i, c, s)] * d), "built alike"),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: [(i, i, 1)] * (d - 1) + [(i, c, s)]),
        "change in the last block",
    ),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: plan(i, c, d + 1, s)),
        "one block too m",
    ),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: plan(i, c, d - 1, s)),
        "one block too f",
    ),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: plan(i, 2 * c, d, s)),
        "block 1 of 4 is built as (in, out, stride) = (",
    ),
    ("make_stage", one_block, "only one block is built"),
    ("make_stage", with_its_own_rngs, "do not depend on the `rngs`"),
    ("make_stage", equal_blocks, "start with equal weights"),
    ("make_stage", stage_of(plan, nnx.Sequential), "one by one"),
    ("make_stage", stage_of(plan, list), "It returns a list of blocks"),
    ("make_stage", stage_of(plan, lambda b: Stage(b[::-1])), "It stopped with"),
    ("make_stage", stage_of(plan, OnlyTheFirst), "run in the order [0]"),
    ("make_stage", stage_of(plan, Activated), "The largest difference"),
    ("make_stage", stage_of(plan, Secret), "an optimiser would find 0"),
    ("make_stage", stage_of(stride_on(1)), "The stride sits on the second block"),
    ("make_stage", stage_of(stride_on(1, 2, 3)), "Every block but the first has"),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: plan(i, c, d, 2)),
        "always has stride 2",
    ),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: plan(c, c, d, s)),
        "for the stage's output channels",
    ),
    (
        "make_stage",
        stage_of(lambda i, c, d, s: [*plan(i, i, d, s)[:-1], (i, c, 1)]),
        "where the stride is",
    ),
    ("make_stage", stage_of(lambda i, c, d, s: plan(c, i, d, s)), "are swapped"),
    ("make_stage", stage_of(doubling), "double from block to block"),
    ("make_stage", stage_of(plan, Not), "NaN"),
]
