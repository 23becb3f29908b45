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
    ("failure_gallery", ANSWER),
]
WRONG = [
    ("identity_at_init", Block, "F(x) is not 0 yet"),
    ("identity_at_init", StartsTooEarly, "has not moved (5 parameters have not)"),
    ("identity_at_init", StartsWithZeroKernel, "gentler place"),
    ("identity_at_init", StartsWithAllZero, "more than one zero"),
    ("identity_at_init", StartsAllSilent, "the shortcut was silenced"),
    ("identity_at_init", StartsForGood, "it is 0 for good"),
    ("identity_at_init", StartsUnclipped, "the last ReLU is missing"),
    ("identity_at_init", StartsWithReluBefore, "besides the one after it"),
    ("identity_at_init", StartsWithABareArray, "has become a bare array"),
    ("identity_at_init", StartsHalved, "The largest difference"),
    ("failure_gallery", {**ANSWER, "A": "norm shared"}, "fewer norms than conv"),
    ("failure_gallery", {**ANSWER, "B": "no final relu"}, "outputs would be negative"),
    ("failure_gallery", {**ANSWER, "C": "no projection"}, "fewer parameters"),
    ("failure_gallery", {**ANSWER, "D": "bias before norm"}, "a second parameter"),
    ("failure_gallery", {"A": ANSWER["A"]}, "Right so far: A. 3 still to be found"),
    ("failure_gallery", {"A": "bad luck"}, "not in the list"),
    ("failure_gallery", list(ANSWER.values()), "expects `dict("),
]
