"""Images on the device: from bytes to normalised floats, with or without distortion."""

import jax
import jax.numpy as jnp

# Mean and standard deviation of all training pixels of Fashion-MNIST, as fractions.
MEAN, STD = 0.2860, 0.3530

AUGMENTATIONS = ("none", "flip", "crop_flip")


def normalise(images: jax.Array) -> jax.Array:
    """(x / 255 − mean) / std, float32, of uint8 images (n, h, w, c)."""
    return (images.astype(jnp.float32) / 255 - MEAN) / STD


def augment(key: jax.Array, images: jax.Array, how: str = "crop_flip") -> jax.Array:
    """Distorts each image on its own, in a way that keeps its label.

    Args:
        key: Decides every draw.
        images: (n, h, w, c), any dtype; black is 0.
        how: `"none"`, `"flip"` (left to right, half of them) or `"crop_flip"` (also
            shifted by up to two pixels each way, black coming in at the edge).

    Returns:
        The same shape and dtype.
    """
    if how == "none":
        return images
    flip_key, crop_key = jax.random.split(key)
    images = flip(flip_key, images)
    return shift(crop_key, images) if how == "crop_flip" else images


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
