"""What may be trained and measured on: data that fit a model, batches that fit both."""

import functools

import jax
import numpy as np
from flax import nnx

from resnet_lib.inputs import check_images, check_labels
from resnet_lib.train.augment import normalise
from resnet_lib.train.recipe import Recipe
from resnet_lib.values import whole


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


def steps_in(recipe: Recipe, images: int, devices: int = 1) -> int:
    """Steps of an epoch.

    Raises:
        ValueError: When there is none, when batches cannot be shared out among the
            devices, or when the run has more steps than can be counted.
    """
    size = recipe.batch_size
    if size > images:
        raise ValueError(
            f"batch_size={size} is larger than the training set: choose at most "
            f"{images}"
        )
    below = size // devices * devices
    if size != below:
        choices = [str(choice) for choice in (below, below + devices) if choice]
        raise ValueError(
            f"batch_size={size} does not divide over {devices} devices: choose "
            f"{' or '.join(choices)}"
        )
    steps, most = images // size, 2**31 - 1
    if steps * recipe.epochs > most:
        raise ValueError(
            f"epochs={recipe.epochs} are more steps than can be counted: choose at "
            f"most {most // steps}"
        )
    return steps
