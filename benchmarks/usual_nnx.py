"""A ResNet as Flax NNX tutorials write it, trained by `nnx.jit`: the usual way.

Modules are named as in torchvision, so that one mapping of weights fills every peer.
"""

import jax
import jax.numpy as jnp
import optax
from flax import nnx

from resnet_lib.config import ResNetConfig, inner_width


def conv(i, o, k, stride=1, groups=1, *, rngs):
    """A convolution without bias, padded as in torch."""
    return nnx.Conv(
        i,
        o,
        (k, k),
        strides=stride,
        padding=((k // 2, k // 2),) * 2,
        feature_group_count=groups,
        use_bias=False,
        rngs=rngs,
    )


def norm(channels, *, rngs):
    """Batch normalisation with torch's momentum."""
    return nnx.BatchNorm(channels, momentum=0.9, epsilon=1e-5, rngs=rngs)


class Block(nnx.Module):
    """A basic or bottleneck block."""

    def __init__(self, i, width, stride, config, *, rngs):
        """The convolutions and norms of either block."""
        if config.block == "basic":
            o = width
            plan = [(i, o, 3, stride, 1), (o, o, 3, 1, 1)]
        else:
            o, inner = 4 * width, inner_width(config, width)
            plan = [
                (i, inner, 1, 1, 1),
                (inner, inner, 3, stride, config.groups),
                (inner, o, 1, 1, 1),
            ]
        for number, (a, b, k, s, groups) in enumerate(plan, start=1):
            setattr(self, f"conv{number}", conv(a, b, k, s, groups, rngs=rngs))
            setattr(self, f"bn{number}", norm(b, rngs=rngs))
        self.depth, self.stride, self.grow = len(plan), stride, o - i
        self.downsample = None
        if (stride > 1 or i != o) and config.shortcut == "B":
            self.downsample = nnx.data([conv(i, o, 1, stride, rngs=rngs)])
            self.downsample.append(norm(o, rngs=rngs))

    def __call__(self, x):
        """ReLU(x + F(x))."""
        y = x
        for number in range(1, self.depth + 1):
            y = getattr(self, f"conv{number}")(y)
            y = getattr(self, f"bn{number}")(y)
            y = nnx.relu(y) if number < self.depth else y
        if self.downsample is not None:
            x = self.downsample[1](self.downsample[0](x))
        elif self.grow or self.stride > 1:
            x = x[:, :: self.stride, :: self.stride]
            x = jnp.pad(x, ((0, 0), (0, 0), (0, 0), (0, self.grow)))
        return nnx.relu(x + y)


class UsualResNet(nnx.Module):
    """Stem, stages, mean, head."""

    def __init__(self, config: ResNetConfig, *, rngs: nnx.Rngs):
        """The same network as `ResNet(config)`."""
        self.pool, i = config.stem == "imagenet", config.stem_width
        k, stride = (7, 2) if self.pool else (3, 1)
        self.conv1 = conv(config.in_channels, i, k, stride, rngs=rngs)
        self.bn1 = norm(i, rngs=rngs)
        self.stages = len(config.depths)
        plan = zip(config.widths, config.depths, strict=True)
        for number, (width, depth) in enumerate(plan, start=1):
            blocks = []
            for b in range(depth):
                stride = 2 if b == 0 and number > 1 else 1
                blocks.append(Block(i, width, stride, config, rngs=rngs))
                i = width * config.expansion
            setattr(self, f"layer{number}", nnx.data(blocks))
        self.fc = nnx.Linear(i, config.num_classes, rngs=rngs)

    def __call__(self, x):
        """Logits of images."""
        x = nnx.relu(self.bn1(self.conv1(x)))
        if self.pool:
            x = nnx.max_pool(x, (3, 3), strides=(2, 2), padding=((1, 1), (1, 1)))
        for number in range(1, self.stages + 1):
            for block in getattr(self, f"layer{number}"):
                x = block(x)
        return self.fc(x.mean(axis=(1, 2)))


@nnx.jit
def train_step(model, optimizer, x, y):
    """The step of the tutorials."""

    def loss_fn(model):
        logits = model(x)
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, y)
        return losses.mean()

    loss, grads = nnx.value_and_grad(loss_fn)(model)
    optimizer.update(model, grads)
    return loss


@nnx.jit
def predict(model, x):
    """Logits."""
    return model(x)


def fill(model: UsualResNet, weights: dict) -> None:
    """Copies weights in under torchvision's names."""
    leaves = {"running_mean": "mean", "running_var": "var", "bias": "bias"}
    for name, value in weights.items():
        *path, leaf = name.split(".")
        module = model
        for step in path:
            module = module[int(step)] if step.isdigit() else getattr(module, step)
        if leaf == "num_batches_tracked":
            continue
        if leaf == "weight":
            if value.ndim == 4:
                value, leaf = value.transpose(2, 3, 1, 0), "kernel"
            elif value.ndim == 2:
                value, leaf = value.T, "kernel"
            else:
                leaf = "scale"
        variable = getattr(module, leaves.get(leaf, leaf))
        if variable.shape != value.shape:
            raise ValueError(f"{name}: {value.shape} does not fit {variable.shape}")
        variable[...] = jax.numpy.asarray(value)
