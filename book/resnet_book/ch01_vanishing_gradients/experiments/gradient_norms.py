"""Chapter 1: how much of the gradient reaches each layer, with and without a skip?

The random nets of the chapter's section on fifty layers: Fashion-MNIST shrunk to
14 × 14, so that every layer maps 196 numbers to 196, and weights from N(0, 1/196), the
scale that `nnx.Linear` draws by default. A plain layer computes φ(W h), a residual one
h + φ(W h). Neither has a norm.
"""

import functools
import math

import jax
import jax.numpy as jnp
import numpy as np
import optax

from resnet_lib import data

PRIORITY = 6
DEPTHS = (2, *range(5, 51, 5))
ACTIVATIONS = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu}
ARMS = {f"{name}, {net}": 5 for name in ACTIVATIONS for net in ("plain", "residual")}
SIDE, IMAGES = 14, 128


def cell(arm: str, seed: int, done: dict) -> dict:
    """`profiles`: for each depth the gradient's norm at each layer's input.

    Over that at the last layer's, first layer first.
    """
    activation, net = arm.split(", ")
    given = activation, net == "residual"
    x, y = _images()
    return {"profiles": [_round(profile(*given, d, seed, x, y)) for d in DEPTHS]}


def results(done: dict) -> dict:
    """What the seeds found, for each activation and net.

    Returns:
        `depths`, and `runs`, with `profiles`, the median of the seeds; and `first`, for
        each depth the smallest and the largest of the seeds at the first layer.
    """
    runs = []
    for arm, cells in done.items():
        activation, net = arm.split(", ")
        each = [found["profiles"] for found in cells.values()]
        by_depth = [np.stack(profiles) for profiles in zip(*each, strict=True)]
        runs.append(
            {
                "activation": activation,
                "residual": net == "residual",
                "profiles": [_round(np.median(p, axis=0)) for p in by_depth],
                "first": [_round([p[:, 0].min(), p[:, 0].max()]) for p in by_depth],
            }
        )
    return {"depths": list(DEPTHS), "width": SIDE**2, "runs": runs}


def profile(activation: str, residual: bool, depth: int, seed: int, x, y) -> np.ndarray:
    """Norms of the gradient at each layer's input, over that of the last; (depth,)."""
    norms = np.asarray(_norms(activation, residual, depth, seed, x, y), np.float64)
    return norms[:depth] / norms[depth - 1]


@functools.partial(jax.jit, static_argnums=(0, 1))
def _norms(activation, residual, depth, seed, x, y):
    width = x.shape[1]
    phi = ACTIVATIONS[activation]
    keys = jax.random.split(jax.random.key(seed), max(DEPTHS) + 1)

    def draw(key, outputs):
        return jax.random.normal(key, (width, outputs)) / math.sqrt(width)

    head = draw(keys[0], 10)
    weights = jax.vmap(functools.partial(draw, outputs=width))(keys[1:])

    def loss(zeros):
        def layer(h, given):
            number, w, zero = given
            h = h + zero
            out = phi(h @ w) + (h if residual else 0.0)
            # Layers beyond the depth hand on what they are given: one program for all.
            return jnp.where(number < depth, out, h), None

        h, _ = jax.lax.scan(layer, x, (jnp.arange(len(weights)), weights, zeros))
        losses = optax.softmax_cross_entropy_with_integer_labels(h @ head, y)
        return losses.sum()

    gradients = jax.grad(loss)(jnp.zeros((len(weights), *x.shape)))
    # Squares of gradients below 1e-19 would be zero in float32.
    largest = jnp.abs(gradients).max((1, 2), keepdims=True)
    unit = jnp.where(largest > 0, largest, 1.0)
    return jnp.linalg.norm(gradients / unit, axis=(1, 2)) * unit[:, 0, 0]


def _images():
    train = data.load("train[:2000]")
    small = train.images.reshape(-1, SIDE, 2, SIDE, 2).mean((2, 4))
    small = (small - small.mean()) / small.std()
    x = small[:IMAGES].reshape(IMAGES, -1).astype(np.float32)
    return x, train.labels[:IMAGES]


def _round(numbers):
    return [float(f"{number:.3g}") for number in numbers]
