"""Chapter 3: bottleneck blocks, right and wrong."""

from flax import nnx


def conv(i, o, side, stride=1, *, rngs, groups=1):
    return nnx.Conv(
        i,
        o,
        (side, side),
        strides=stride,
        padding=side // 2,
        feature_group_count=groups,
        use_bias=False,
        rngs=rngs,
    )


class Bottleneck(nnx.Module):
    """The reader's bottleneck, of lists; subclasses go wrong in one place each."""

    strides_at, expansion = 1, 4

    def __init__(self, in_channels, width, stride, *, rngs):
        self.build(in_channels, width, self.expansion * width, 1, stride, rngs)

    def build(self, i, inner, out, groups, stride, rngs):
        strides = [stride if k == self.strides_at else 1 for k in range(3)]
        ends = [(i, inner), (inner, inner), (inner, out)]
        self.convs = nnx.data(
            [
                conv(a, b, side, s, rngs=rngs, groups=g)
                for (a, b), side, s, g in zip(
                    ends, (1, 3, 1), strides, self.groups(groups), strict=True
                )
            ]
        )
        self.norms = nnx.data([nnx.BatchNorm(o, rngs=rngs) for _, o in ends])
        if stride > 1 or i != out:
            self.around = nnx.Sequential(
                conv(i, out, 1, stride, rngs=rngs), nnx.BatchNorm(out, rngs=rngs)
            )
        else:
            self.around = nnx.identity

    def groups(self, groups):
        return 1, groups, 1

    def activate(self, k, x):
        return nnx.relu(x)

    def normalise(self, k, x):
        return self.norms[k](x)

    def __call__(self, x):
        f = x
        for k in range(3):
            f = self.normalise(k, self.convs[k](f))
            f = self.activate(k, f) if k < 2 else f
        return nnx.relu(f + self.around(x))


class Linears(nnx.Module):
    """The 1×1 convolutions are linear layers."""

    def __init__(self, in_channels, width, stride, *, rngs):
        def linear(i, o):
            return nnx.Linear(i, o, use_bias=False, rngs=rngs)

        out = 4 * width
        self.down, self.up = linear(in_channels, width), linear(width, out)
        self.middle = conv(width, width, 3, stride, rngs=rngs)
        sizes = (width, width, out, out)
        changes = in_channels != out or stride != 1
        self.norms = nnx.data(
            [nnx.BatchNorm(s, rngs=rngs) for s in sizes[: 3 + changes]]
        )
        self.around = linear(in_channels, out) if changes else None
        self.stride = stride

    def __call__(self, x):
        f = nnx.relu(self.norms[0](self.down(x)))
        f = nnx.relu(self.norms[1](self.middle(f)))
        f = self.norms[2](self.up(f))
        if self.around is not None:
            x = self.norms[3](self.around(x[:, :: self.stride, :: self.stride]))
        return nnx.relu(x + f)


class Compiled(Bottleneck):
    @nnx.jit
    def __call__(self, x):
        return super().__call__(x)


class StrideOnFirst(Bottleneck):
    strides_at = 0


class StrideOnLast(Bottleneck):
    strides_at = 2


class Narrow(Bottleneck):
    expansion = 1


class NoFirstRelu(Bottleneck):
    def activate(self, k, x):
        return x if k == 0 else nnx.relu(x)


class NoSecondRelu(Bottleneck):
    def activate(self, k, x):
        return x if k == 1 else nnx.relu(x)


class NoInnerRelus(Bottleneck):
    def activate(self, k, x):
        return x


class NoNorms(Bottleneck):
    def normalise(self, k, x):
        return x


class NoNorm0(Bottleneck):
    def normalise(self, k, x):
        return x if k == 0 else self.norms[k](x)


class NoNorm1(Bottleneck):
    def normalise(self, k, x):
        return x if k == 1 else self.norms[k](x)


class NoNorm2(Bottleneck):
    def normalise(self, k, x):
        return x if k == 2 else self.norms[k](x)


class OneNorm(Bottleneck):
    def normalise(self, k, x):
        return self.norms[0 if k == 1 else k](x)


class ReluBefore(Bottleneck):
    def normalise(self, k, x):
        return nnx.relu(self.norms[k](x))


RIGHT = [
    ("bottleneck", Bottleneck),
    ("bottleneck", Linears),
    ("bottleneck", Compiled),
]

WRONG = [
    ("bottleneck", StrideOnFirst, "stride sits on the first 1×1"),
    ("bottleneck", StrideOnLast, "stride sits on the last 1×1"),
    ("bottleneck", Narrow, "is there to widen again"),
    ("bottleneck", NoFirstRelu, "no ReLU before the 3×3"),
    ("bottleneck", NoSecondRelu, "no ReLU after the 3×3"),
    ("bottleneck", NoInnerRelus, "its layers are linear"),
    ("bottleneck", NoNorms, "There are no norms in F"),
    ("bottleneck", NoNorm0, "no norm after the first 1×1"),
    ("bottleneck", NoNorm1, "no norm after the 3×3"),
    ("bottleneck", NoNorm2, "no norm after the last 1×1"),
    ("bottleneck", OneNorm, "One BatchNorm serves two layers"),
    ("bottleneck", ReluBefore, "besides the one after it"),
]
