"""What trains in the page, in JAX: the same garments, network and steps.

Signals of 48 numbers go through D layers, plain h ← φ(W h) or residual h ← h + φ(W h),
between a stem and a head that are linear, all without biases. The browser's is in
`interactive/training.network.js`; a test compares the two.
"""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax

from resnet_lib import data

COUNT, TRAIN, SIDE, GREYS, SEED = 2000, 1600, 14, 64, 0
WIDTH, CLASSES, BATCH, STEPS, RATE = 48, 10, 64, 300, 1e-3
ACTIVATIONS = {"tanh": jnp.tanh, "ReLU": jax.nn.relu, "sigmoid": jax.nn.sigmoid}


def garments() -> tuple[np.ndarray, np.ndarray]:
    """2,000 training images in 64 greys, (n, 14, 14) of uint8, and their labels."""
    train = data.load("train")
    count = min(COUNT, len(train.labels))
    few = np.random.default_rng(SEED).choice(len(train.labels), count, replace=False)
    images = train.images[few].reshape(count, SIDE, 2, SIDE, 2).mean((2, 4))
    greys = np.round(images / 255 * (GREYS - 1)).astype(np.uint8)
    return greys, train.labels[few]


def inputs(greys: np.ndarray) -> np.ndarray:
    """The images as rows, with mean 0 and variance 1 over those to train on."""
    rows = greys.reshape(len(greys), -1).astype(np.float32)
    return (rows - rows[:TRAIN].mean()) / rows[:TRAIN].std()


def initial(depth: int, scale: float, key: jax.Array) -> dict[str, jax.Array]:
    """Weights from N(0, 1 / inputs), those of the layers from N(0, scale² / inputs)."""
    stem, layers, head = jax.random.split(key, 3)
    normal = jax.random.normal
    return {
        "stem": normal(stem, (SIDE**2, WIDTH)) / SIDE,
        "layers": normal(layers, (depth, WIDTH, WIDTH)) * scale / math.sqrt(WIDTH),
        "head": normal(head, (WIDTH, CLASSES)) / math.sqrt(WIDTH),
    }


def logits(weights, x, *, residual: bool, activation: str) -> jax.Array:
    """The network's answers; (n, 10)."""
    phi = ACTIVATIONS[activation]

    def layer(h, w):
        branch = phi(h @ w)
        return (h + branch if residual else branch), None

    h, _ = jax.lax.scan(layer, x @ weights["stem"], weights["layers"])
    return h @ weights["head"]


def loss(weights, x, y, **net) -> jax.Array:
    """Mean cross-entropy, in nats."""
    found = logits(weights, x, **net)
    return optax.softmax_cross_entropy_with_integer_labels(found, y).mean()


@functools.partial(jax.jit, static_argnames=("residual", "activation"))
def train(weights, x, y, chosen, *, residual: bool, activation: str):
    """Adam on the batches `chosen`, (steps, 64).

    Returns:
        The weights, each step's loss, and each layer's ‖∂L/∂W‖ in each step.
    """
    net = {"residual": residual, "activation": activation}
    adam = optax.adam(RATE)

    def step(state, few):
        weights, moments = state
        value, grads = jax.value_and_grad(loss)(weights, x[few], y[few], **net)
        updates, moments = adam.update(grads, moments, weights)
        moved = optax.apply_updates(weights, updates)
        return (moved, moments), (value, _norms(grads["layers"]))

    (weights, _), found = jax.lax.scan(step, (weights, adam.init(weights)), chosen)
    return weights, *found


def _norms(matrices):
    """Of each, over its largest entry first: squares of 1e-25 are 0 in float32."""
    least = jnp.finfo(matrices.dtype).tiny
    most = jnp.maximum(jnp.abs(matrices).max((1, 2)), least)
    return most * jnp.linalg.norm(matrices / most[:, None, None], axis=(1, 2))
