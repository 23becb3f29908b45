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
    """Cross-correlation, (n, h, w, c) with (k, k, c / groups, o), torch's padding."""
    side = kernel.shape[0]
    before, after = padding or (side // 2, side // 2)
    x = np.pad(x, ((0, 0), (before, after), (before, after), (0, 0)))
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


def pool(x, stride, reduce=np.mean):
    """Average (or other) over windows of stride × stride."""
    n, h, w, c = x.shape
    tiles = x.reshape(n, h // stride, stride, w // stride, stride, c)
    return reduce(tiles, axis=(2, 4))


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
        pool_first: D pools before the convolution, or after the norm.
    """

    kind: str = "B"
    always: bool = False
    norm: bool = True
    relu: bool = False
    reduce: object = np.mean
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
            return activate(pool(y, stride, self.reduce) if stride > 1 else y)
        if self.kind == "D" and stride > 1:
            x, stride = pool(x, stride, self.reduce), 1
        return activate(norm(convolve(x, kernel, stride), train))


@dataclasses.dataclass(frozen=True)
class Block:
    """y = ReLU(S(x) + F(x)); see `basic` and `bottleneck` for the two shapes of F.

    Attributes:
        sides: Kernel side of each convolution of F.
        widths: Output channels of each.
        stride: Of the block.
        stride_at: Which convolution has it; None for none.
        groups: Of each convolution.
        norms: Whether each convolution is followed by a norm.
        relus: Whether a ReLU follows each norm but the last.
        relu_first: ReLU between convolution and norm instead of after the norm.
        relu_before: ReLU on F before the addition.
        relu_after: ReLU after the addition.
        same_padding: The padding that `"SAME"` chooses.
        mode: `"follow"` train() and eval(), or always `"train"` or `"eval"`.
        shared: For each norm the one whose place it takes, as `{1: 0}`; "s" is S's.
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
    relu_first: bool = False
    relu_before: bool = False
    relu_after: bool = True
    same_padding: bool = False
    mode: str = "follow"
    shared: tuple[tuple, ...] = ()
    shortcut: Shortcut = Shortcut()
    join: object = np.add

    def __call__(self, x, take, train: bool):
        """The output for x (n, h, w, c)."""
        train = {"follow": train, "train": True, "eval": False}[self.mode]
        take.share(dict(self.shared))
        f, last = x, len(self.sides) - 1
        for i, (side, width) in enumerate(zip(self.sides, self.widths, strict=True)):
            stride = self.stride if i == self.stride_at else 1
            groups = self.groups[i]
            kernel = take.kernel(side, f.shape[-1] // groups, width)
            f = convolve(f, kernel, stride, groups, self._padding(f, side, stride))
            activates = self.relus[i] if i < last else self.relu_before
            if activates and self.relu_first:
                f = relu(f)
            if self.norms[i]:
                f = take.norm(i, width)(f, train)
            if activates and not self.relu_first:
                f = relu(f)
        s = self.shortcut(x, self.widths[-1], self.stride, take, train)
        y = self.join(s, f)
        return relu(y) if self.relu_after else y

    def _padding(self, x, side, stride):
        if not self.same_padding:
            return None
        size = x.shape[1]
        total = max((-(-size // stride) - 1) * stride + side - size, 0)
        return total // 2, total - total // 2


@dataclasses.dataclass(frozen=True)
class Path:
    """A shortcut on its own, to be judged as a block is."""

    widths: tuple[int]
    stride: int
    shortcut: Shortcut = Shortcut(kind="D")
    mode: str = "follow"

    def __call__(self, x, take, train: bool):
        """S(x) for x (n, h, w, c)."""
        train = {"follow": train, "train": True, "eval": False}[self.mode]
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
