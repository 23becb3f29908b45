"""Chapter 2: the block that starts as the identity, and the gallery."""

import jax.numpy as jnp
from flax import nnx

from .blocks import Block


class Starts(Block):
    """Silent at first: the last γ is set to 0 after the fact."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.silence()

    def silence(self):
        self.n2.scale[...] = jnp.zeros_like(self.n2.scale[...])


class StartsByGain(Block):
    """Silent by a gain that is learned, as in SkipInit."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.gain = nnx.Param(jnp.zeros(()))

    def branch(self, x):
        return self.gain[...] * super().branch(x)


class StartsByGains(StartsByGain):
    """A gain for each channel, under a name that norms have too; compiled."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        del self.gain
        self.scale = nnx.Param(jnp.zeros((1, 1, 1, channels)))

    @nnx.jit
    def __call__(self, x):
        f = self.scale[...] * Block.branch(self, x)
        return nnx.relu(self.shortcut(x) + f)


class StartsSmall(Starts):
    def silence(self):
        self.n2.scale[...] = 1e-4 * self.n2.scale[...]


class StartsWithBothZeros(Starts):
    def silence(self):
        super().silence()
        self.c2.kernel[...] = 0 * self.c2.kernel[...]


class StartsConstant(Starts):
    def silence(self):
        super().silence()
        self.n2.bias[...] = jnp.ones_like(self.n2.bias[...])


class StartsSmallByGain(StartsByGain):
    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.gain = nnx.Param(jnp.full((), 1e-4))


class StartsFrozen(Block):
    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.n2.scale = nnx.BatchStat(jnp.zeros(channels))


class StartsTooEarly(Starts):
    def silence(self):
        self.n1.scale[...] = jnp.zeros_like(self.n1.scale[...])


class StartsWithZeroKernel(Starts):
    def silence(self):
        self.c2.kernel[...] = jnp.zeros_like(self.c2.kernel[...])


class StartsWithAllZero(Starts):
    def silence(self):
        for norm in (self.n1, self.n2):
            norm.scale[...] = jnp.zeros_like(norm.scale[...])


class StartsAllSilent(Starts):
    def silence(self):
        super().silence()
        if self.skip is not None:
            self.skip_norm.scale[...] = jnp.zeros_like(self.skip_norm.scale[...])


class StartsForGood(Block):
    def branch(self, x):
        return 0 * super().branch(x)


class StartsUnclipped(Starts):
    def __call__(self, x):
        return self.branch(x) + self.shortcut(x)


class StartsWithReluBefore(Starts):
    def __call__(self, x):
        return nnx.relu(self.shortcut(x) + nnx.relu(self.branch(x)))


class StartsHalved(Starts):
    def __call__(self, x):
        return nnx.relu(self.shortcut(x) / 2 + self.branch(x))


class StartsWithABareArray(Starts):
    def silence(self):
        self.n2.scale = jnp.zeros_like(self.n2.scale[...])


ANSWER = dict(
    A="norm in wrong mode",
    B="ReLU before addition",
    C="stride on wrong convolution",
    D="no projection",
)

RIGHT = [
    ("identity_at_init", Starts),
    ("identity_at_init", StartsByGain),
    ("identity_at_init", StartsByGains),
    ("failure_gallery", ANSWER),
    ("failure_gallery", {k.lower(): v.upper() for k, v in ANSWER.items()}),
    ("failure_gallery", {k: v.replace(" ", "_") for k, v in ANSWER.items()}),
]
WRONG = [
    ("identity_at_init", Block, "F(x) is not 0 yet"),
    ("identity_at_init", StartsTooEarly, "`n1.scale` is a zero too early"),
    ("identity_at_init", StartsWithZeroKernel, "gentler place"),
    ("identity_at_init", StartsWithAllZero, "`n1.scale` and `n2.scale`"),
    ("identity_at_init", StartsWithBothZeros, "`c2.kernel` and `n2.scale`"),
    ("identity_at_init", StartsSmall, "F(x) is small"),
    ("identity_at_init", StartsSmallByGain, "to the last digit"),
    ("identity_at_init", StartsConstant, "F(x) is a constant"),
    ("identity_at_init", StartsFrozen, "is not a parameter"),
    ("identity_at_init", StartsAllSilent, "it was silenced as well"),
    ("identity_at_init", StartsForGood, "it is 0 for good"),
    ("identity_at_init", StartsUnclipped, "The last ReLU is missing"),
    ("identity_at_init", StartsWithReluBefore, "besides the one after it"),
    ("identity_at_init", StartsWithABareArray, "has become a bare array"),
    ("identity_at_init", StartsHalved, "The largest difference"),
    ("failure_gallery", {**ANSWER, "A": "norm shared"}, "fewer norms than conv"),
    ("failure_gallery", {**ANSWER, "B": "no final relu"}, "outputs would be negative"),
    ("failure_gallery", {**ANSWER, "C": "no projection"}, "fewer parameters"),
    ("failure_gallery", {**ANSWER, "D": "bias before norm"}, "a second parameter"),
    ("failure_gallery", {"A": ANSWER["A"]}, "Right so far: A. 3 still to be found"),
    ("failure_gallery", {"A": "bad luck"}, "not in the list"),
    ("failure_gallery", {**ANSWER, "A": "needless projection"}, "a third convolution"),
    ("failure_gallery", {**ANSWER, "E": "norm shared"}, "expects `dict("),
    ("failure_gallery", list(ANSWER.values()), "expects `dict("),
]
