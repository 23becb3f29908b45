"""Chapter 2: basic blocks whose layers are wrong."""

import jax
from flax import nnx

from .blocks import Block, conv


class SecondStrides(Block):
    def __init__(self, in_channels, channels, stride, *, rngs):
        self.strides = 1, stride
        super().__init__(in_channels, channels, stride, rngs=rngs)


class StridesTwice(Block):
    def __init__(self, in_channels, channels, stride, *, rngs):
        self.strides = stride, stride
        super().__init__(in_channels, channels, stride, rngs=rngs)


class NeverStrides(Block):
    strides = 1, 1


class NoInnerRelu(Block):
    def inner(self, x):
        return self.n1(self.c1(x))


class NoFirstNorm(Block):
    def inner(self, x):
        return nnx.relu(self.c1(x))


class NoSecondNorm(Block):
    def branch(self, x):
        return self.c2(self.inner(x))


class NoNorms(NoFirstNorm):
    def branch(self, x):
        return self.c2(self.inner(x))


class ReluThenNorm(Block):
    def inner(self, x):
        return self.n1(nnx.relu(self.c1(x)))


class SharedNorm(Block):
    def branch(self, x):
        return self.n1(self.c2(self.inner(x)))


class SharedSkipNorm(Block):
    def shortcut(self, x):
        return x if self.skip is None else self.n2(self.skip(x))


class BatchInEvaluation(Block):
    norm_kw = dict(use_running_average=False)

    def eval(self, **attributes):
        return self


class AveragesInTraining(Block):
    norm_kw = dict(use_running_average=True)

    def train(self, **attributes):
        return self


class SamePadding(Block):
    conv_kw = dict(padding="SAME")


class NoPadding(Block):
    conv_kw = dict(padding="VALID")


class Biased(Block):
    conv_kw = dict(use_bias=True)


class LayerNorms(Block):
    def norm(self, channels, rngs):
        return nnx.LayerNorm(channels, rngs=rngs)


class WithoutGamma(Block):
    norm_kw = dict(use_scale=False)


class StopsGradients(Block):
    def inner(self, x):
        return jax.lax.stop_gradient(super().inner(x))


class StopsAtTheInput(Block):
    def inner(self, x):
        return super().inner(jax.lax.stop_gradient(x))


class StopsInTheShortcut(Block):
    def __call__(self, x):
        return super().__call__((x + jax.lax.stop_gradient(x)) / 2)


class WideKernels(Block):
    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.c2 = conv(channels, channels, 5, rngs=rngs)


class KeepsStatistics(nnx.BatchNorm):
    def __call__(self, x):
        if self.use_running_average:
            return super().__call__(x)
        before = self.mean[...], self.var[...]
        y = super().__call__(x)
        self.mean[...], self.var[...] = before
        return y


class StillAverages(Block):
    def norm(self, channels, rngs):
        return KeepsStatistics(channels, rngs=rngs)


class WritesToItsInput(Block):
    def __call__(self, x):
        x[0] = 0
        return super().__call__(x)


class NoneFirst(Block):
    """None, then a layer: the floor's NNX allows it, later ones refuse."""

    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.extra = None
        self.extra = conv(in_channels, channels, 1, stride, rngs=rngs)


class Misspelt(Block):
    def __call__(self, x):
        return nnx.relu(self.branch(x) + self.shortcutt(x))


class KernelOfOneNumber(Block):
    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.c1 = nnx.Conv(in_channels, channels, 3, strides=stride, rngs=rngs)


class TakesTheWrongChannels(Block):
    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.c1 = conv(channels, channels, 3, stride, rngs=rngs)


RIGHT = []
WRONG = [
    ("basic_block", StopsAtTheInput, "the gradient that reaches the input is not"),
    ("basic_block", StopsInTheShortcut, "the gradient that reaches the input is not"),
    ("basic_block", SecondStrides, "stride sits on the second convolution"),
    ("basic_block", StridesTwice, "the two terms of the sum"),
    ("basic_block", NeverStrides, "differ in shape"),
    ("basic_block", NoInnerRelu, "no ReLU between the two"),
    ("basic_block", NoFirstNorm, "between the first convolution and its ReLU"),
    ("basic_block", NoSecondNorm, "no norm after the second"),
    ("basic_block", NoNorms, "There are no norms in F"),
    ("basic_block", ReluThenNorm, "the ReLU comes before the norm"),
    ("basic_block", SharedNorm, "One BatchNorm serves two layers"),
    ("basic_block", SharedSkipNorm, "each layer needs its own norm"),
    ("basic_block", BatchInEvaluation, "moments of the batch in evaluation"),
    ("basic_block", AveragesInTraining, "running averages in training"),
    ("basic_block", SamePadding, '"SAME"'),
    ("basic_block", NoPadding, "Look at the padding"),
    ("basic_block", Biased, "has a bias"),
    ("basic_block", LayerNorms, "is a LayerNorm"),
    ("basic_block", WithoutGamma, "no γ or no β"),
    ("basic_block", StopsGradients, "no gradient reaches"),
    ("basic_block", StillAverages, "do not move"),
    ("basic_block", WideKernels, "Missing is a 3×3 kernel"),
    ("basic_block", KernelOfOneNumber, "`c1` slides along one axis only"),
    ("basic_block", TakesTheWrongChannels, "the first is how many channels arrive"),
    ("basic_block", WritesToItsInput, "immutable"),
    ("basic_block", NoneFirst, "extra"),
    ("basic_block", Misspelt, "shortcutt"),
    ("basic_block", lambda i, c, stride, *, rngs: 3, "not an `nnx.Module`"),
    ("basic_block", Block(4, 4, 1, rngs=nnx.Rngs(0)), "already built"),
]
