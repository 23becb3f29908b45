"""How good a model is, with BatchNorm in evaluation mode, and what it takes."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib.inputs import check_images, check_labels
from resnet_lib.train.augment import normalise
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
    check_data(model, data, size)
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
    structure, leaves = taken_apart(model)
    outputs = []
    for i in range(0, n, size):
        batch = np.asarray(images[i : i + size])
        padding = [(0, size - len(batch))] + [(0, 0)] * (batch.ndim - 1)
        outputs.append(logits(structure, leaves, np.pad(batch, padding)))
    return np.concatenate([np.asarray(output) for output in outputs])[:n]


def evaluate_flipped(model: nnx.Module, data, *, batch_size: int = 1000) -> Evaluation:
    """As `evaluate`, with the mean of the logits of each image and of its mirror image.

    A step of its own, to be reported as such: it costs twice the time of `evaluate`.
    """
    size = min(whole("batch_size", batch_size), max(1, len(data.images)))
    check_data(model, data, size)
    plain, mirrored = (
        predict(model, images, batch_size=batch_size)
        for images in (data.images, data.images[:, :, ::-1])
    )
    return judge((plain + mirrored) / 2, data.labels)


def check_data(model: nnx.Module, data, size: int = 1) -> None:
    """Raises ValueError unless `data.images` and `data.labels` fit the model.

    Args:
        model: Of images (n, h, w, c) to logits.
        data: Anything with `images` and `labels`.
        size: Images at a time; the model is traced for so many, but not run.
    """
    check_images(model, data.images)
    check_labels(data.labels, len(data.images), classes(model, data.images, size))


def classes(model: nnx.Module, images, size: int = 1) -> int:
    """How many logits the model has, found by tracing it for `size` images."""
    structure, leaves = taken_apart(model)
    shape = (whole("batch_size", size), *images.shape[1:])
    abstract = jax.ShapeDtypeStruct(shape, np.uint8)
    return logits.eval_shape(structure, leaves, abstract).shape[-1]


def taken_apart(model: nnx.Module):
    """The model's structure and arrays, in evaluation mode, for `logits`."""
    model = nnx.merge(*nnx.split(model))
    model.eval()
    graph, state = nnx.split(model)
    leaves, tree = jax.tree.flatten(state)
    return (graph, tree), leaves


@functools.partial(jax.jit, static_argnums=0)
def logits(structure, leaves, images):
    """Logits (n, classes), float32, of uint8 images."""
    graph, tree = structure
    model = nnx.merge(graph, jax.tree.unflatten(tree, leaves), copy=True)
    return model(normalise(images)).astype(np.float32)
