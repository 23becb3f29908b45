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


class RenamesInside(Block):
    def __call__(self, x):
        x = self.inner(x)
        return nnx.relu(self.n2(self.c2(x)) + self.shortcut(x))


class ReluOnBoth(Block):
    def __call__(self, x):
        return nnx.relu(self.shortcut(x)) + nnx.relu(self.branch(x))


class AddsTwice(Block):
    def __call__(self, x):
        f = self.branch(x)
        return nnx.relu(self.shortcut(x) + f + f)


class ComparesByStride(Block):
    def needs_projection(self, in_channels, channels, stride):
        return in_channels * stride != channels


class ReturnsBoth(Block):
    def __call__(self, x):
        return super().__call__(x), x


class ReturnsInOneBranch(Block):
    def __call__(self, x):
        if self.skip is None:
            return super().__call__(x)


class PreActivation(Block):
    def __init__(self, in_channels, channels, stride, *, rngs):
        super().__init__(in_channels, channels, stride, rngs=rngs)
        self.n1 = self.norm(in_channels, rngs)

    def branch(self, x):
        return self.c2(nnx.relu(self.n2(self.c1(nnx.relu(self.n1(x))))))

    def __call__(self, x):
        return self.branch(x) + self.shortcut(x)


class PreActivationOfBoth(PreActivation):
    """The projection sees what is activated already, and has no norm."""

    def __call__(self, x):
        s = x if self.skip is None else self.skip(nnx.relu(self.n1(x)))
        return self.branch(x) + s


def stuck(mode, *which):
    """A block whose calls of some norms have a mode of their own."""

    class Stuck(Block):
        def norm(self, channels, rngs):
            return nnx.BatchNorm(channels, rngs=rngs)

        def apply(self, name, h):
            kw = {"use_running_average": mode} if name in which else {}
            return getattr(self, name)(h, **kw)

        def branch(self, x):
            return self.apply("n2", self.c2(nnx.relu(self.apply("n1", self.c1(x)))))

        def shortcut(self, x):
            return x if self.skip is None else self.apply("skip_norm", self.skip(x))

    return Stuck


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
    ("basic_block", RenamesInside, "what the first layers of F have made of x"),
    ("basic_block", ReluOnBoth, "a ReLU of its own"),
    ("basic_block", AddsTwice, "F(x) is added twice"),
    ("basic_block", ComparesByStride, "works for in_channels=6, channels=8, stride=2"),
    ("basic_block", ReturnsBoth, "a tuple of 2"),
    ("basic_block", ReturnsInOneBranch, "a branch without a `return`"),
    ("basic_block", PreActivation, "this is pre-activation"),
    ("basic_block", PreActivationOfBoth, "this is pre-activation"),
    (
        "basic_block",
        stuck(False, "n1", "n2", "skip_norm"),
        "Every BatchNorm uses the m",
    ),
    ("basic_block", stuck(False, "n1", "n2"), "Every BatchNorm of F uses the moments"),
    ("basic_block", stuck(False, "skip_norm"), "The shortcut's BatchNorm uses the mom"),
    ("basic_block", stuck(True, "n2"), "The second BatchNorm of F uses the running"),
    ("basic_block", Concatenates, "(2, 6, 4, 8) is asked for"),
    ("basic_block", Scaled, "The largest difference is"),
    ("basic_block", Shrinks, "the shape is (2, 5, 4, 8)"),
]
