"""Images on the device: from bytes to normalised floats, with or without distortion."""

import math

import jax
import jax.numpy as jnp
import numpy as np

from resnet_lib import values

RATIO = math.log(1 / 0.3)  # of the sides of what is erased

AUGMENTATIONS = ("none", "flip", "crop", "erase", "crop_flip", "crop_erase")
AUGMENTATIONS += ("flip_erase", "crop_flip_erase")


def normalise(images: jax.Array, mean, std) -> jax.Array:
    """(x / 255 − mean) / std, float32, of uint8 images (n, h, w, c).

    Args:
        images: Of a data set.
        mean: The data set's own, one number or one per channel.
        std: Likewise.
    """
    return (images.astype(jnp.float32) / 255 - np.float32(mean)) / np.float32(std)


def augment(key: jax.Array, images: jax.Array, how: str = "crop_flip") -> jax.Array:
    """Distorts each image on its own, in a way that keeps its label.

    Args:
        key: Decides every draw.
        images: (n, h, w, c), any dtype; black is 0.
        how: `"none"`, or some of `flip` (left to right, half of them), `crop` (shifted
            by up to two pixels each way, black coming in at the edge) and `erase` (a
            rectangle of noise, in half of them), joined as in `"crop_flip_erase"`.

    Returns:
        The same shape and dtype.

    Raises:
        ValueError: For another `how`.
    """
    parts = values.choice("how", how, *AUGMENTATIONS).split("_")
    flip_key, crop_key, erase_key = jax.random.split(key, 3)
    images = flip(flip_key, images) if "flip" in parts else images
    images = shift(crop_key, images) if "crop" in parts else images
    return erase(erase_key, images) if "erase" in parts else images


def flip(key: jax.Array, images: jax.Array) -> jax.Array:
    """Mirrors each image left to right with probability ½."""
    mirrored = jax.random.bernoulli(key, 0.5, (images.shape[0], 1, 1, 1))
    return jnp.where(mirrored, images[:, :, ::-1], images)


def shift(key: jax.Array, images: jax.Array, reach: int = 2) -> jax.Array:
    """Moves each image by a whole number of pixels, up to `reach` on each axis."""
    n, h, w, c = images.shape
    sides = ((0, 0), (reach, reach), (reach, reach), (0, 0))
    corners = jax.random.randint(key, (n, 2), 0, 2 * reach + 1)

    def crop(image, corner):
        return jax.lax.dynamic_slice(image, (corner[0], corner[1], 0), (h, w, c))

    return jax.vmap(crop)(jnp.pad(images, sides), corners)


def erase(key: jax.Array, images: jax.Array) -> jax.Array:
    """Fills a rectangle of an image with noise, with probability ½.

    The rectangle has 2 to 40 % of the area and sides in a ratio of 0.3 to 1/0.3, but
    does not reach over the edge (Zhong et al. 2017, "Random erasing").
    """
    n, h, w, _ = images.shape
    often, area, ratio, place, noise = jax.random.split(key, 5)
    area = h * w * jax.random.uniform(area, (n, 1), minval=0.02, maxval=0.4)
    ratio = jnp.exp(jax.random.uniform(ratio, (n, 1), minval=-1, maxval=1) * RATIO)
    sides = jnp.sqrt(jnp.concatenate([area * ratio, area / ratio], 1))
    whole = jnp.array([[h, w]], jnp.float32)
    sides = jnp.minimum(jnp.round(sides), whole)
    room = whole - sides + 1
    first = jnp.floor(jax.random.uniform(place, (n, 2)) * room)
    rows, columns = _within(first, sides, 0, h), _within(first, sides, 1, w)
    inside = rows[:, :, None] & columns[:, None]
    inside &= jax.random.bernoulli(often, 0.5, (n, 1, 1))
    levels = 256 if jnp.issubdtype(images.dtype, jnp.integer) else 1
    drawn = (levels * jax.random.uniform(noise, images.shape)).astype(images.dtype)
    return jnp.where(inside[..., None], drawn, images)


def _within(first, sides, axis, size):
    """Which rows or columns a rectangle covers, (n, size)."""
    past = jnp.arange(size, dtype=first.dtype)[None] - first[:, [axis]]
    return (past >= 0) & (past < sides[:, [axis]])
