"""ResNet-18 in Flax Linen, as textbooks of the time wrote it."""

import jax
import jax.numpy as jnp
import optax
from flax import linen as nn


class Block(nn.Module):
    """A basic block."""

    width: int
    stride: int

    @nn.compact
    def __call__(self, x, train):
        """ReLU(x + F(x))."""
        y = _conv(self.width, 3, self.stride, "conv1")(x)
        y = nn.relu(_norm("bn1")(y, use_running_average=not train))
        y = _conv(self.width, 3, 1, "conv2")(y)
        y = _norm("bn2")(y, use_running_average=not train)
        if x.shape != y.shape:
            x = _conv(self.width, 1, self.stride, "downsample.0")(x)
            x = _norm("downsample.1")(x, use_running_average=not train)
        return nn.relu(x + y)


class LinenResNet18(nn.Module):
    """Stem, eight blocks, mean, head."""

    classes: int

    @nn.compact
    def __call__(self, x, train=True):
        """Logits of images."""
        x = _conv(64, 7, 2, "conv1")(x)
        x = nn.relu(_norm("bn1")(x, use_running_average=not train))
        x = nn.max_pool(x, (3, 3), (2, 2), ((1, 1), (1, 1)))
        for i, width in enumerate((64, 128, 256, 512)):
            for j in range(2):
                stride = 2 if i and not j else 1
                x = Block(width, stride, name=f"layer{i + 1}.{j}")(x, train)
        return nn.Dense(self.classes, name="fc")(x.mean((1, 2)))


def _conv(width, k, stride, name):
    padding = ((k // 2, k // 2),) * 2
    return nn.Conv(
        width, (k, k), (stride, stride), padding=padding, use_bias=False, name=name
    )


def _norm(name):
    return nn.BatchNorm(momentum=0.9, epsilon=1e-5, name=name)


def train_step(model: LinenResNet18, tx):
    """A compiled step of state (parameters, statistics, optimiser)."""

    @jax.jit
    def step(state, x, y):
        params, stats, opt = state

        def loss_fn(params):
            logits, moved = model.apply(
                {"params": params, "batch_stats": stats}, x, mutable=["batch_stats"]
            )
            losses = optax.softmax_cross_entropy_with_integer_labels(logits, y)
            return losses.mean(), moved["batch_stats"]

        (loss, moved), grads = jax.value_and_grad(loss_fn, has_aux=True)(params)
        updates, opt = tx.update(grads, opt, params)
        return (optax.apply_updates(params, updates), moved, opt), loss

    return step


def variables(weights: dict) -> tuple[dict, dict]:
    """Parameters and statistics from weights under torchvision's names."""
    params, stats = {}, {}
    for name, value in weights.items():
        *path, leaf = name.split(".")
        if leaf == "num_batches_tracked":
            continue
        tree, value = params, jnp.asarray(value)
        if leaf.startswith("running_"):
            tree, leaf = stats, leaf.removeprefix("running_")
        elif leaf == "weight":
            leaf = "kernel" if value.ndim > 1 else "scale"
            value = value.transpose(2, 3, 1, 0) if value.ndim == 4 else value.T
        if path[0].startswith("layer"):
            path = [".".join(path[:2]), ".".join(path[2:])]
        for step in path:
            tree = tree.setdefault(step, {})
        tree[leaf] = value
    return params, stats
