"""Chapter 4: ResNeXt blocks, right and wrong."""

import jax.numpy as jnp
from flax import nnx

from .bottlenecks import Bottleneck, conv
from .groups import convolve


class CompiledResNeXt(nnx.Module):
    def __init__(self, in_channels, out_channels, cardinality, width, stride, *, rngs):
        self.block = ResNeXt(
            in_channels, out_channels, cardinality, width, stride, rngs=rngs
        )

    @nnx.jit
    def __call__(self, x):
        return self.block(x)


class ResNeXt(Bottleneck):
    """With groups, from the same parts."""

    def __init__(
        self, in_channels, out_channels, cardinality, group_width, stride, *, rngs
    ):
        inner = self.inner(cardinality, group_width)
        self.build(in_channels, inner, out_channels, cardinality, stride, rngs)

    def inner(self, cardinality, group_width):
        return cardinality * group_width


class Split(nnx.Module):
    """Xie et al., figure 3b: the groups one by one, stored as one kernel."""

    def __init__(self, in_channels, out_channels, cardinality, width, stride, *, rngs):
        self.block = ResNeXt(
            in_channels, out_channels, cardinality, width, stride, rngs=rngs
        )
        self.stride = stride

    def __call__(self, x):
        b = self.block
        f = nnx.relu(b.norms[0](b.convs[0](x)))
        kernel = b.convs[1].kernel[...]
        groups = f.shape[-1] // kernel.shape[2]
        pairs = zip(
            jnp.split(f, groups, -1), jnp.split(kernel, groups, -1), strict=True
        )
        f = jnp.concatenate([convolve(a, k, self.stride) for a, k in pairs], -1)
        f = b.norms[2](b.convs[2](nnx.relu(b.norms[1](f))))
        return nnx.relu(f + b.around(x))


class Dense(ResNeXt):
    def groups(self, groups):
        return 1, 1, 1


class GroupsEverywhere(ResNeXt):
    def groups(self, groups):
        return groups, groups, groups


class GroupsFirst(ResNeXt):
    def groups(self, groups):
        return groups, groups, 1


class OneGroupWide(ResNeXt):
    def inner(self, cardinality, group_width):
        return group_width

    def groups(self, groups):
        return 1, 1, 1


class Swapped(ResNeXt):
    def groups(self, groups):
        return 1, 4, 1


class Depthwise(ResNeXt):
    def groups(self, groups):
        return 1, 8, 1


class OneGroupWideInGroups(ResNeXt):
    def inner(self, cardinality, group_width):
        return group_width


class Apart(nnx.Module):
    """Xie et al., figure 3b: a convolution for each group."""

    def __init__(self, in_channels, out_channels, cardinality, width, stride, *, rngs):
        self.block = ResNeXt(
            in_channels, out_channels, cardinality, width, stride, rngs=rngs
        )
        self.block.convs[1] = None
        self.paths = nnx.data(
            [conv(width, width, 3, stride, rngs=rngs) for _ in range(cardinality)]
        )

    def __call__(self, x):
        b = self.block
        f = nnx.relu(b.norms[0](b.convs[0](x)))
        parts = jnp.split(f, len(self.paths), -1)
        f = jnp.concatenate(
            [c(part) for c, part in zip(self.paths, parts, strict=True)], -1
        )
        f = b.norms[2](b.convs[2](nnx.relu(b.norms[1](f))))
        return nnx.relu(f + b.around(x))


class ResNeXtStrideOnFirst(ResNeXt):
    strides_at = 0


RIGHT = [
    ("resnext_block", ResNeXt),
    ("resnext_block", Split),
    ("resnext_block", CompiledResNeXt),
]

WRONG = [
    ("resnext_block", Dense, "has no groups"),
    ("resnext_block", GroupsEverywhere, "A 1×1 convolution has groups too"),
    ("resnext_block", GroupsFirst, "the groups never meet"),
    ("resnext_block", OneGroupWide, "room for one group only"),
    ("resnext_block", Swapped, "are swapped"),
    ("resnext_block", Depthwise, "a group of its own"),
    ("resnext_block", OneGroupWideInGroups, "room for one group only"),
    ("resnext_block", Apart, "form b"),
    ("resnext_block", ResNeXtStrideOnFirst, "stride sits on the first 1×1"),
    ("resnext_block", Bottleneck, "yours takes (in_channels, width, stride, rngs)"),
]
