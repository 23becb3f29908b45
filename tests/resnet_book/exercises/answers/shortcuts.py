"""Chapter 2: the shortcut, right and wrong."""

import jax.numpy as jnp
from flax import nnx


class Path(nnx.Module):
    """The reader's shortcut of option D."""

    def __init__(self, in_channels, out_channels, stride, *, rngs):
        self.stride = stride
        if self.needed(in_channels, out_channels):
            self.project = nnx.Linear(
                in_channels, out_channels, use_bias=False, rngs=rngs
            )
            self.bn = nnx.BatchNorm(out_channels, rngs=rngs)
        self.active = self.needed(in_channels, out_channels)

    def needed(self, in_channels, out_channels):
        return not (self.stride == 1 and in_channels == out_channels)

    def pool(self, x):
        n, h, w, c = x.shape
        s = self.stride
        return x.reshape(n, h // s, s, w // s, s, c).mean((2, 4))

    def __call__(self, x):
        return self.bn(self.project(self.pool(x))) if self.active else x


class PathConvThenPool(Path):
    def __call__(self, x):
        return self.bn(self.pool(self.project(x))) if self.active else x


class PathCompiled(Path):
    @nnx.jit
    def __call__(self, x):
        return self.bn(self.project(self.pool(x))) if self.active else x


class PathWindowTwo(Path):
    def pool(self, x):
        return nnx.avg_pool(x, (2, 2), (self.stride,) * 2) if self.stride > 1 else x


class PathWindowThree(Path):
    def pool(self, x):
        if self.stride == 1:
            return x
        return nnx.avg_pool(x, (3, 3), (self.stride,) * 2, padding="SAME")


class PathPoolsAlone(Path):
    def __call__(self, x):
        h = self.pool(x)
        changes = self.active and h.shape[-1] != self.project.out_features
        return self.bn(self.project(h)) if changes else h


class PathStuck(Path):
    def __call__(self, x):
        if not self.active:
            return x
        return self.bn(self.project(self.pool(x)), use_running_average=False)


class PathStrided(Path):
    def pool(self, x):
        return x[:, :: self.stride, :: self.stride]


class PathMax(Path):
    def pool(self, x):
        return nnx.max_pool(x, (self.stride,) * 2, strides=(self.stride,) * 2)


class PathSum(Path):
    def pool(self, x):
        return super().pool(x) * self.stride**2


class PathLatePool(Path):
    def __call__(self, x):
        return self.pool(self.bn(self.project(x))) if self.active else x


class PathAlways(Path):
    def needed(self, in_channels, out_channels):
        return True


class PathBare(Path):
    def __call__(self, x):
        return self.project(self.pool(x)) if self.active else x


class PathRelu(Path):
    def __call__(self, x):
        return nnx.relu(super().__call__(x)) if self.active else x


class PathZeros(Path):
    def __call__(self, x):
        if not self.active:
            return x
        x = x[:, :: self.stride, :: self.stride]
        return jnp.pad(x, ((0, 0), (0, 0), (0, 0), (0, 2)))


class PathByTwo(Path):
    def pool(self, x):
        return nnx.avg_pool(x, (2, 2), strides=(2, 2))


class PathBias(Path):
    def __init__(self, in_channels, out_channels, stride, *, rngs):
        super().__init__(in_channels, out_channels, stride, rngs=rngs)
        if self.active:
            self.project = nnx.Linear(in_channels, out_channels, rngs=rngs)


RIGHT = [
    ("shortcut", Path),
    ("shortcut", PathConvThenPool),
    ("shortcut", PathCompiled),
]
WRONG = [
    ("shortcut", PathStrided, "three pixels in four"),
    ("shortcut", PathWindowTwo, "a side of 2"),
    ("shortcut", PathWindowThree, "a side of 3"),
    ("shortcut", PathPoolsAlone, "takes no part"),
    ("shortcut", PathStuck, "The norm uses the moments of the batch"),
    ("shortcut", PathMax, "largest pixel"),
    ("shortcut", PathSum, "sums each window"),
    ("shortcut", PathLatePool, "pool comes after the norm"),
    ("shortcut", PathAlways, "even where shapes agree"),
    ("shortcut", PathBare, "no norm after the 1×1"),
    ("shortcut", PathRelu, "ReLU on the shortcut"),
    ("shortcut", PathZeros, "padded with zeros"),
    ("shortcut", PathByTwo, "(2, 2, 4, 8) is asked for"),
    ("shortcut", PathBias, "has a bias"),
]
