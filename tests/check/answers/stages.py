"""Chapter 5: answers that are right, and answers that are wrong in a known way."""

import dataclasses

import jax.numpy as jnp
from flax import nnx

from resnet_lib import ResNetConfig, get_config


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


def one_block(block, in_channels, channels, depth, stride, *, rngs):
    first = block(in_channels, channels, stride, rngs=rngs)
    return Stage([first] * depth)


def equal_blocks(block, in_channels, channels, depth, stride, *, rngs):
    shapes = plan(in_channels, channels, depth, stride)
    return Stage([block(*shape, rngs=nnx.Rngs(7)) for shape in shapes])


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


class OnlyTheFirst(Stage):
    def __call__(self, x):
        return self.blocks[0](x)


class Activated(Stage):
    def __call__(self, x):
        return nnx.relu(super().__call__(x))


class Not(Stage):
    def __call__(self, x):
        return super().__call__(x) * jnp.nan


def config(**changes):
    return dataclasses.replace(get_config("resnet34"), **changes)


def field(layers):
    """Backwards: how many inputs it takes to make one output, then two, …"""
    size = 1
    for kernel, stride in reversed(layers):
        size = (size - 1) * stride + kernel
    return size


def field_with(step, seen=1, distance=1):
    def answer(layers):
        pixels, jump = seen, distance
        for kernel, stride in layers:
            pixels, jump = step(pixels, jump, kernel, stride)
        return pixels

    return answer


RIGHT = [
    ("make_stage", stage_of(plan)),
    ("make_stage", stage_of(plan, lambda blocks: nnx.Sequential(*blocks))),
    ("resnet34_config", get_config("resnet34")),
    ("resnet34_config", ResNetConfig(depths=[3, 4, 6, 3], dtype="bfloat16")),
    ("receptive_field", field),
    ("global_average_pool", lambda x: x.reshape(len(x), -1, x.shape[-1]).mean(1)),
    ("global_average_pool", lambda x: jnp.einsum("nhwc->nc", x) / x[0, ..., 0].size),
    ("global_average_pool", lambda x: x.astype(jnp.bfloat16).mean((1, 2))),
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
        "it builds 4 blocks, as (in, out, stride)",
    ),
    ("make_stage", one_block, "only one block is built"),
    ("make_stage", equal_blocks, "start with equal weights"),
    ("make_stage", stage_of(plan, list), "It returns a list of blocks"),
    ("make_stage", stage_of(plan, lambda b: Stage(b[::-1])), "It stopped with"),
    ("make_stage", stage_of(plan, OnlyTheFirst), "run in the order [0]"),
    ("make_stage", stage_of(plan, Activated), "largest difference"),
    ("make_stage", stage_of(plan, Hidden), "an optimiser would find 0"),
    ("make_stage", stage_of(plan, as_function), "an optimiser would find 0"),
    ("make_stage", stage_of(plan, Not), "NaN"),
    ("resnet34_config", get_config("resnet50"), "this is ResNet-50"),
    ("resnet34_config", get_config("resnet101"), "the simpler of the two blocks"),
    ("resnet34_config", get_config("resnet18"), "depths of ResNet-18"),
    ("resnet34_config", config(depths=(3, 4, 23, 3)), "depths of ResNet-101"),
    ("resnet34_config", config(depths=(3, 4, 5, 3)), "do not add up"),
    ("resnet34_config", config(depths=(4, 4, 4, 4)), "distribution is not"),
    (
        "resnet34_config",
        config(depths=(5, 5, 6), widths=(16, 32, 64)),
        "distribution is not",
    ),
    ("resnet34_config", config(widths=(256, 512, 1024, 2048)), "end of bottlenecks"),
    ("resnet34_config", config(widths=(64, 128, 256, 256)), "each stage doubles"),
    ("resnet34_config", config(stem="cifar"), "224 pixels"),
    ("resnet34_config", config(stem_width=32), "as many channels as"),
    ("resnet34_config", config(shortcut="A"), "Option A pads"),
    ("resnet34_config", config(shortcut="D"), "four years later"),
    ("resnet34_config", config(residual=False), "plain-34"),
    ("resnet34_config", config(num_classes=10), "`num_classes` is not that"),
    ("resnet34_config", "resnet34", "This is a str"),
    ("resnet34_config", {"depths": (3, 4, 6, 3)}, "This is a dict"),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + (k - 1) * j * s, j * s)),
        "stride is applied too early",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + k - 1, 1)),
        "strides are left out",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + k * j, j * s)),
        "adds its whole kernel",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + (k - 1) * j, j * s), seen=0),
        "one pixel short",
    ),
    ("receptive_field", lambda layers: field(layers[::-1]), "in the opposite order"),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r + k // 2 * j, j * s)),
        "on one side only",
    ),
    ("receptive_field", lambda layers: field(layers) ** 2, "This is the area"),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r * s, 1)),
        "product of the strides",
    ),
    (
        "receptive_field",
        field_with(lambda r, j, k, s: (r * k, 1)),
        "kernels are multiplied",
    ),
    (
        "receptive_field",
        lambda layers: field_with(lambda r, j, k, s: (r * s + k, 1))(layers[::-1]),
        "counted twice",
    ),
    ("receptive_field", lambda layers: field(layers) + 1, "too large, by 1"),
    (
        "receptive_field",
        lambda layers: [field(layers), layers.clear()][0],
        "changes what",
    ),
    ("global_average_pool", lambda x: x.mean(-1), "runs over the channels"),
    ("global_average_pool", lambda x: x.mean((2, 3)), "layout (n, c, h, w)"),
    ("global_average_pool", lambda x: x.mean((1, 2, 3)), "averaged away"),
    ("global_average_pool", lambda x: x.mean((0, 1, 2)), "images of the batch"),
    ("global_average_pool", lambda x: x.mean(1), "the columns are left"),
    ("global_average_pool", lambda x: x.mean(2), "the rows are left"),
    (
        "global_average_pool",
        lambda x: nnx.avg_pool(x, x.shape[1:3]),
        "two axes of length 1",
    ),
    ("global_average_pool", lambda x: x.max((1, 2)), "largest value"),
    ("global_average_pool", lambda x: x.sum((1, 2)), "This is the sum"),
    ("global_average_pool", lambda x: x.reshape(len(x), -1), "This flattens"),
    ("global_average_pool", lambda x: x, "(2, 5) is asked for"),
]
