"""Residual blocks, y = ReLU(S(x) + F(x)), and their pre-activation and plain twins."""

import jax
from flax import nnx

from resnet_lib.config import ResNetConfig, inner_width
from resnet_lib.layers import Identity, Shortcut, SqueezeExcite, conv, drop_path, norm


class Block(nnx.Module):
    """What all blocks share: `y = join(S(x), F(x))`.

    A block defines `terms(x) -> (S(x), F(x))` and `join`. The split lets `probe` weigh
    F against S without running the block twice.

    Args:
        in_channels: Channels of x.
        width: Base width; the block puts out `width * expansion` channels.
        stride: Of the block as a whole.
        dilation: Of the 3×3 convolutions after the stride.
        first_dilation: Of the strided 3×3; `dilation` unless given.
        config: The variant; see `ResNetConfig`.
        rngs: Source of initial values.
    """

    expansion = 1

    def __call__(
        self,
        x: jax.Array,
        key: jax.Array | None = None,
        drop_rate: float | jax.Array = 0.0,
    ) -> jax.Array:
        """(n, h, w, c) → (n, ⌈h/stride⌉, ⌈w/stride⌉, width · expansion)."""
        s, f = self.terms(x)
        return self.join(s, drop_path(f, drop_rate, key))

    def terms(self, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        """S(x) and F(x)."""
        return self.shortcut(x), self.residual(x)

    def join(self, s: jax.Array, f: jax.Array) -> jax.Array:
        """ReLU after the addition (He et al. 2015, figure 2)."""
        return nnx.relu(s + f)


class BasicBlock(Block):
    """Two 3×3 convolutions: F(x) = norm₂(conv₂(ReLU(norm₁(conv₁(x))))).

    He et al. 2015, figure 5, left. Arguments as for `Block`.
    """

    def __init__(
        self,
        in_channels: int,
        width: int,
        *,
        stride: int = 1,
        dilation: int = 1,
        first_dilation: int | None = None,
        config: ResNetConfig = ResNetConfig(),  # noqa: B008 (frozen)
        rngs: nnx.Rngs,
    ):
        """See `Block`."""
        kw = dict(config=config, rngs=rngs)
        shape = dict(dilation=dilation, first_dilation=first_dilation)
        first = dict(stride=stride, dilation=first_dilation or dilation, **kw)
        self.conv1 = conv(in_channels, width, 3, **first)
        self.norm1 = norm(width, **kw)
        self.conv2 = conv(width, width, 3, dilation=dilation, **kw)
        self.norm2 = norm(width, scale=_last_scale(config), **kw)
        self.gate = _gate(width, **kw)
        self.shortcut = _shortcut(in_channels, width, stride, **shape, **kw)

    def residual(self, x: jax.Array) -> jax.Array:
        """F(x)."""
        x = nnx.relu(self.norm1(self.conv1(x)))
        x = self.norm2(self.conv2(x))
        return self.gate(x)


class Bottleneck(Block):
    """1×1 down, 3×3, 1×1 up: F costs about as much as a basic block at a quarter width.

    He et al. 2015, figure 5, right. With `groups` it is ResNeXt's block (Xie et al.
    2017, figure 3c), with `width_per_group=128` Wide ResNet's. The stride sits on the
    3×3 (v1.5), or on the first 1×1 with `stride_in_1x1` (v1). Arguments as for `Block`.
    """

    expansion = 4

    def __init__(
        self,
        in_channels: int,
        width: int,
        *,
        stride: int = 1,
        dilation: int = 1,
        first_dilation: int | None = None,
        config: ResNetConfig = ResNetConfig(block="bottleneck"),  # noqa: B008 (frozen)
        rngs: nnx.Rngs,
    ):
        """See `Block`."""
        kw = dict(config=config, rngs=rngs)
        shape = dict(dilation=dilation, first_dilation=first_dilation)
        inner, out = inner_width(config, width), width * self.expansion
        stride1, stride2 = (stride, 1) if config.stride_in_1x1 else (1, stride)
        # In v1 the 3×3 comes after the stride, so it dilates like all that follow.
        before = None if config.stride_in_1x1 else first_dilation
        middle = dict(stride=stride2, dilation=before or dilation, **kw)
        self.conv1 = conv(in_channels, inner, 1, stride=stride1, **kw)
        self.norm1 = norm(inner, **kw)
        self.conv2 = conv(inner, inner, 3, groups=config.groups, **middle)
        self.norm2 = norm(inner, **kw)
        self.conv3 = conv(inner, out, 1, **kw)
        self.norm3 = norm(out, scale=_last_scale(config), **kw)
        self.gate = _gate(out, **kw)
        self.shortcut = _shortcut(in_channels, out, stride, **shape, **kw)

    def residual(self, x: jax.Array) -> jax.Array:
        """F(x)."""
        x = nnx.relu(self.norm1(self.conv1(x)))
        x = nnx.relu(self.norm2(self.conv2(x)))
        x = self.norm3(self.conv3(x))
        return self.gate(x)


class Plain:
    """Takes the skip away: y = ReLU(F(x)); every layer of F stays where it was.

    The network that He et al. 2015 set out from (figure 3, middle).
    """

    def terms(self, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        """X itself, which `join` ignores, and F(x)."""
        return x, self.residual(x)

    def join(self, s: jax.Array, f: jax.Array) -> jax.Array:
        """No addition."""
        return nnx.relu(f)


class PlainBasicBlock(Plain, BasicBlock):
    """`BasicBlock` without its skip."""


class PlainBottleneck(Plain, Bottleneck):
    """`Bottleneck` without its skip."""


class PreActivation:
    """Norm and ReLU come before each convolution: y = S(a) + F(a), a = ReLU(norm(x)).

    Where the shape stays, S is x itself, so the sum runs unchanged through the
    whole stage (He et al. 2016, figure 4e). Where it changes, S projects a.
    """

    def terms(self, x: jax.Array) -> tuple[jax.Array, jax.Array]:
        """S and F of the activated input."""
        a = nnx.relu(self.norm1(x))
        return x if self.shortcut.is_identity else self.shortcut(a), self.residual(a)

    def join(self, s: jax.Array, f: jax.Array) -> jax.Array:
        """Nothing after the addition."""
        return s + f


class PreActBasicBlock(PreActivation, BasicBlock):
    """`BasicBlock` in pre-activation order."""

    def __init__(self, in_channels: int, width: int, *, config, rngs, **kwargs):
        """See `Block`."""
        super().__init__(in_channels, width, config=config, rngs=rngs, **kwargs)
        self.norm1 = norm(in_channels, config=config, rngs=rngs)
        self.norm2 = norm(width, config=config, rngs=rngs)
        _zero_last(self.conv2, config)

    def residual(self, a: jax.Array) -> jax.Array:
        """F, of the activated input."""
        a = nnx.relu(self.norm2(self.conv1(a)))
        return self.gate(self.conv2(a))


class PreActBottleneck(PreActivation, Bottleneck):
    """`Bottleneck` in pre-activation order."""

    def __init__(self, in_channels: int, width: int, *, config, rngs, **kwargs):
        """See `Block`."""
        super().__init__(in_channels, width, config=config, rngs=rngs, **kwargs)
        inner = inner_width(config, width)
        self.norm1 = norm(in_channels, config=config, rngs=rngs)
        self.norm3 = norm(inner, config=config, rngs=rngs)
        _zero_last(self.conv3, config)

    def residual(self, a: jax.Array) -> jax.Array:
        """F, of the activated input."""
        a = nnx.relu(self.norm2(self.conv1(a)))
        a = nnx.relu(self.norm3(self.conv2(a)))
        return self.gate(self.conv3(a))


def block_class(config: ResNetConfig) -> type[Block]:
    """The class that a configuration is built of."""
    basic = config.block == "basic"
    if not config.residual:
        return PlainBasicBlock if basic else PlainBottleneck
    if config.preactivation:
        return PreActBasicBlock if basic else PreActBottleneck
    return BasicBlock if basic else Bottleneck


def _last_scale(config):
    return 0.0 if config.zero_init_residual else 1.0


def _zero_last(layer, config):
    if config.zero_init_residual:
        layer.kernel[...] = 0 * layer.kernel[...]


def _gate(channels, *, config, rngs):
    if config.squeeze_excite:
        return SqueezeExcite(channels, config=config, rngs=rngs)
    return Identity()


def _shortcut(*args, config, **kwargs):
    return Shortcut(*args, config=config, **kwargs) if config.residual else None
