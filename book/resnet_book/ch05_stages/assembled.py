"""ResNet-34 from its parts, put together rightly and wrongly, and seen from outside."""

from collections.abc import Iterator

import jax
import jax.numpy as jnp
from flax import nnx

from resnet_book.ch05_stages import fields
from resnet_book.tables import Rows
from resnet_lib import BasicBlock, ResNetConfig, count_macs, count_params, ops
from resnet_lib.layers import conv, norm

_COLUMNS = ("network", "last map", "parameters", "MACs", "receptive field")


class Assembled(nnx.Module):
    """ResNet-34 for images of 224 pixels; in a subclass one thing is wrong.

    Args:
        rngs: Source of initial values.
    """

    depths, widths, strides = (3, 4, 6, 3), (64, 128, 256, 512), (1, 2, 2, 2)
    stem_stride, pools, config = 2, 1, ResNetConfig()
    strides_last = projects_always = flattens = False

    def __init__(self, *, rngs: nnx.Rngs):
        """See the class."""
        kw = dict(config=self.config, rngs=rngs)
        self.conv = conv(3, 64, 7, stride=self.stem_stride, **kw)
        self.norm = norm(64, **kw)
        self.blocks = nnx.data([self._block(*shape, **kw) for shape in self.plan()])
        self.head = nnx.Linear(512 * 7**2 if self.flattens else 512, 1000, rngs=rngs)

    def _block(self, channels, out, stride, **kw):
        block = BasicBlock(channels, out, stride=stride, **kw)
        if self.projects_always:
            projection = conv(channels, out, 1, stride=stride, **kw)
            block.shortcut = nnx.Sequential(projection, norm(out, **kw))
        return block

    def __call__(self, x):
        """(n, 224, 224, 3) → (n, 1000)."""
        x = self.last_map(x)
        x = x.reshape(len(x), -1) if self.flattens else x.mean((1, 2))
        return self.head(x)

    def last_map(self, x):
        """(n, 224, 224, 3) → (n, h, w, 512)."""
        x = nnx.relu(self.norm(self.conv(x)))
        for _ in range(self.pools):
            x = ops.max_pool(x)
        for block in self.blocks:
            x = block(x)
        return x

    def plan(self) -> Iterator[tuple[int, int, int]]:
        """Channels in, channels out and stride of each block."""
        stages, channels = zip(self.depths, self.widths, self.strides, strict=True), 64
        for depth, width, stride in stages:
            changing = depth - 1 if self.strides_last else 0
            for place in range(depth):
                if place == changing:
                    yield channels, width, stride
                    channels = width
                else:
                    yield channels, channels, 1

    def field(self) -> int:
        """Side of what one pixel of the last map can see, in input pixels."""
        layers = [("7×7", 7, self.stem_stride), *[("max-pool", 3, 2)] * self.pools]
        for *_, stride in self.plan():
            layers += [("3×3", 3, stride), ("3×3", 3, 1)]
        return fields.walk(layers)[-1][3]


def _with(**fault):
    return type("Assembled", (Assembled,), {**fault, "__doc__": Assembled.__doc__})


FAULTS = {
    "no max-pool": _with(pools=0),
    "unstrided stem": _with(stem_stride=1),
    "pooled twice": _with(pools=2),
    "stage 1 strides": _with(strides=(2, 2, 2, 2)),
    "swapped depths": _with(depths=(3, 6, 4, 3)),
    "last block strides": _with(strides_last=True),
    "zeros for projections": _with(config=ResNetConfig(shortcut="A")),
    "no norms": _with(config=ResNetConfig(norm="none")),
    "projections everywhere": _with(projects_always=True),
    "flattened head": _with(flattens=True),
}
"""The network with each of the faults that the page lists."""

NETWORKS = {
    "ResNet-34": Assembled,
    "A": FAULTS["last block strides"],
    "B": FAULTS["unstrided stem"],
    "C": FAULTS["zeros for projections"],
    "D": FAULTS["stage 1 strides"],
    "E": FAULTS["swapped depths"],
    "F": FAULTS["projections everywhere"],
}


def from_outside() -> Rows:
    """What each of the networks looks like, the right one first, as a table."""
    return Rows(_COLUMNS, [(name, *seen(kind)) for name, kind in NETWORKS.items()])


def seen(kind: type[Assembled]) -> tuple:
    """What a network looks like from outside; nothing of it is allocated.

    Returns:
        The shape of its last map, its parameters, its multiply-accumulates on one image
        and its receptive field.
    """
    network = nnx.eval_shape(lambda: kind(rngs=nnx.Rngs(0)))
    network.eval()
    graph, state = nnx.split(network)
    x = jax.ShapeDtypeStruct((1, 224, 224, 3), jnp.float32)
    last = jax.eval_shape(lambda s, x: nnx.merge(graph, s).last_map(x), state, x)
    shape = "×".join(map(str, last.shape[1:]))
    return shape, count_params(network), count_macs(network, x), network.field()
