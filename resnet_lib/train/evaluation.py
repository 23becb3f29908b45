"""How good a model is, with BatchNorm in evaluation mode."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.augment import normalise
from resnet_lib.train.step import cross_entropy


@dataclasses.dataclass(frozen=True)
class Evaluation:
    """What `evaluate` found.

    Attributes:
        accuracy: Fraction of right answers.
        loss: Mean cross-entropy without smoothing, in nats.
    """

    accuracy: float
    loss: float


def evaluate(model: nnx.Module, data, *, batch_size: int = 1000) -> Evaluation:
    """Accuracy and loss on a data set, with the running averages of batch statistics.

    The model's own mode is left as it was.

    Args:
        model: Of images (n, h, w, c) to logits.
        data: Anything with `images`, uint8 (n, h, w, c), and `labels`, (n,).
        batch_size: Images at a time; the last batch is padded, so that one program
            serves all.
    """
    logits = predict(model, data.images, batch_size=batch_size)
    labels = np.asarray(data.labels)
    return Evaluation(
        accuracy=float((logits.argmax(-1) == labels).mean()),
        loss=float(cross_entropy(jnp.asarray(logits), labels).mean()),
    )


def predict(model: nnx.Module, images, *, batch_size: int = 1000) -> np.ndarray:
    """Logits (n, classes), float32, of uint8 images, in evaluation mode."""
    if len(images) == 0:
        raise ValueError("there are no images to predict: the array is empty")
    model = nnx.merge(*nnx.split(model))
    model.eval()
    graph, state = nnx.split(model)
    leaves, tree = jax.tree.flatten(state)
    size, n = min(batch_size, len(images)), len(images)
    outputs = []
    for i in range(0, n, size):
        batch = np.asarray(images[i : i + size])
        padding = [(0, size - len(batch))] + [(0, 0)] * (batch.ndim - 1)
        outputs.append(_logits((graph, tree), leaves, np.pad(batch, padding)))
    return np.concatenate([np.asarray(output) for output in outputs])[:n]


@functools.partial(jax.jit, static_argnums=0)
def _logits(structure, leaves, images):
    graph, tree = structure
    model = nnx.merge(graph, jax.tree.unflatten(tree, leaves), copy=True)
    return model(normalise(images)).astype(jnp.float32)
