"""The parts that blocks are made of: convolution, norm, shortcut, gates, drop-path."""

import functools
import math

import jax
import jax.numpy as jnp
from flax import nnx

from resnet_lib import ops, values
from resnet_lib.config import ResNetConfig
from resnet_lib.initial import he_fan_out

constant = functools.cache(nnx.initializers.constant)
"""One function per value: older Flax keeps it in the module's structure, and networks
of equal structure share their compiled programs."""


def conv(
    in_channels: int,
    out_channels: int,
    kernel: int,
    *,
    config: ResNetConfig,
    rngs: nnx.Rngs,
    stride: int = 1,
    dilation: int = 1,
    groups: int = 1,
    bias: bool = False,
    kernel_init=he_fan_out,
) -> nnx.Conv:
    """A k×k convolution, (n, h, w, in) → (n, ⌈h/stride⌉, ⌈w/stride⌉, out).

    Padding is dilation · ⌊k/2⌋ on both sides, as in torch: `"SAME"` would pad (0, 1)
    at stride 2 and put every tap of a converted kernel one pixel off. Kernels start
    at variance 2 / fan_out (He et al. 2015b). There is no bias by default, since a norm
    follows and would subtract it; without norms there is one.
    """
    general = jax.lax.conv_general_dilated if config.native_ops else None
    return nnx.Conv(
        in_channels,
        out_channels,
        (kernel, kernel),
        strides=stride,
        padding=((dilation * (kernel // 2),) * 2,) * 2,
        kernel_dilation=dilation,
        feature_group_count=groups,
        use_bias=bias or config.norm == "none",
        dtype=config.compute_dtype,
        kernel_init=kernel_init,
        conv_general_dilated=general or ops.conv_general_dilated,
        rngs=rngs,
    )


class BatchNorm(nnx.BatchNorm):
    """y = γ (x − μ) / √(σ² + ε) + β, channel by channel (Ioffe & Szegedy 2015).

    In training μ and σ² are those of the batch, and the running averages move a tenth
    of the way towards them (momentum 0.9 here is 0.1 in torch); after `model.eval()`
    the running averages are used. Everything but x is float32 whatever x is.

    torch keeps the *unbiased* batch variance, n/(n−1) times ours, as its running
    average; Flax and this class keep the biased one, which is also what normalises.
    """

    def __init__(self, features: int, *, config: ResNetConfig, rngs: nnx.Rngs, scale=1):
        """γ starts at `scale`, β at 0."""
        super().__init__(
            features,
            momentum=0.9,
            epsilon=1e-5,
            scale_init=constant(scale),
            rngs=rngs,
        )
        self.normalise = ops.native_batch_norm if config.native_ops else ops.batch_norm

    def __call__(self, x: jax.Array) -> jax.Array:
        """Normalises x (n, h, w, c)."""
        scale, bias = self.scale[...], self.bias[...]
        if self.use_running_average:
            slope = scale * jax.lax.rsqrt(self.var[...] + self.epsilon)
            shift = (bias - self.mean[...] * slope).reshape(1, 1, 1, -1)
            wide = x.astype(jnp.float32)
            return (wide * slope.reshape(1, 1, 1, -1) + shift).astype(x.dtype)
        if x.size == 0:
            raise ValueError(f"a batch of shape {x.shape} has no mean: it is empty")
        y, mean, var = self.normalise(x, scale, bias, self.epsilon)
        for running, batch in ((self.mean, mean), (self.var, var)):
            running[...] = self.momentum * running[...] + (1 - self.momentum) * batch
        return y


def norm(features: int, *, config: ResNetConfig, rngs: nnx.Rngs, scale: float = 1.0):
    """The norm that the configuration names; γ starts at `scale`."""
    if config.norm == "batch":
        return BatchNorm(features, config=config, rngs=rngs, scale=scale)
    if config.norm == "group":
        return nnx.GroupNorm(
            features,
            num_groups=math.gcd(32, features),
            epsilon=1e-5,
            dtype=config.compute_dtype,
            scale_init=constant(scale),
            rngs=rngs,
        )
    return Identity()


class Identity(nnx.Module):
    """x itself. A function of Flax's could neither be in a list nor be pickled."""

    def __call__(self, x: jax.Array) -> jax.Array:
        """Returns x."""
        return x


class Shortcut(nnx.Module):
    """S(x), the path around F: x itself wherever shapes allow, else option A, B or D.

    - A: every `stride`-th pixel, new channels zero; no parameters.
    - B: 1×1 convolution with stride, then norm: reads one pixel in stride².
    - D: average pooling with stride, then a 1×1 convolution and norm: reads them all.

    He et al. 2015, section 3.3 (A, B); He et al. 2019, section 4.2 (D). A
    pre-activation shortcut has no norm of its own (He et al. 2016). A block that
    dilates instead of striding keeps what its shortcut would have done, at every pixel.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        stride: int = 1,
        *,
        dilation: int = 1,
        first_dilation: int | None = None,
        config: ResNetConfig,
        rngs: nnx.Rngs,
    ):
        """`in_channels` → `out_channels`, each side shrunk by `stride`; see `Block`."""
        self.stride, self.out_channels = stride, out_channels
        self.spacing = first_dilation or dilation
        self.window = stride * dilation // self.spacing  # the stride without dilation
        self.is_identity = self.window == 1 and in_channels == out_channels
        self.option = config.shortcut
        if self.is_identity or self.option == "A":
            return
        self.conv = conv(
            in_channels,
            out_channels,
            1,
            stride=1 if self.option == "D" else stride,
            config=config,
            rngs=rngs,
        )
        own = Identity() if config.preactivation else None
        self.norm = own or norm(out_channels, config=config, rngs=rngs)

    def __call__(self, x: jax.Array) -> jax.Array:
        """(n, h, w, in) → (n, ⌈h/stride⌉, ⌈w/stride⌉, out)."""
        if self.is_identity:
            return x
        if self.option == "A":
            x = x[:, :: self.stride, :: self.stride]
            added = self.out_channels - x.shape[-1]
            return jnp.pad(x, ((0, 0), (0, 0), (0, 0), (0, added)))
        if self.option == "D" and self.stride > 1:
            x = ops.avg_pool(x, self.window)
        elif self.option == "D" and self.window > 1:
            x = ops.dense_avg_pool(x, self.window, self.spacing)
        return self.norm(self.conv(x))


class SqueezeExcite(nnx.Module):
    """F · sigmoid(W₂ ReLU(W₁ mean(F))): a gate per channel (Hu et al. 2018, eq. 3)."""

    def __init__(self, features: int, *, config: ResNetConfig, rngs: nnx.Rngs):
        """Reduction 16, rounded to the nearest multiple of 8, at least 8."""
        reduced = max(8, (features // 16 + 4) // 8 * 8)
        kwargs = dict(dtype=config.compute_dtype, rngs=rngs)
        self.reduce = nnx.Linear(features, reduced, **kwargs)
        self.expand = nnx.Linear(reduced, features, **kwargs)

    def __call__(self, x: jax.Array) -> jax.Array:
        """Gates x (n, h, w, c)."""
        squeezed = x.mean((1, 2), keepdims=True)
        return x * nnx.sigmoid(self.expand(nnx.relu(self.reduce(squeezed))))


def drop_path(x: jax.Array, rate: float | jax.Array, key: jax.Array | None):
    """Each example's whole branch is 0 with probability `rate`, else x / (1 − rate).

    Without a key it is the identity: the expectation, as evaluation wants it
    (Huang et al. 2016, section 3; kept branches are rescaled in training instead).

    Args:
        x: (n, …).
        rate: In [0, 1); what is being traced is not checked.
        key: Decides which examples.

    Raises:
        ValueError: For another rate.
    """
    if not isinstance(rate, jax.core.Tracer):
        values.share("rate", rate)
    if key is None:
        return x
    keep = jax.random.bernoulli(key, 1 - rate, (len(x), *[1] * (x.ndim - 1)))
    return jnp.where(keep, x / jnp.asarray(1 - rate, x.dtype), 0)
