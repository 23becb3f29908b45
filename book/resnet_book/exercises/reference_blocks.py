"""Residual blocks in NumPy, with every mistake that the checks recognise as a field.

Written apart from `resnet_lib.blocks`, in float64, and with nothing to compile: dozens
of wrong versions run in the time that JAX needs to compile one.
"""

import dataclasses

import numpy as np

EPSILON = 1e-5


@dataclasses.dataclass(frozen=True)
class Norm:
    """Values of one BatchNorm, each (c,)."""

    scale: np.ndarray
    bias: np.ndarray
    mean: np.ndarray
    var: np.ndarray
    epsilon: float = EPSILON

    def __call__(self, x, train: bool):
        """Normalises x (n, h, w, c) with the batch's moments or the running ones."""
        mean, var = (
            (x.mean((0, 1, 2)), x.var((0, 1, 2))) if train else (self.mean, self.var)
        )
        return self.scale * (x - mean) / np.sqrt(var + self.epsilon) + self.bias


def convolve(x, kernel, stride=1, groups=1, padding=None):
    """Cross-correlation, (n, h, w, c) with (k, k, c / groups, o), padded by k // 2."""
    side = kernel.shape[0]
    padding = padding or [(side // 2, side // 2)] * 2
    x = np.pad(x, ((0, 0), *padding, (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (side, side), (1, 2))
    windows = windows[:, ::stride, ::stride]
    parts = zip(
        np.split(windows, groups, axis=3), np.split(kernel, groups, axis=3), strict=True
    )
    outputs = [np.tensordot(p, k, ((4, 5, 3), (0, 1, 2))) for p, k in parts]
    return np.concatenate(outputs, axis=3)


def relu(x):
    """The positive part."""
    return np.maximum(x, 0)


def pool(x, stride, reduce=np.mean, window=None):
    """Average (or other) over windows, those of a larger one padded at the far end."""
    window = window or stride
    far = max(window - stride, 0)
    x = np.pad(x, ((0, 0), (0, far), (0, far), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (window, window), (1, 2))
    return reduce(windows[:, ::stride, ::stride], axis=(4, 5))


@dataclasses.dataclass(frozen=True)
class Shortcut:
    """S(x), by its mistakes.

    Attributes:
        kind: B strided 1×1; D pool, then 1×1; A subsample and pad with zeros; `"skip"`
            nothing where shapes differ; `"none"` nothing anywhere.
        always: Project even where shapes agree.
        norm: A norm follows the 1×1 convolution.
        relu: A ReLU follows the norm.
        reduce: What the pool of D does with a window.
        window: Its side, where it is not the stride.
        pool_first: D pools before the convolution, or after the norm.
    """

    kind: str = "B"
    always: bool = False
    norm: bool = True
    relu: bool = False
    reduce: object = np.mean
    window: int | None = None
    pool_first: bool = True

    def __call__(self, x, out, stride, take, train):
        """`take` hands out kernels and norms in the order of use."""
        if self.kind == "none":
            return np.zeros(1)
        if stride == 1 and x.shape[-1] == out and not self.always:
            return x
        if self.kind == "skip":
            return np.zeros(1)
        if self.kind == "A":
            x = x[:, ::stride, ::stride]
            return np.pad(x, ((0, 0), (0, 0), (0, 0), (0, out - x.shape[-1])))
        kernel = take.kernel(1, x.shape[-1], out)
        norm = take.norm("s", out) if self.norm else lambda y, _: y
        activate = relu if self.relu else lambda y: y
        if self.kind == "D" and not self.pool_first:
            y = norm(convolve(x, kernel), train)
            return activate(self._pool(y, stride))
        if self.kind == "D":
            x, stride = self._pool(x, stride), 1
        return activate(norm(convolve(x, kernel, stride), train))

    def _pool(self, x, stride):
        return pool(x, stride, self.reduce, self.window) if stride > 1 else x


@dataclasses.dataclass(frozen=True)
class Block:
    """y = ReLU(S(x) + F(x)); see `basic` and `bottleneck` for the two shapes of F.

    Attributes:
        sides: Kernel side of each convolution of F.
        widths: Output channels of each.
        stride: Of the block.
        stride_at: Which convolution has it; None for none.
        groups: Of each convolution.
        apart: Each group has a kernel of its own.
        norms: Whether each convolution has a norm.
        relus: Whether each convolution but the last has a ReLU.
        order: Of convolution, norm and ReLU, by their initials.
        relu_before: ReLU on F before the addition.
        relu_after: ReLU after the addition.
        padding: `"torch"`, or what `"SAME"` chooses.
        fixed: Norms whose mode never changes, as (name, whether it is training mode).
        shared: For each norm the one whose place it takes, as `{1: 0}`; "s" is S's.
        sees: What S is given: `"x"`, or what the first ReLU puts out (`"relu"`).
        shortcut: S.
        join: S and F to their sum.
    """

    sides: tuple[int, ...]
    widths: tuple[int, ...]
    stride: int
    stride_at: int | None
    groups: tuple[int, ...]
    norms: tuple[bool, ...]
    relus: tuple[bool, ...]
    apart: bool = False
    order: str = "cnr"
    relu_before: bool = False
    relu_after: bool = True
    padding: str = "torch"
    fixed: tuple[tuple, ...] = ()
    shared: tuple[tuple, ...] = ()
    sees: str = "x"
    shortcut: Shortcut = Shortcut()
    join: object = np.add

    def __call__(self, x, take, train: bool):
        """The output for x (n, h, w, c)."""
        take.share(dict(self.shared))
        fixed, f, activated = dict(self.fixed), x, None
        for i in range(len(self.sides)):
            for letter in self.order:
                if letter == "c":
                    f = self._convolve(i, f, take)
                elif letter == "n" and self.norms[i]:
                    f = take.norm(i, f.shape[-1])(f, fixed.get(i, train))
                elif letter == "r" and self._activates(i):
                    f = relu(f)
                    activated = f if activated is None else activated
        sees_x = self.sees == "x" or (self.order == "nrc" and x.shape == f.shape)
        seen = x if sees_x else activated
        s = self.shortcut(
            seen, self.widths[-1], self.stride, take, fixed.get("s", train)
        )
        y = self.join(s, f)
        return relu(y) if self.relu_after else y

    def _activates(self, i):
        return (*self.relus, self.relu_before or self.order == "nrc")[i]

    def _convolve(self, i, x, take):
        stride = self.stride if i == self.stride_at else 1
        side, groups, width = self.sides[i], self.groups[i], self.widths[i]
        inputs, kernels = x.shape[-1] // groups, groups if self.apart else 1
        kernel = np.concatenate(
            [take.kernel(side, inputs, width // kernels) for _ in range(kernels)], 3
        )
        padding = [self._padding(n, side, stride) for n in x.shape[1:3]]
        return convolve(x, kernel, stride, groups, padding)

    def _padding(self, size, side, stride):
        if self.padding == "torch":
            return side // 2, side // 2
        total = max((-(-size // stride) - 1) * stride + side - size, 0)
        return total // 2, total - total // 2


@dataclasses.dataclass(frozen=True)
class Path:
    """A shortcut on its own, to be judged as a block is."""

    widths: tuple[int]
    stride: int
    shortcut: Shortcut = Shortcut(kind="D")
    fixed: tuple[tuple, ...] = ()

    def __call__(self, x, take, train: bool):
        """S(x) for x (n, h, w, c)."""
        train = dict(self.fixed).get("s", train)
        return self.shortcut(x, self.widths[-1], self.stride, take, train)


def path(in_channels, out_channels, stride) -> Path:
    """Option D: pool, 1×1 convolution, norm; x itself where shapes agree."""
    return Path((out_channels,), stride)


def basic(in_channels, channels, stride) -> Block:
    """Two 3×3 convolutions."""
    return _block((3, 3), (channels, channels), stride, 0)


def bottleneck(in_channels, width, stride) -> Block:
    """1×1, 3×3 with the stride, 1×1 to four times the width."""
    return _block((1, 3, 1), (width, width, 4 * width), stride, 1)


def resnext(in_channels, out_channels, cardinality, group_width, stride) -> Block:
    """A bottleneck whose 3×3 is grouped."""
    inner = cardinality * group_width
    block = _block((1, 3, 1), (inner, inner, out_channels), stride, 1)
    return dataclasses.replace(block, groups=(1, cardinality, 1))


def _block(sides, widths, stride, stride_at):
    n = len(sides)
    return Block(
        sides, widths, stride, stride_at, (1,) * n, (True,) * n, (True,) * (n - 1)
    )
