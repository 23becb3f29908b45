"""What chapter 2 measures of each block of a new network, and its mean-field laws."""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax import nnx

from resnet_lib import ResNet, ResNetConfig, create_model, stack_blocks

PER_NORM = math.pi / (math.pi - 1)
"""What one BatchNorm with ReLU makes of a gradient's squared norm; see chapter 1."""


def by_block(
    config: ResNetConfig, seeds: int, images: jax.Array, labels: jax.Array
) -> tuple[np.ndarray, np.ndarray]:
    """‖F‖ / ‖x‖ of each block and ‖∂L/∂x‖ / ‖∂L/∂y‖, each (seeds, blocks).

    Args:
        config: Of a network with one stage.
        seeds: How many networks are drawn, of seeds 0, 1, ….
        images: Normalised, (n, h, w, c).
        labels: (n,).
    """
    drawn = _drawn(config, seeds)
    graph = nnx.split(drawn[0])[0]
    measure = jax.jit(functools.partial(_measure, graph, config.depths[0], labels))
    found = [measure(nnx.state(model), model.stem(images)) for model in drawn]
    return tuple(np.stack(part) for part in zip(*found, strict=True))


def behind_stem(
    config: ResNetConfig, shares: np.ndarray, images: jax.Array
) -> np.ndarray:
    """The gradient's growth in the first block, by the stem's own variances, (seeds,).

    The law χ_F = π/(π − 1) · 1/s · mean_c(m / v_c): m is the mean square of what the
    stem puts out, and v_c the variance by which the first norm divides channel c. In
    the law of all blocks m / v_c is π/(π − 1) for every channel.

    Args:
        config: As for `by_block`.
        shares: What `by_block` found, (seeds, blocks).
        images: The same.
    """
    growth = []
    for model, share in zip(_drawn(config, len(shares)), shares[:, 0], strict=True):
        stream = model.stem(images)
        of_norm = jnp.mean(jnp.mean(stream**2) / stream.var((0, 1, 2)))
        growth.append(math.sqrt(1 + PER_NORM * float(of_norm) * share**2))
    return np.array(growth)


def stem_variances(
    config: ResNetConfig, seeds: int, images: jax.Array
) -> tuple[float, float]:
    """The part of the stem's mean square that is variance, and a channel's least share.

    Variance over images and positions; of a channel, relative to the mean of all. Both
    are means over draws of the weights.
    """
    found = []
    for model in _drawn(config, seeds):
        stream = model.stem(images)
        variances = stream.var((0, 1, 2))
        mean = variances.mean()
        found.append([mean / jnp.mean(stream**2), variances.min() / mean])
    return tuple(np.mean(found, 0).tolist())


@functools.cache
def _drawn(config, seeds):
    made = (create_model(config, rngs=nnx.Rngs(seed)) for seed in range(seeds))
    return [stack_blocks(model) for model in made]


def _measure(graph, depth, labels, state, stream):
    def visit(block, h, zero):
        h = h + zero
        s, f = block.terms(h)
        return block.join(s, f), jnp.linalg.norm(f) / jnp.linalg.norm(h)

    def loss(zeros):
        model: ResNet = nnx.merge(graph, state, copy=True)
        h, shares = model.stages[0].walk(visit, stream, zeros[:-1])
        logits = model.head(model.pool(h + zeros[-1]))
        losses = optax.softmax_cross_entropy_with_integer_labels(logits, labels)
        return losses.mean(), shares

    zeros = jnp.zeros((depth + 1, *stream.shape))
    gradients, shares = jax.grad(loss, has_aux=True)(zeros)
    norms = jnp.linalg.norm(gradients.reshape(depth + 1, -1), axis=1)
    return shares, norms[:-1] / norms[1:]


def laws(shares: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """What the first block's shares, (seeds, blocks), say of all the others.

    Returns:
        s, the mean square of the first block's input over that of a branch; the share
        1/√(s + l − 1) and the gradient's growth √(1 + (π/(π − 1))² / (s + l − 1)) of
        each block l, (blocks,).
    """
    s = float(np.mean(shares[:, 0] ** -2.0))
    stream = s + np.arange(shares.shape[1])
    return s, stream**-0.5, np.sqrt(1 + PER_NORM**2 / stream)
