"""Stem and stage: the parts that a network is stacked from."""

import jax
import jax.numpy as jnp
from flax import nnx

from resnet_lib import ops
from resnet_lib.blocks import block_class
from resnet_lib.config import STEM_STRIDE, STEMS, ResNetConfig
from resnet_lib.layers import conv, norm


class Stem(nnx.Module):
    """Image to first feature map.

    `"imagenet"`: 7×7/2, norm, ReLU, max-pool 3×3/2 (He et al. 2015, table 1).
    `"deep"`: three 3×3, the first strided, then the same pool (He et al. 2019, C).
    `"cifar"`: 3×3, norm, ReLU. `"strided"`: the same with stride 2.

    A pre-activation network leaves the last norm and ReLU to its first block.
    """

    def __init__(self, config: ResNetConfig, *, rngs: nnx.Rngs):
        """Builds the stem that `config.stem` names."""
        convs, pools = STEMS[config.stem]
        before_last = [config.stem_width // 2] * (len(convs) - 1)
        outs = [*before_last, config.stem_width]
        sides = zip([config.in_channels, *outs], outs, convs, strict=False)
        kw = dict(config=config, rngs=rngs)
        self.convs = nnx.data([conv(i, o, k, stride=s, **kw) for i, o, (k, s) in sides])
        normed = outs[:-1] if config.preactivation else outs
        self.norms = nnx.data([norm(width, **kw) for width in normed])
        self.pool = bool(pools)
        self.max_pool = ops.native_max_pool if config.native_ops else ops.max_pool

    def __call__(self, x: jax.Array) -> jax.Array:
        """(n, h, w, in_channels) → (n, h', w', stem_width)."""
        for i, layer in enumerate(self.convs):
            x = layer(x)
            if i < len(self.norms):
                x = nnx.relu(self.norms[i](x))
        return self.max_pool(x) if self.pool else x


class Stage(nnx.Module):
    """A first block that may change the shape, then a uniform tail.

    With `config.scan` the tail is one block whose parameters carry a leading axis of
    length `depth − 1`, and `lax.scan` walks along it: the program holds one block
    whatever the depth.
    """

    def __init__(
        self,
        in_channels: int,
        width: int,
        depth: int,
        *,
        stride: int = 1,
        dilation: int = 1,
        first_dilation: int = 1,
        config: ResNetConfig,
        rngs: nnx.Rngs,
    ):
        """`depth` blocks of base width `width`; the first takes the stride."""
        block = block_class(config)
        self.first = block(
            in_channels,
            width,
            stride=stride,
            dilation=dilation,
            first_dilation=first_dilation,
            config=config,
            rngs=rngs,
        )
        out = width * block.expansion
        self.depth, self.remat = depth, config.remat
        self.scanned = config.scan and depth > 2

        def build(key):
            return block(
                out, width, dilation=dilation, config=config, rngs=nnx.Rngs(key)
            )

        keys = jax.random.split(rngs.params(), depth - 1) if depth > 1 else []
        build_all = _build_stacked if self.scanned else _build_each
        self.rest = build_all(build, keys)

    def __call__(self, x: jax.Array, keys=None, drop_rates=None) -> jax.Array:
        """Runs the blocks in order; `keys` and `drop_rates`: one entry per block."""
        per_block = {} if keys is None else {"key": keys, "drop_rate": drop_rates}
        return self.walk(
            lambda block, x, given: (block(x, **given), None), x, per_block
        )[0]

    def walk(self, visit, x: jax.Array, per_block):
        """`x, seen = visit(block, x, given)` from the first block to the last.

        Args:
            visit: Runs a block and returns its output and anything else to keep.
            x: Input of the stage.
            per_block: Pytree of arrays with a leading axis of length `depth`; each
                visit is given its slice.

        Returns:
            The output, and what was seen, stacked along a leading axis.
        """
        if self.remat:
            visit = nnx.remat(visit)
        at = lambda i: jax.tree.map(lambda leaf: leaf[i], per_block)  # noqa: E731
        x, seen = visit(self.first, x, at(0))
        seen = [jax.tree.map(lambda leaf: leaf[None], seen)]
        if self.scanned:
            x, tail = self._scan(visit, x, at(slice(1, None)))
            seen.append(tail)
        else:
            for i, block in enumerate(self.rest, start=1):
                x, one = visit(block, x, at(i))
                seen.append(jax.tree.map(lambda leaf: leaf[None], one))
        return x, jax.tree.map(lambda *leaves: jnp.concatenate(leaves), *seen)

    def stack(self) -> None:
        """Makes the tail one block with stacked arrays, unless it is one already.

        Raises:
            ValueError: Its blocks differ in more than their arrays.
        """
        if not self.scanned and self.depth > 2:
            graphs, states = zip(*map(nnx.split, self.rest), strict=True)
            graph = graphs[0]
            if any(other != graph for other in graphs):
                raise ValueError(
                    "blocks of one stage differ, in their mode for instance: only like "
                    "ones can be stacked"
                )
            stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)
            self.scanned, self.rest = True, nnx.merge(graph, stacked)

    def unstack(self) -> None:
        """The inverse of `stack`."""
        if self.scanned:
            graph, state = nnx.split(self.rest)
            tail = [
                nnx.merge(graph, jax.tree.map(lambda leaf, i=i: leaf[i], state))
                for i in range(self.depth - 1)
            ]
            self.scanned, self.rest = False, nnx.data(tail)

    def _scan(self, visit, x, per_block):
        graph, stats, params = nnx.split(self.rest, nnx.BatchStat, ...)

        def step(x, given):
            stats, params, given = given
            block = nnx.merge(graph, stats, params)
            x, seen = visit(block, x, given)
            return x, (nnx.state(block, nnx.BatchStat), seen)

        x, (stats, seen) = jax.lax.scan(step, x, (stats, params, per_block))
        nnx.update(self.rest, stats)
        return x, seen


def _build_each(build, keys):
    return nnx.data([build(key) for key in keys])


def _build_stacked(build, keys):
    """The blocks of `_build_each`, as one: the same keys give the same values."""
    graph, _ = nnx.split(nnx.eval_shape(build, keys[0]))
    return nnx.merge(graph, jax.vmap(lambda key: nnx.state(build(key)))(keys))


def stage_strides(config: ResNetConfig) -> list[dict[str, int]]:
    """Stride and dilation of each stage, `output_stride` taken into account.

    Once the output stride is reached, a stage dilates by what it would have strided
    by, which keeps the receptive field of every later tap (Chen et al. 2017).
    """
    stride, dilation, plan = STEM_STRIDE[config.stem], 1, []
    for i in range(len(config.depths)):
        want, before = (1 if i == 0 else 2), dilation
        if config.output_stride and stride * want > config.output_stride:
            want, dilation = 1, dilation * want
        stride *= want
        plan.append(dict(stride=want, dilation=dilation, first_dilation=before))
    return plan
