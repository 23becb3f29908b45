"""Chapter 5: assembling the stages."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.check.compare import explain
from resnet_lib.check.exercise import exercise
from resnet_lib.check.sandbox import NotYet, Shape, call
from resnet_lib.config import ResNetConfig, get_config


class _Brick(nnx.Module):
    """A block that writes down how it was built and when it ran."""

    def __init__(self, log, in_channels, channels, stride, *, rngs):
        self.number = len(log.built)
        self.stride = stride
        self.log = log
        key = np.asarray(jax.random.key_data(rngs.params()))
        kernel = np.random.default_rng(key).normal(size=(in_channels, channels))
        self.kernel = nnx.Param(jnp.asarray(kernel.astype(np.float32)))
        log.built.append((in_channels, channels, stride))
        log.kernels.append(np.asarray(self.kernel[...]))

    def __call__(self, x):
        self.log.ran.append(self.number)
        return jnp.tanh(x[:, :: self.stride, :: self.stride] @ self.kernel[...])


class _Log:
    """What was built and run; compared by identity, so a module may hold it."""

    def __init__(self):
        self.built, self.kernels, self.ran = [], [], []


_STAGE_MISTAKES = (
    (
        lambda i, c, d, s: [(i, c, s)] + [(c, c, s)] * (d - 1),
        "Every block has the stride, so the stage shrinks its input again and again. A "
        "stage strides once.",
    ),
    (
        lambda i, c, d, s: [(i, c, 1)] + [(c, c, 1)] * (d - 2) + [(c, c, s)],
        "The stride sits on the last block. All blocks before it work on the larger "
        "map.",
    ),
    (
        lambda i, c, d, s: [(i, c, 1)] * (d > 0) + [(c, c, 1)] * (d - 1),
        "No block has the stride.",
    ),
    (
        lambda i, c, d, s: [(i, c, s)] + [(i, c, 1)] * (d - 1),
        "Every block is built for the stage's input channels. What does the second "
        "block receive?",
    ),
    (
        lambda i, c, d, s: [(i, c, s)] * d,
        "All blocks are built alike, with the stage's input channels and stride. What "
        "does the second block receive?",
    ),
    (
        lambda i, c, d, s: [(i, i, 1)] * (d - 1) + [(i, c, s)],
        "The channels change in the last block. They change in the first.",
    ),
    (
        lambda i, c, d, s: [(i, c, s)] + [(c, c, 1)] * d,
        "There is one block too many: `depth` counts the first one too.",
    ),
    (
        lambda i, c, d, s: [(i, c, s)] + [(c, c, 1)] * (d - 2),
        "There is one block too few.",
    ),
)


@exercise(
    5,
    1,
    "Build one block by hand, the one that may change the shape. What do all the "
    "others have in common?",
    "Only the first block sees `in_channels` and `stride`. The others go from "
    "`channels` to `channels` with stride 1, `depth - 1` of them, each built anew.",
    "`nnx.Sequential` takes the blocks as separate arguments; a list is unpacked with "
    "a star.",
)
def make_stage(answer):
    """`make_stage(block, in_channels, channels, depth, stride, *, rngs)` → module.

    Args:
        answer: Function that builds `depth` blocks with
            `block(in_channels, channels, stride, rngs=rngs)` and returns one
            `nnx.Module` that runs them in order.
    """
    for case in ((3, 5, 4, 2), (5, 5, 3, 1), (3, 5, 1, 2)):
        _judge_stage(answer, *case)
    return (
        "The first block bends the shape, the others refine it: every ResNet is four "
        "of these between a stem and a head."
    )


def _judge_stage(answer, i, c, depth, stride):
    log = _Log()

    def block(in_channels, channels, stride, *, rngs):
        return _Brick(log, in_channels, channels, stride, rngs=rngs)

    expects = "make_stage(block, in_channels, channels, depth, stride, rngs=rngs)"
    stage = call(answer, block, i, c, depth, stride, rngs=nnx.Rngs(0), expects=expects)
    where = f"For in_channels={i}, channels={c}, depth={depth}, stride={stride}"
    if isinstance(stage, list | tuple):
        raise Shape(
            f"It returns a {type(stage).__name__} of blocks. A stage is one module, to "
            "be called as `stage(x)`."
        )
    wanted = [(i, c, stride)] + [(c, c, 1)] * (depth - 1)
    if len(log.built) == 1 and depth > 1:
        raise NotYet(
            f"{where} only one block is built. Repeating it would run the same weights "
            "again and again; each block has its own."
        )
    if log.built != wanted:
        for wrong, sentence in _STAGE_MISTAKES:
            if log.built == wrong(i, c, depth, stride):
                raise NotYet(sentence)
        raise NotYet(
            f"{where} it builds {len(log.built)} blocks, as (in, out, stride) "
            f"{', '.join(map(str, log.built))}. Follow the channels from block to "
            "block, and count the strides."
        )
    tail = log.kernels[1:]
    if any(np.array_equal(tail[0], kernel) for kernel in tail[1:]):
        raise NotYet(
            "The blocks start with equal weights. Hand on the `rngs` that you were "
            "given: it gives new numbers each time."
        )
    x = np.random.default_rng(0).normal(size=(2, 4, 4, i))
    y = call(stage, jnp.asarray(x, jnp.float32), expects="stage(x)")
    if log.ran != list(range(depth)):
        raise NotYet(
            f"{where} the blocks run in the order {log.ran}, counted from 0 as they "
            "were built."
        )
    for kernel, s in zip(log.kernels, [stride] + [1] * (depth - 1), strict=True):
        x = np.tanh(x[:, ::s, ::s] @ kernel)
    explain(y, x, f"{where}: ")
    is_module = isinstance(stage, nnx.Module)
    held = len(jax.tree.leaves(nnx.state(stage, nnx.Param))) if is_module else 0
    if held != depth:
        raise NotYet(
            f"The stage runs, but an optimiser would find {held} of its {depth} "
            "blocks: they have to be attributes of an `nnx.Module`."
        )


_CONFIG_MISTAKES = (
    (
        lambda c: c.block == "bottleneck" and c.depths == (3, 4, 6, 3),
        "With bottlenecks at these depths this is ResNet-50: every block then counts "
        "three layers. How many layers has a block of ResNet-34?",
    ),
    (
        lambda c: c.block == "bottleneck",
        "ResNet-34 is built of the simpler of the two blocks.",
    ),
    (
        lambda c: c.depths == (2, 2, 2, 2),
        "These are the depths of ResNet-18.",
    ),
    (
        lambda c: c.depths == (3, 4, 23, 3),
        "These are the depths of ResNet-101.",
    ),
    (
        lambda c: 2 * sum(c.depths) + 2 != 34,
        "34 counts the layers with weights: two in each block, the first convolution "
        "and the head. Your depths do not add up to that.",
    ),
    (
        lambda c: c.depths != (3, 4, 6, 3),
        "The number of blocks is right, their distribution is not: look at the table "
        "of He et al. (2015).",
    ),
    (
        lambda c: c.widths == (16, 32, 64),
        "These are the widths of the CIFAR family.",
    ),
    (
        lambda c: c.widths == (256, 512, 1024, 2048),
        "These are widths at the end of bottlenecks, four times the base width.",
    ),
    (
        lambda c: c.widths != (64, 128, 256, 512),
        "The widths are not those of ResNet-34: each stage doubles the one before.",
    ),
    (
        lambda c: c.stem != "imagenet",
        "The stem is not the one for ImageNet: 224 pixels have to become 56 before the "
        "first stage.",
    ),
    (
        lambda c: c.stem_width != 64,
        "The stem should put out as many channels as the first stage works with.",
    ),
    (
        lambda c: c.shortcut == "A",
        "Option A pads with zeros; the model that everybody calls ResNet-34 projects.",
    ),
    (lambda c: c.shortcut == "D", "Option D came four years later, with ResNet-D."),
    (lambda c: not c.residual, "This is plain-34, the twin without shortcuts."),
)

# They say how a model is computed, not which one it is.
_FREE = dict(dtype="float32", remat=False, scan=False, native_ops=False, drop_path=0.0)


@exercise(
    5,
    2,
    "34 is the number of layers with weights: the first convolution, the head, and "
    "two in every block. How many blocks is that?",
    "They are shared out 3, 4, … over four stages, most of them in the third; He et "
    "al. (2015), table 1, has the row.",
)
def resnet34_config(answer):
    """A `ResNetConfig`: ResNet-34 for ImageNet.

    Args:
        answer: The configuration.
    """
    if not isinstance(answer, ResNetConfig):
        kind = type(answer).__name__
        raise NotYet(f"This is a {kind}. Asked for is a `ResNetConfig(...)`.")
    for applies, sentence in _CONFIG_MISTAKES:
        if applies(answer):
            raise NotYet(sentence)
    given = dataclasses.replace(answer, **_FREE)
    for field in dataclasses.fields(given):
        if getattr(given, field.name) != getattr(get_config("resnet34"), field.name):
            raise NotYet(f"Nearly: `{field.name}` is not that of ResNet-34.")
    return (
        "21,797,672 parameters, as published. Everything that tells one residual "
        "network from another is in this one value."
    )
