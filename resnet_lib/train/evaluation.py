"""How good a model is, with BatchNorm in evaluation mode."""

import dataclasses

import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.inputs import check_images
from resnet_lib.train import batches
from resnet_lib.train.step import cross_entropy
from resnet_lib.values import whole


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

    Raises:
        ValueError: For images or labels that do not fit the model.
    """
    size = min(whole("batch_size", batch_size), max(1, len(data.images)))
    batches.check_data(model, data, size)
    return judge(predict(model, data.images, batch_size=batch_size), data.labels)


def judge(logits: np.ndarray, labels) -> Evaluation:
    """How good these logits (n, classes) are."""
    labels = np.asarray(labels, np.int32)
    return Evaluation(
        accuracy=float((logits.argmax(-1) == labels).mean()),
        loss=float(cross_entropy(jnp.asarray(logits), labels).mean()),
    )


def predict(model: nnx.Module, images, *, batch_size: int = 1000) -> np.ndarray:
    """Logits (n, classes), float32, of uint8 images, in evaluation mode."""
    check_images(model, images)
    size, n = min(whole("batch_size", batch_size), len(images)), len(images)
    structure, leaves = batches.taken_apart(model)
    outputs = []
    for i in range(0, n, size):
        batch = np.asarray(images[i : i + size])
        padding = [(0, size - len(batch))] + [(0, 0)] * (batch.ndim - 1)
        outputs.append(batches.logits(structure, leaves, np.pad(batch, padding)))
    return np.concatenate([np.asarray(output) for output in outputs])[:n]
