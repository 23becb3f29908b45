"""Chapter 2: basic blocks whose two paths or their sum are wrong."""

import jax.numpy as jnp
from flax import nnx

from .blocks import Block


class ReluBefore(Block):
    def __call__(self, x):
        return self.shortcut(x) + nnx.relu(self.branch(x))


class ReluTwice(Block):
    def __call__(self, x):
        return nnx.relu(self.shortcut(x) + nnx.relu(self.branch(x)))


class NoLastRelu(Block):
    def __call__(self, x):
        return self.shortcut(x) + self.branch(x)


class Plain(Block):
    def __call__(self, x):
        return nnx.relu(self.branch(x))


class PlainWhereShapesChange(Block):
    def needs_projection(self, *_):
        return False

    def __call__(self, x):
        f = self.branch(x)
        return nnx.relu(x + f if x.shape == f.shape else f)


class NoProjection(Block):
    def needs_projection(self, *_):
        return False


class ForgottenProjection(Block):
    def __call__(self, x):
        return nnx.relu(x + self.branch(x))


class AlwaysProjects(Block):
    def needs_projection(self, *_):
        return True


class BuiltForNothing(AlwaysProjects):
    def __call__(self, x):
        f = self.branch(x)
        return nnx.relu(f + (x if x.shape == f.shape else self.shortcut(x)))


class ForgetsStride(Block):
    def needs_projection(self, in_channels, channels, stride):
        return in_channels != channels


class ForgetsChannels(Block):
    def needs_projection(self, in_channels, channels, stride):
        return stride != 1


class PadsWithZeros(NoProjection):
    def shortcut(self, x):
        if self.c1.in_features == self.c1.out_features:
            return x
        return jnp.pad(x[:, ::2, ::2], ((0, 0), (0, 0), (0, 0), (0, 2)))


class BareProjection(Block):
    def shortcut(self, x):
        return x if self.skip is None else self.skip(x)


class ReluOnProjection(Block):
    def shortcut(self, x):
        return x if self.skip is None else nnx.relu(super().shortcut(x))


class LosesItsInput(Block):
    def __call__(self, x):
        x = self.branch(x)
        return nnx.relu(x + x)


class Subtracts(Block):
    def __call__(self, x):
        return nnx.relu(self.shortcut(x) - self.branch(x))


class Multiplies(Block):
    def __call__(self, x):
        return nnx.relu(self.shortcut(x) * self.branch(x))


class Averages(Block):
    def __call__(self, x):
        return nnx.relu((self.shortcut(x) + self.branch(x)) / 2)


class Concatenates(Block):
    def __call__(self, x):
        return nnx.relu(jnp.concatenate([self.shortcut(x), self.branch(x)], -1))


class Scaled(Block):
    def __call__(self, x):
        return nnx.relu(self.shortcut(x) + 1.3 * self.branch(x))


class Shrinks(Block):
    def __call__(self, x):
        return super().__call__(x)[:, 1:]


class LeavesTheBranchOut(Block):
    def __call__(self, x):
        self.branch(x)
        return nnx.relu(self.shortcut(x))


RIGHT = []
WRONG = [
    ("basic_block", ReluBefore, "sits before the addition"),
    ("basic_block", ReluTwice, "besides the one after it"),
    ("basic_block", NoLastRelu, "last ReLU is missing"),
    ("basic_block", Plain, "Nothing is added to F(x)"),
    ("basic_block", PlainWhereShapesChange, "x is left out without a word"),
    ("basic_block", NoProjection, "there is no projection to bring them together"),
    ("basic_block", ForgottenProjection, "Does x pass through the projection"),
    ("basic_block", AlwaysProjects, "a projection even where shapes agree"),
    ("basic_block", BuiltForNothing, "is built and then takes no part"),
    ("basic_block", ForgetsStride, "When exactly do the shapes"),
    ("basic_block", ForgetsChannels, "For in_channels=6, channels=8, stride=1 it st"),
    ("basic_block", PadsWithZeros, "padded with zeros"),
    ("basic_block", BareProjection, "The projection has no norm"),
    ("basic_block", ReluOnProjection, "a ReLU on the projected shortcut"),
    ("basic_block", LosesItsInput, "F(x) is added to itself"),
    ("basic_block", LeavesTheBranchOut, "worked out and then left out"),
    ("basic_block", Subtracts, "subtracted"),
    ("basic_block", Multiplies, "multiplied"),
    ("basic_block", Averages, "halved"),
    ("basic_block", Concatenates, "(2, 6, 6, 8) is asked for"),
    ("basic_block", Scaled, "The largest difference is"),
    ("basic_block", Shrinks, "the shape is (2, 5, 6, 8)"),
]
