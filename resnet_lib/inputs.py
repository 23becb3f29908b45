"""Images and labels that fit a model, checked before anything is compiled.

A label that does not exist would train in silence: its one-hot vector is zero.
"""

import jax
import jax.numpy as jnp
import numpy as np


def check_images(model, images, dtype=np.uint8) -> None:
    """Raises ValueError unless these are images (n, h, w, c) that the model takes.

    Args:
        model: What has a `config` says how many channels it takes.
        images: Any array.
        dtype: What the images must be, a type or a kind such as `np.floating`.
    """
    shape, found = np.shape(images), getattr(images, "dtype", type(images).__name__)
    channels = getattr(getattr(model, "config", None), "in_channels", None)
    fits = len(shape) == 4 and channels in (None, shape[-1])
    if not (fits and isinstance(found, np.dtype) and jnp.issubdtype(found, dtype)):
        raise ValueError(
            f"images are {found} of shape {shape}: they must be {dtype.__name__} of "
            f"shape (n, h, w, {channels or 'c'})"
        )
    if 0 in shape:
        raise ValueError(f"there are no images: the array is empty, of shape {shape}")


def check_labels(labels, count: int, classes: int) -> None:
    """Raises ValueError unless these are `count` whole numbers from 0 to `classes` − 1.

    The range of labels that are being traced is not known, and not checked.
    """
    traced = isinstance(labels, jax.core.Tracer)
    labels = labels if traced else np.asarray(labels)
    fits = labels.shape == (count,) and jnp.issubdtype(labels.dtype, jnp.integer)
    span = ""
    if labels.size and labels.dtype.kind in "biuf" and not traced:
        low, high = labels.min(), labels.max()
        span, fits = f" from {low} to {high}", fits and 0 <= low and high < classes
    if not fits:
        raise ValueError(
            f"labels are {labels.dtype}{span} of shape {labels.shape}: they must be "
            f"whole numbers from 0 to {classes - 1}, one an image, of shape ({count},)"
        )
