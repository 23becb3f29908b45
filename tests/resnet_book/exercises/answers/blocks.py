"""Chapter 2: basic blocks as readers write them, all of them right."""

import jax
import jax.numpy as jnp
from flax import nnx

from resnet_lib import BasicBlock as LibraryBlock
from resnet_lib import ResNetConfig


def conv(i, o, side, stride=1, *, rngs, **kw):
    pad = [(side // 2, side // 2)] * 2
    kw = {"use_bias": False, "padding": pad, **kw}
    return nnx.Conv(i, o, (side, side), strides=(stride, stride), rngs=rngs, **kw)


class Block(nnx.Module):
    """The reader's block; the subclasses below go wrong in one place each."""

    conv_kw, norm_kw, strides = {}, {}, None

    def __init__(self, in_channels, channels, stride, *, rngs):
        first, second = self.strides or (stride, 1)
        kw = dict(rngs=rngs, **self.conv_kw)
        self.c1 = conv(in_channels, channels, 3, first, **kw)
        self.c2 = conv(channels, channels, 3, second, **kw)
        self.n1, self.n2 = (self.norm(channels, rngs) for _ in range(2))
        if self.needs_projection(in_channels, channels, stride):
            self.skip = conv(in_channels, channels, 1, stride, rngs=rngs)
            self.skip_norm = self.norm(channels, rngs)
        else:
            self.skip = None

    def norm(self, channels, rngs):
        return nnx.BatchNorm(channels, rngs=rngs, **self.norm_kw)

    def needs_projection(self, in_channels, channels, stride):
        return (in_channels, stride) != (channels, 1)

    def shortcut(self, x):
        return x if self.skip is None else self.skip_norm(self.skip(x))

    def inner(self, x):
        return jax.nn.relu(self.n1(self.c1(x)))

    def branch(self, x):
        return self.n2(self.c2(self.inner(x)))

    def __call__(self, x):
        return jax.nn.relu(self.branch(x) + self.shortcut(x))


class InSequence(nnx.Module):
    """Sequential parts under other names, the projection first."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        def layer(i, side, s):
            return [
                conv(i, channels, side, s, rngs=rngs),
                nnx.BatchNorm(channels, momentum=0.9, rngs=rngs),
            ]

        agree = stride == 1 and in_channels == channels
        self.a_way_around = (
            nnx.Sequential()
            if agree
            else nnx.Sequential(*layer(in_channels, 1, stride))
        )
        self.z_main = nnx.Sequential(
            *layer(in_channels, 3, stride), nnx.relu, *layer(channels, 3, 1)
        )
        self.agree = agree

    def __call__(self, x):
        around = x if self.agree else self.a_way_around(x)
        return nnx.relu(self.z_main(x) + around)


class InLists(nnx.Module):
    """Layers in lists; the projection is a slice and a linear layer."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        ends = [(in_channels, stride), (channels, 1)]
        self.convs = nnx.data([conv(i, channels, 3, s, rngs=rngs) for i, s in ends])
        self.norms = nnx.data([nnx.BatchNorm(channels, rngs=rngs) for _ in range(3)])
        self.stride = stride
        if stride > 1 or in_channels != channels:
            self.linear = nnx.Linear(in_channels, channels, use_bias=False, rngs=rngs)
        else:
            self.linear = None
            del self.norms[2]

    def __call__(self, x):
        h = x
        for i in (0, 1):
            h = self.norms[i](self.convs[i](h))
            h = jnp.maximum(h, 0) if i == 0 else h
        if self.linear is not None:
            x = self.norms[2](self.linear(x[:, :: self.stride, :: self.stride]))
        return jnp.maximum(h + x, 0)


class HalfPrecision(Block):
    conv_kw = dict(dtype=jnp.bfloat16)
    norm_kw = dict(dtype=jnp.bfloat16)


class HalfInside(Block):
    conv_kw = dict(dtype=jnp.bfloat16)

    def branch(self, x):
        return super().branch(x).astype(jnp.float32)


class Reshaped(Block):
    """The norm sees pixels in rows."""

    def inner(self, x):
        h = self.c1(x)
        return jax.nn.relu(self.n1(h.reshape(-1, h.shape[-1])).reshape(h.shape))


class OnePass(nnx.BatchNorm):
    """Moments from sums and squares in one pass, as the library does."""

    def __call__(self, x):
        if self.use_running_average:
            mean, var = self.mean[...], self.var[...]
        else:
            mean, square = x.mean((0, 1, 2)), (x * x).mean((0, 1, 2))
            var = square - mean**2
            self.mean[...] = 0.9 * self.mean[...] + 0.1 * mean
            self.var[...] = 0.9 * self.var[...] + 0.1 * var
        return (x - mean) * jax.lax.rsqrt(var + 1e-5) * self.scale[...] + self.bias[...]


class OnePassNorms(Block):
    def norm(self, channels, rngs):
        return OnePass(channels, rngs=rngs)


class Compiled(Block):
    @nnx.jit
    def __call__(self, x):
        return jax.nn.relu(self.branch(x) + self.shortcut(x))


class CompiledInside(Block):
    @nnx.jit
    def branch(self, x):
        return self.n2(self.c2(self.inner(x)))


class WithGains(Block):
    """A gain for each channel that starts at 1, under a name that norms have too."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.scale = nnx.Param(jnp.ones(channels))

    def branch(self, x):
        return self.scale[...] * super().branch(x)


class Counting(Block):
    """Holds more than parameters and averages."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.calls = nnx.Variable(jnp.zeros((), int))
        self.drop = nnx.Dropout(0.0, rngs=rngs)


class FromTheLibrary(nnx.Module):
    def __init__(self, in_channels, channels, stride, *, rngs):
        config = ResNetConfig(native_ops=True)
        self.it = LibraryBlock(
            in_channels, channels, stride=stride, config=config, rngs=rngs
        )

    def __call__(self, x):
        return self.it(x)


class OwnKernels(nnx.Module):
    """No `nnx.Conv`: parameters of its own and `jax.lax`."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        def kernel(side, i):
            shape = (side, side, i, channels)
            return nnx.Param(jax.random.normal(rngs.params(), shape) / 10)

        self.k1, self.k2 = kernel(3, in_channels), kernel(3, channels)
        self.stride = stride
        self.ks = (
            kernel(1, in_channels) if (in_channels, 1) != (channels, stride) else None
        )
        norms = 2 if self.ks is None else 3
        self.norms = nnx.data(
            [nnx.BatchNorm(channels, rngs=rngs) for _ in range(norms)]
        )

    def __call__(self, x):
        def apply(x, k, stride, pad):
            return jax.lax.conv_general_dilated(
                x, k[...], (stride, stride), [(pad, pad)] * 2,
                dimension_numbers=("NHWC", "HWIO", "NHWC"),
            )  # fmt: skip

        h = nnx.relu(self.norms[0](apply(x, self.k1, self.stride, 1)))
        h = self.norms[1](apply(h, self.k2, 1, 1))
        if self.ks is not None:
            x = self.norms[2](apply(x, self.ks, self.stride, 0))
        return nnx.relu(x + h)


RIGHT = [
    ("basic_block", InSequence),
    ("basic_block", InLists),
    ("basic_block", HalfPrecision),
    ("basic_block", HalfInside),
    ("basic_block", Reshaped),
    ("basic_block", OnePassNorms),
    ("basic_block", FromTheLibrary),
    ("basic_block", Compiled),
    ("basic_block", CompiledInside),
    ("basic_block", WithGains),
    ("basic_block", Counting),
    ("basic_block", OwnKernels),
    ("basic_block", lambda i, c, stride, *, rngs: Block(i, c, stride, rngs=rngs)),
]
WRONG = []
