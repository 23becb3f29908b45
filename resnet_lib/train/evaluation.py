"""How good a model is, with BatchNorm in evaluation mode, and what it takes."""

import dataclasses
import functools

import jax
import jax.numpy as jnp
import numpy as np
from flax import nnx

from resnet_lib import values
from resnet_lib.data.dataset import channels_of, scale_of, streamed
from resnet_lib.inputs import check_images, check_labels
from resnet_lib.train.augment import normalise
from resnet_lib.train.recipe import Recipe
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
        model: Of normalised images (n, h, w, c) to logits.
        data: A `Dataset`, or anything with `images`, uint8 (n, h, w, c), and `labels`,
            (n,). It is normalised with its own `mean` and `std`; without them pixels
            are fractions of 255. Or a `Stream`, of which a few batches are in memory.
        batch_size: Images at a time; the last batch is padded, so that one program
            serves all.

    Raises:
        ValueError: For images or labels that do not fit the model.
    """
    check_data(model, data, values.whole("batch_size", batch_size))
    return measure(model, data, batch_size)


def measure(model: nnx.Module, data, batch_size: int = 1000) -> Evaluation:
    """As `evaluate`, of data that `check_data` has let pass."""
    if streamed(data):
        return _judge_stream(model, data, batch_size)
    return _judge(_logits(model, data, data.images, batch_size), data.labels)


def evaluate_flipped(model: nnx.Module, data, *, batch_size: int = 1000) -> Evaluation:
    """As `evaluate`, with the mean of the logits of each image and of its mirror image.

    A step of its own, to be reported as such: it costs twice the time of `evaluate`.
    """
    check_data(model, data, values.whole("batch_size", batch_size))
    if not getattr(data, "flips", True):
        raise ValueError("the mirror images of this data set are of other classes")
    if streamed(data):
        return _judge_stream(model, data, batch_size, flipped=True)
    images = data.images, data.images[:, :, ::-1]
    plain, mirrored = (_logits(model, data, each, batch_size) for each in images)
    return _judge((plain + mirrored) / 2, data.labels)


def predict(model: nnx.Module, data, *, batch_size: int = 1000) -> np.ndarray:
    """Logits (n, classes), float32, of a data set's images, in evaluation mode.

    Args:
        model: Of normalised images (n, h, w, c) to logits.
        data: As for `evaluate`, in whose order the logits are; it needs no labels.
        batch_size: Images at a time.
    """
    most = values.whole("batch_size", batch_size)
    if streamed(data):
        check_data(model, data, most)
        return np.concatenate([logits for logits, _ in _streamed(model, data, most)])
    if not hasattr(data, "images"):
        raise ValueError(
            "predict takes a data set, by whose mean and std images are normalised: "
            "give a Dataset, or dataclasses.replace(data, images=…, labels=…)"
        )
    check_images(model, data.images)
    return _logits(model, data, data.images, most)


def _judge(logits, labels):
    labels = np.asarray(labels, np.int32)
    return Evaluation(
        accuracy=float((logits.argmax(-1) == labels).mean()),
        loss=float(cross_entropy(jnp.asarray(logits), labels).mean()),
    )


def _judge_stream(model, data, batch_size, flipped=False):
    """As `_judge`; of each image only its loss and whether it was right are kept."""
    losses, right = [], []
    for logits, labels in _streamed(model, data, batch_size, flipped):
        losses.append(cross_entropy(logits, labels))
        right.append(np.asarray(logits.argmax(-1)) == labels)
    return Evaluation(
        accuracy=float(np.concatenate(right).mean()),
        loss=float(jnp.concatenate(losses).mean()),
    )


def _streamed(model, data, most, flipped=False):
    """Logits and labels of a stream's batches, in its order."""
    size, (structure, leaves) = min(most, len(data)), _taken_apart(model, data)
    with data.batches(size) as batches:
        for images, labels in batches:
            views = (images, images[:, :, ::-1]) if flipped else (images,)
            logits = sum(_padded(structure, leaves, view, size) for view in views)
            yield logits[: len(labels)] / len(views), labels


def _logits(model, data, images, most):
    size = min(int(most), len(images))
    structure, leaves = _taken_apart(model, data)
    outputs = [
        _padded(structure, leaves, np.asarray(images[i : i + size]), size)
        for i in range(0, len(images), size)
    ]
    return np.concatenate([np.asarray(part) for part in outputs])[: len(images)]


def _padded(structure, leaves, batch, size):
    """Logits of a batch that may be smaller than `size`, which the result is not."""
    padding = [(0, size - len(batch))] + [(0, 0)] * (batch.ndim - 1)
    return _logits_of_batch(structure, leaves, np.pad(batch, padding))


def check_data(model: nnx.Module, data, most: int = 1) -> None:
    """Raises ValueError unless images and labels fit the model.

    Args:
        model: Of images (n, h, w, c) to logits.
        data: Anything with `images` and `labels`, or a stream: of that one image is
            looked at, and every label that there can be.
        most: Images at a time; the model is traced for so many, but not run.
    """
    if streamed(data):
        images, labels = data.head(1).images, np.arange(len(data.class_names))
    else:
        for name in ("images", "labels"):
            if not hasattr(data, name):
                raise ValueError(
                    f"{values.shown(data)} has no {name}: give a Dataset or a Stream"
                )
        images, labels = data.images, data.labels
    check_images(model, images)
    structure, leaves = _taken_apart(model, data)
    size = len(data) if streamed(data) else len(images)
    shape = (min(most, size), *images.shape[1:])
    batch = jax.ShapeDtypeStruct(shape, np.uint8)
    classes = _logits_of_batch.eval_shape(structure, leaves, batch).shape[-1]
    check_labels(labels, len(labels) if streamed(data) else len(images), classes)


def check_flips(data, recipe: Recipe) -> None:
    """Raises ValueError for a recipe that mirrors images that must not be."""
    if "flip" in recipe.augmentation.split("_") and not getattr(data, "flips", True):
        raise ValueError(
            f"augmentation={recipe.augmentation!r}: the mirror images of this data set "
            "are of other classes: leave flip out"
        )


def _taken_apart(model, data):
    """Structure, in evaluation mode, and scale; arrays: for `_logits_of_batch`."""
    model = nnx.merge(*nnx.split(model))
    model.eval()
    graph, state = nnx.split(model)
    leaves, tree = jax.tree.flatten(state)
    return (graph, tree, *scale_of(data, channels_of(data))), leaves


@functools.partial(jax.jit, static_argnums=0)
def _logits_of_batch(structure, leaves, images):
    graph, tree, mean, std = structure
    model = nnx.merge(graph, jax.tree.unflatten(tree, leaves), copy=True)
    return model(normalise(images, mean, std)).astype(np.float32)
